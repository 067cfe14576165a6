//! Policies that go onto roles which are there already: what the plan shows of them, what is attached, and that nothing
//! else of them is touched.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, SOURCE, TOKYO};
use crate::support::engine::{Job, Treatment};

const TOPOLOGY: &str = include_str!("../../topologies/attach-existing.yaml");

fn bench() -> Bench {
    Bench::new(TOPOLOGY)
}

/// Names of what is attached to a role.
fn attached(bench: &Bench, role: &'static str) -> Vec<String> {
    let arns = bench.aws(SOURCE, TOKYO, async move |config| aws::attached(&config, role).await);
    arns.into_iter().map(|arn| arn.rsplit('/').next().unwrap().to_owned()).collect()
}

/// What a role is, but for what is attached to it.
fn rest(bench: &Bench, role: &'static str) -> Value {
    bench.aws(SOURCE, TOKYO, async move |config| {
        let (trust, tags) = (aws::trust(&config, role).await, aws::role_tags(&config, role).await);
        json!([trust, tags, aws::inline_policies(&config, role).await])
    })
}

#[test]
fn the_plan_shows_instances_and_policies_before_and_after() {
    let bench = bench();
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let roles = plan["roles"].as_array().unwrap();
    assert_eq!(roles.len(), 2, "{roles:#?}");
    let web = roles.iter().find(|role| role["address"] == "app/global/iam_role.web-servers").unwrap();
    let ids: Vec<&Value> = web["instances"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["i-0297dec34ad7ea77b", "i-0f464ba83118e3114"]);
    assert_eq!(web["instances"][0]["role"], "arn:aws:iam::111111111111:role/web-servers");
    let policies = &web["managed_policies"];
    let (before, after) = (policies["before"].as_array().unwrap(), policies["after"].as_array().unwrap());
    assert_eq!(after.len(), before.len() + 1, "{policies:#}");
    assert_eq!(after.last().unwrap(), "arn:aws:iam::111111111111:policy/attach-existing-web-agent");
    assert_eq!(
        web["inline_policies"],
        json!({ "before": ["read-deployments"], "after": ["read-deployments"] })
    );
    let text = bench.sandbox("plan", &[]).expect(Exit::Done).out;
    assert!(text.contains("Existing roles that policies are attached to"), "{text}");
    assert!(text.contains("i-0297dec34ad7ea77b  web-1  running"), "{text}");
}

#[test]
fn one_attachment_serves_all_instances_of_a_role_and_only_that_is_taken_back() {
    let bench = bench();
    bench.sandbox("plan", &[]).expect(Exit::Done);
    let roles = ["web-servers", "batch-ec2-role"];
    let (before, theirs) = (roles.map(|role| attached(&bench, role)), roles.map(|role| rest(&bench, role)));
    let since = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let mut written = bench.written_since(since);
    written.sort();
    assert_eq!(
        written,
        ["iam:AttachRolePolicy", "iam:AttachRolePolicy", "iam:CreatePolicy", "iam:CreatePolicy"]
    );
    assert_eq!(roles.map(|role| rest(&bench, role)), theirs);
    let since = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(since), [""; 0]);
    let name = bench.run(&["logpipe", "outputs", "topology.yaml", "--sandbox", "web.RoleName"]);
    assert_eq!(name.expect(Exit::Done).out.trim(), "web-servers");
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(roles.map(|role| attached(&bench, role)), before);
    assert_eq!(roles.map(|role| rest(&bench, role)), theirs);
}

#[test]
fn an_attachment_that_is_there_is_used_and_never_owned() {
    let bench = bench();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let policy = bench.cloud();
    let account = SOURCE.parse().unwrap();
    let arn = policy.prepare_policy(&account, "attach-existing-batch-agent", "{}");
    policy.store().unwrap();
    bench.aws(SOURCE, TOKYO, async move |config| {
        let call = aws::iam(&config).attach_role_policy().role_name("batch-ec2-role");
        call.policy_arn(arn).send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert!(attached(&bench, "batch-ec2-role").contains(&"attach-existing-batch-agent".to_owned()));
}

#[test]
fn a_saved_plan_is_stale_once_the_role_has_other_policies() {
    let bench = bench();
    bench.sandbox("plan", &["--out", "saved.json"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, async |config| {
        let call = aws::iam(&config).attach_role_policy().role_name("web-servers");
        call.policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess").send().await.unwrap();
    });
    let stale = bench.sandbox("apply", &["--plan", "saved.json", "--yes"]).expect(Exit::Failed);
    assert!(stale.err.contains("app/global/iam_role.web-servers"), "{}", stale.err);
}

#[test]
fn what_an_agent_attached_goes_by_prune_and_nothing_else() {
    let bench = bench();
    bench.sandbox("plan", &[]).expect(Exit::Done);
    let before = attached(&bench, "batch-ec2-role");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let (head, _) = TOPOLOGY.split_once("  # The role is named.").unwrap();
    bench.write(head);
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!(attached(&bench, "batch-ec2-role"), before);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn after_the_record_was_lost_our_attachments_are_recovered_by_their_policies() {
    let bench = bench();
    bench.sandbox("plan", &[]).expect(Exit::Done);
    let before = attached(&bench, "web-servers");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    std::fs::remove_file(bench.path(".logpipe/sandbox/records/attach-existing.json")).unwrap();
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(attached(&bench, "web-servers"), before);
}

#[test]
fn killed_at_any_call_it_converges() {
    for unlucky in 0..5 {
        for treatment in [Treatment::KilledBefore, Treatment::KilledAfter] {
            let bench = bench();
            bench.sandbox("plan", &[]).expect(Exit::Done);
            let before = attached(&bench, "web-servers");
            for job in [Job::Apply, Job::Destroy] {
                bench.engine(
                    job,
                    move |number, _| if number == unlucky { treatment } else { Treatment::Answered },
                );
                let command = if job == Job::Apply { "apply" } else { "destroy" };
                bench.sandbox(command, &["--yes"]).expect(Exit::Done);
            }
            assert_eq!(attached(&bench, "web-servers"), before, "{unlucky} {treatment:?}");
        }
    }
}
