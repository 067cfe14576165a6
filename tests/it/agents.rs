//! Agents with a role of their own: what is made for them, changed, taken over, given to instances and removed.

use logpipe::exit::Exit;
use serde_json::json;

use crate::support::aws::{self, SOURCE, TOKYO};
use crate::support::engine::{Job, Treatment};
use crate::support::{Bench, EC2_TRUST};

const RUNNING: &str = "i-0134c94a753025b8b";
const STOPPED: &str = "i-0f464ba83118e3114";

const TOPOLOGY: &str = r#"version: 1
name: fleet
region: ap-northeast-1
tags: { Project: poc }
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111" }
agents:
  web:
    accounts: [app]
    policy: { name: agent-policy, log_groups: ["/aws/ec2/*"] }
    role: { name: agent-role }
    instance_profile: agent-profile
    extra_policies:
      - name: metrics
        document: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "cloudwatch:PutMetricData", Resource: "*" }] }
        tags: { Name: metrics }
    associate_with: { instances: [i-0134c94a753025b8b, i-0f464ba83118e3114] }
"#;

/// A folder in whose sandbox one instance runs and one is stopped, with this profile.
fn bench(topology: &str, profile: Option<&str>) -> Bench {
    let bench = Bench::new(topology);
    let (cloud, account, region) = (bench.cloud(), SOURCE.parse().unwrap(), TOKYO.parse().unwrap());
    if let Some(profile) = profile {
        cloud.prepare_role(&account, profile, EC2_TRUST, &[], &[]);
        cloud.prepare_instance_profile(&account, profile, Some(profile));
    }
    cloud.prepare_instance(&account, &region, RUNNING, "web-1", "running", profile);
    cloud.prepare_instance(&account, &region, STOPPED, "web-2", "stopped", profile);
    cloud.store().unwrap();
    bench
}

fn profiles(bench: &Bench) -> serde_json::Value {
    bench.aws(SOURCE, TOKYO, async |config| json!(aws::profiles(&config).await))
}

/// Names of the policies, the instance profiles and the roles of the account.
fn names(bench: &Bench) -> [Vec<String>; 3] {
    let summary = bench.cloud().summary();
    let of = |what: &str| {
        let names: Vec<&str> = match &summary["accounts"][SOURCE][what] {
            serde_json::Value::Object(named) => named.keys().map(String::as_str).collect(),
            serde_json::Value::Array(names) => names.iter().filter_map(|name| name.as_str()).collect(),
            _ => Vec::new(),
        };
        names.into_iter().map(|name| name.rsplit('/').next().unwrap().to_owned()).collect()
    };
    [of("policies"), of("instance_profiles"), of("roles")]
}

fn attached(bench: &Bench, role: &'static str) -> Vec<String> {
    let arns = bench.aws(SOURCE, TOKYO, async move |config| aws::attached(&config, role).await);
    arns.into_iter().map(|arn| arn.rsplit('/').next().unwrap().to_owned()).collect()
}

#[test]
fn everything_is_made_in_order_kept_without_a_call_and_removed() {
    let bench = bench(TOPOLOGY, None);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(
        attached(&bench, "agent-role"),
        ["agent-policy", "metrics", "AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"]
    );
    assert_eq!(profiles(&bench), json!({ RUNNING: "agent-profile", STOPPED: "agent-profile" }));
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    let arn = bench.run(&["logpipe", "outputs", "topology.yaml", "--sandbox", "web.InstanceProfileArn"]);
    assert_eq!(arn.expect(Exit::Done).out.trim(), "arn:aws:iam::111111111111:instance-profile/agent-profile");
    let status = bench.sandbox("status", &[]).expect(Exit::Done);
    let line = "in sync  app/global/iam_role_policy_attachment.agent-role:aws:AmazonSSMManagedInstanceCore";
    assert!(status.out.contains(line), "{}", status.out);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(names(&bench), [vec![], vec![], vec!["LogpipeDeployer".to_owned()]]);
    assert_eq!(profiles(&bench), json!({}));
}

#[test]
fn outputs_have_the_names_of_stack_outputs() {
    let bench = bench(TOPOLOGY, None);
    let outputs = bench.sandbox("outputs", &["--output", "json"]).expect(Exit::Done).json();
    let names: Vec<&String> = outputs["outputs"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "web.PolicyArn",
            "web.PolicyArn.metrics",
            "web.RoleArn",
            "web.RoleName",
            "web.InstanceProfileArn",
            "web.InstanceProfileName"
        ]
    );
}

#[test]
fn a_change_is_one_call_and_what_is_no_longer_named_goes_in_order() {
    let bench = bench(TOPOLOGY, None);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let (head, rest) = TOPOLOGY.split_once("    extra_policies").unwrap();
    let (_, tail) = rest.split_once("    associate_with").unwrap();
    let smaller = format!("{head}    associate_with{tail}").replace("/aws/ec2/*", "/aws/ec2/web");
    bench.write(&smaller.replace(&format!(", {STOPPED}"), ""));
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), ["iam:CreatePolicyVersion"]);
    let before = bench.now();
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    let mut written = bench.written_since(before);
    written.sort();
    assert_eq!(written, ["ec2:DisassociateIamInstanceProfile", "iam:DeletePolicy", "iam:DetachRolePolicy"]);
    assert_eq!(profiles(&bench), json!({ RUNNING: "agent-profile" }));
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn all_of_an_agent_goes_by_prune_at_once() {
    let destinations = "destinations:\n  central: { account: app, bucket: { name: fleet-logs } }\nsources:\n  own: { accounts: [app], destination: central, log_groups: [/app/web], create: true }\n";
    let (head, agents) = TOPOLOGY.split_once("agents:\n").unwrap();
    let bench = bench(&format!("{head}{destinations}agents:\n{agents}"), None);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&format!("{head}{destinations}"));
    let before = bench.now();
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!(profiles(&bench), json!({}));
    let [policies, profiles, roles] = names(&bench);
    assert_eq!((policies, profiles), (vec![], vec![]));
    assert!(!roles.contains(&"agent-role".to_owned()), "{roles:?}");
    assert!(bench.now().duration_since(before).unwrap().as_secs() < 120, "nothing is on its way through it");
}

#[test]
fn a_role_that_exists_is_shown_with_its_difference_and_taken_over_on_request() {
    let bench = bench(TOPOLOGY, None);
    let cloud = bench.cloud();
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let read = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    cloud.prepare_role(&SOURCE.parse().unwrap(), "agent-role", trust, &[], &[read]);
    cloud.store().unwrap();
    let plan = bench.sandbox("plan", &[]).expect(Exit::Failed);
    assert!(plan.out.contains("! app/global/iam_role.agent-role"), "{}", plan.out);
    assert!(plan.out.contains("--adopt takes it over"), "{}", plan.out);
    assert!(plan.out.contains("lambda.amazonaws.com"), "{}", plan.out);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    assert!(attached(&bench, "agent-role").contains(&"ReadOnlyAccess".to_owned()));
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(attached(&bench, "agent-role"), ["ReadOnlyAccess"]);
}

/// The profile stays, and so do the instances that have it.
#[test]
fn a_role_of_another_name_takes_the_place_of_ours_in_the_profile() {
    let bench = bench(TOPOLOGY, None);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&TOPOLOGY.replace("agent-role", "other-role"));
    let plan = bench.sandbox("plan", &["--prune"]).expect(Exit::Done).out;
    assert!(plan.contains(r#"role: "agent-role" → "other-role""#), "{plan}");
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!(profiles(&bench), json!({ RUNNING: "agent-profile", STOPPED: "agent-profile" }));
    assert_eq!(names(&bench)[2], ["LogpipeDeployer", "other-role"]);
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
}

/// Somebody else's role in it stays.
#[test]
fn a_role_that_somebody_else_put_into_the_profile_is_refused() {
    let bench = bench(TOPOLOGY, Some("theirs"));
    bench.write(&TOPOLOGY.replace("3114] }", "3114], replace: true }"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, async |config| {
        let iam = aws::iam(&config);
        let out = iam.remove_role_from_instance_profile().instance_profile_name("agent-profile");
        out.role_name("agent-role").send().await.unwrap();
        let put = iam.add_role_to_instance_profile().instance_profile_name("agent-profile");
        put.role_name("theirs").send().await.unwrap();
    });
    let plan = bench.sandbox("plan", &[]).expect(Exit::Failed);
    assert!(plan.out.contains("it holds role `theirs`"), "{}", plan.out);
}

#[test]
fn a_policy_that_others_hold_stays_and_they_are_named() {
    let bench = bench(TOPOLOGY, None);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let cloud = bench.cloud();
    let metrics = "arn:aws:iam::111111111111:policy/metrics";
    cloud.prepare_role(&SOURCE.parse().unwrap(), "other", "{}", &[], &[metrics]);
    cloud.store().unwrap();
    let destroyed = bench.sandbox("destroy", &["--yes"]).expect(Exit::Incomplete);
    assert!(destroyed.said().contains("Held by role `other`"), "{}", destroyed.said());
    let [policies, profiles, _] = names(&bench);
    assert_eq!((policies, profiles), (vec!["metrics".to_owned()], vec![]));
    assert_eq!(attached(&bench, "other"), ["metrics"]);
}

#[test]
fn another_profile_is_swapped_only_on_request_whether_the_instance_runs_or_not() {
    let bench = bench(TOPOLOGY, Some("theirs"));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Failed);
    assert!(plan.out.contains("has instance profile `theirs`"), "{}", plan.out);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    assert_eq!(profiles(&bench), json!({ RUNNING: "theirs", STOPPED: "theirs" }));
    bench.write(&TOPOLOGY.replace("3114] }", "3114], replace: true }"));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done);
    let change = "profile_arn: \"arn:aws:iam::111111111111:instance-profile/theirs\" → \"arn:aws:iam::111111111111:instance-profile/agent-profile\"";
    assert!(plan.out.contains(change), "{}", plan.out);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(profiles(&bench), json!({ RUNNING: "agent-profile", STOPPED: "agent-profile" }));
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let [policies, profiles, roles] = names(&bench);
    assert!(!policies.contains(&"agent-policy".to_owned()), "{policies:?}");
    assert!(!profiles.contains(&"agent-profile".to_owned()), "{profiles:?}");
    assert!(profiles.contains(&"theirs".to_owned()) && roles.contains(&"theirs".to_owned()));
}

#[test]
fn killed_at_any_call_it_converges_and_goes_without_a_trace() {
    for unlucky in 0.. {
        let treatment = if unlucky % 2 == 0 { Treatment::KilledAfter } else { Treatment::KilledBefore };
        let bench = bench(TOPOLOGY, None);
        let ended = bench.engine(
            Job::Apply,
            move |number, _| if number == unlucky { treatment } else { Treatment::Answered },
        );
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        let destroyed =
            bench.engine(
                Job::Destroy,
                move |number, _| if number == unlucky { treatment } else { Treatment::Answered },
            );
        let said = bench.sandbox("destroy", &["--yes"]).expect(Exit::Done).said();
        assert_eq!(profiles(&bench), json!({}), "after {unlucky}\n{said}");
        assert_eq!(names(&bench), [vec![], vec![], vec!["LogpipeDeployer".to_owned()]], "after {unlucky}");
        if ended.writes <= unlucky && destroyed.writes <= unlucky {
            assert!(unlucky > 8, "{unlucky}");
            return;
        }
    }
}
