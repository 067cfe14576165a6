//! What users do with agents and readers.

use aws_types::SdkConfig;
use logpipe::access::Command;
use logpipe::exit::Exit;
use serde_json::json;

use super::cases::{APP, Case, MONITOR};
use super::flows::{self, Flow, Start, done};
use crate::support::aws::{self, TOKYO};
use crate::support::{Bench, EC2_TRUST};

pub(super) const ALL: [Flow; 14] = [
    Flow { name: "plan of something new", of: Command::Plan, start: Start::Fresh, run: flows::plan_new },
    Flow { name: "plan", of: Command::Plan, start: Start::Applied, run: flows::plan },
    Flow { name: "apply", of: Command::Apply, start: Start::Fresh, run: flows::apply },
    Flow { name: "apply of changes", of: Command::Apply, start: Start::Before, run: flows::apply },
    Flow { name: "apply after others", of: Command::Apply, start: Start::Applied, run: repair },
    Flow { name: "verify", of: Command::Verify, start: Start::Applied, run: verify },
    Flow {
        name: "doctor of something new",
        of: Command::Doctor,
        start: Start::Fresh,
        run: flows::doctor_new,
    },
    Flow { name: "logs", of: Command::Logs, start: Start::Applied, run: flows::logs },
    Flow { name: "logs --log-group GLOB", of: Command::Logs, start: Start::Applied, run: logs_of_glob },
    Flow { name: "cost --measure", of: Command::Cost, start: Start::Applied, run: flows::measure },
    Flow {
        name: "agent-config --ssm",
        of: Command::AgentConfig,
        start: Start::Fresh,
        run: |bench, _| store(bench),
    },
    Flow {
        name: "agent-config --ssm of changes",
        of: Command::AgentConfig,
        start: Start::Before,
        run: |bench, _| store(bench),
    },
    Flow { name: "destroy", of: Command::Destroy, start: Start::Applied, run: flows::destroy },
    Flow {
        name: "destroy of what others use",
        of: Command::Destroy,
        start: Start::Applied,
        run: flows::destroy_held,
    },
];

/// An instance that is stopped and one that is not, both with a profile of others, and a profile beside.
pub(super) fn surroundings(bench: &Bench) {
    let (cloud, account, region) = (bench.cloud(), APP.parse().unwrap(), TOKYO.parse().unwrap());
    for profile in ["web-before", "theirs"] {
        cloud.prepare_role(&account, profile, EC2_TRUST, &[], &[]);
        cloud.prepare_instance_profile(&account, profile, Some(profile));
    }
    for (id, state) in [("i-00000000000000001", "running"), ("i-00000000000000002", "stopped")] {
        cloud.prepare_instance(&account, &region, id, "web", state, Some("web-before"));
    }
    cloud.store().unwrap();
}

/// The configuration of an agent goes into Systems Manager.
pub(super) fn store(bench: &Bench) -> bool {
    bench.sandbox("agent-config", &["--agent", "web", "--ssm", "--yes"]).exit == Exit::Done
}

/// What may be said of roles is IAM's word, and who is trusted reads.
fn verify(bench: &Bench, _: &Case) -> bool {
    let ran = bench.sandbox("verify", &["--output", "json"]);
    let judged =
        !["\"judged_by\":\"logpipe\"", "was not looked at"].iter().any(|text| ran.out.contains(text));
    ran.exit == Exit::Done && judged && ran.out.contains("\"assumed\":true")
}

/// Log groups beside those of the topology are found.
fn logs_of_glob(bench: &Bench, _: &Case) -> bool {
    let ran = bench.sandbox("logs", &["--log-group", "/found/*"]);
    ran.exit == Exit::Done && !ran.err.contains("could not be read")
}

/// Others have changed policies, roles, profiles and what instances have of them.
fn repair(bench: &Bench, case: &Case) -> bool {
    for (account, role) in case.roles {
        bench.aws(account, TOKYO, async move |config| {
            let mut trust = aws::trust(&config, role).await;
            trust["Statement"][0]["Condition"]["Bool"]["aws:MultiFactorAuthPresent"] = "true".into();
            aws::put_trust(&config, role, &trust).await;
        });
    }
    bench.aws(APP, TOKYO, async |config| {
        let iam = aws::iam(&config);
        iam.remove_role_from_instance_profile()
            .instance_profile_name("plain-profile")
            .role_name("plain-role")
            .send()
            .await
            .unwrap();
        iam.detach_role_policy()
            .role_name("web-role")
            .policy_arn(policy(APP, "uploads"))
            .send()
            .await
            .unwrap();
        aws::put_inline(&config, "web-role", &json!({ "Version": "2012-10-17", "Statement": [] })).await;
        versions(&config, APP, "web-agent").await;
    });
    bench.aws(MONITOR, TOKYO, async |config| versions(&config, MONITOR, "cross-account-monitor").await);
    done(bench, "apply", &["--yes"]) && done(bench, "plan", &["--detailed-exitcode"])
}

fn policy(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:policy/{name}")
}

/// As many versions of a policy as there may be, the last one in effect.
async fn versions(config: &SdkConfig, account: &str, name: &str) {
    for number in 2..=5 {
        let document = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": format!("arn:aws:logs:*:*:{number}"),
        }]});
        let call = aws::iam(config).create_policy_version().policy_arn(policy(account, name));
        call.policy_document(document.to_string()).set_as_default(true).send().await.unwrap();
    }
}
