//! Sources of a whole account: one policy, every log group but those that are excluded, and nothing of others touched.

use aws_sdk_cloudwatchlogs::types::{AccountPolicy, PolicyType, Scope};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::delivery::{bucket_text, write_event};
use crate::support::engine::{Job, Treatment};

const BUCKET: &str = "whole-central-999999999999-ap-northeast-1";
const DESTINATION: &str = "arn:aws:logs:ap-northeast-1:999999999999:destination:whole-central";
const ERRORS: &str = "/aws/kinesisfirehose/whole-central";

const TOPOLOGY: &str = r#"
version: 1
name: whole
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111", archive: "999999999999" }
destinations:
  central:
    account: archive
    stream: { buffer_seconds: 60 }
sources:
  everything:
    accounts: [app, archive]
    destination: central
    scope: account
    exclude: ["/debug/*", "/quiet"]
"#;

async fn create(config: SdkConfig, groups: &[&str]) {
    for group in groups {
        aws::logs(&config).create_log_group().log_group_name(*group).send().await.unwrap();
    }
}

/// A folder in which nothing is applied yet, and log groups in the source account.
fn ready() -> Bench {
    let bench = Bench::new(TOPOLOGY);
    bench.aws(SOURCE, TOKYO, async |config| create(config, &["/app/web", "/debug/x", "/quiet"]).await);
    bench
}

fn applied() -> Bench {
    let bench = ready();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench
}

fn policies(bench: &Bench, account: &str) -> Vec<AccountPolicy> {
    bench.aws(account, TOKYO, async |config| {
        let call = aws::logs(&config).describe_account_policies();
        let call = call.policy_type(PolicyType::SubscriptionFilterPolicy);
        call.send().await.unwrap().account_policies.unwrap_or_default()
    })
}

fn put(bench: &Bench, name: &'static str, criteria: &'static str) {
    bench.aws(SOURCE, TOKYO, async move |config| {
        let document = json!({ "DestinationArn": DESTINATION, "FilterPattern": "" }).to_string();
        let put = aws::logs(&config).put_account_policy().policy_name(name).policy_document(document);
        let put = put.policy_type(PolicyType::SubscriptionFilterPolicy).scope(Scope::All);
        put.selection_criteria(criteria).send().await.unwrap();
    });
}

fn delete(bench: &Bench, name: &'static str) {
    bench.aws(SOURCE, TOKYO, async move |config| {
        let delete = aws::logs(&config).delete_account_policy().policy_name(name);
        delete.policy_type(PolicyType::SubscriptionFilterPolicy).send().await.unwrap();
    });
}

/// Writes an event into a log group, and gives it the time to arrive.
fn write(bench: &Bench, group: &'static str, message: &str) {
    write_event(bench, SOURCE, TOKYO, group, message);
    bench.pass(300);
}

#[test]
fn one_policy_an_account_forwards_all_but_what_is_excluded() {
    let bench = ready();
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done);
    for words in [
        "app/ap-northeast-1/logs_account_policy.whole",
        "sources.everything in app/ap-northeast-1: `/debug/*` excludes the 1 log group(s) that match today",
        "sources.everything in archive/ap-northeast-1: there is no log group to deliver from today",
    ] {
        assert!(plan.said().contains(words), "{words}\n{}", plan.said());
    }
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    let criteria = [
        (SOURCE, r#"LogGroupName NOT IN ["/debug/x","/quiet"]"#.to_owned()),
        // Delivering the errors of a delivery would make more of them.
        (ARCHIVE, format!(r#"LogGroupName NOT IN ["{ERRORS}","/quiet"]"#)),
    ];
    for (account, criteria) in criteria {
        let found = policies(&bench, account);
        let [policy] = found.as_slice() else { panic!("{found:?}") };
        let document: Value = serde_json::from_str(policy.policy_document().unwrap()).unwrap();
        assert_eq!(document, json!({ "DestinationArn": DESTINATION, "FilterPattern": "" }));
        assert_eq!((policy.policy_name(), policy.selection_criteria()), (Some("whole"), Some(&*criteria)));
    }
    write(&bench, "/app/web", "wanted");
    write(&bench, "/debug/x", "unwanted");
    write(&bench, "/quiet", "unwanted");
    bench.aws(SOURCE, TOKYO, async |config| create(config, &["/later"]).await);
    write(&bench, "/later", "of a group that came later");
    let text = bucket_text(&bench, BUCKET);
    assert!(text.contains("wanted") && text.contains("of a group that came later"), "{text}");
    assert!(!text.contains("unwanted"), "{text}");
}

#[test]
fn the_second_apply_changes_nothing() {
    let bench = applied();
    let before = bench.now();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    let outputs = bench.sandbox("outputs", &["--output", "json"]).expect(Exit::Done).out;
    assert!(outputs.contains("central.account_policies"), "{outputs}");
    assert!(!outputs.contains("central.subscription_filters"), "there never is one: {outputs}");
}

#[test]
fn every_log_group_that_is_not_excluded_is_a_route() {
    let bench = applied();
    let verdict = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done).json();
    let routes = verdict["routes"].as_array().unwrap();
    assert_eq!(routes.len(), 1, "{verdict:#}");
    assert_eq!((&routes[0]["log_group"], &routes[0]["delivered"]), (&json!("/app/web"), &json!(true)));
    assert_eq!(routes[0]["hops"][0]["hop"], "account_policy");
    put(&bench, "whole", r#"LogGroupName NOT IN ["/app/web"]"#);
    let broken = bench.sandbox("verify", &[]).expect(Exit::Broken).said();
    assert!(broken.contains("its selection criteria exclude /app/web"), "{broken}");
    delete(&bench, "whole");
    let broken = bench.sandbox("verify", &[]).expect(Exit::Broken).said();
    assert!(broken.contains("there is no account-level subscription policy"), "{broken}");
}

#[test]
fn criteria_that_drift_are_repaired() {
    let bench = applied();
    put(&bench, "whole", r#"LogGroupName NOT IN ["/app/web"]"#);
    let plan =
        bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(Exit::Pending).json();
    assert_eq!(plan["summary"]["update"], 1);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    // A group that matches and came later is left out from the next apply on.
    bench.aws(SOURCE, TOKYO, async |config| create(config, &["/debug/y"]).await);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let criteria = policies(&bench, SOURCE)[0].selection_criteria().unwrap().to_owned();
    assert_eq!(criteria, r#"LogGroupName NOT IN ["/debug/x","/debug/y","/quiet"]"#);
}

#[test]
fn the_policy_of_others_is_never_replaced() {
    let bench = applied();
    delete(&bench, "whole");
    put(&bench, "theirs", "");
    let refused = bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Failed).said();
    let words =
        format!("an account has one subscription policy in a region, and it is `theirs` → {DESTINATION}");
    assert!(refused.contains(&words), "{refused}");
    assert_eq!(policies(&bench, SOURCE)[0].policy_name(), Some("theirs"));
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(policies(&bench, SOURCE)[0].policy_name(), Some("theirs"));
    assert!(policies(&bench, ARCHIVE).is_empty());
}

#[test]
fn a_policy_of_our_name_is_only_taken_over_when_told_so() {
    let bench = applied();
    std::fs::remove_dir_all(bench.path(".logpipe/sandbox/records")).unwrap();
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Failed).json();
    let refused = |step: &&Value| step["action"] == "refuse" && step["kind"] == "logs_account_policy";
    assert_eq!(plan["steps"].as_array().unwrap().iter().filter(refused).count(), 2);
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert!(policies(&bench, SOURCE).is_empty(), "it points at a destination that bears our tag");
}

#[test]
fn offline_the_policy_is_planned_without_expanded_exclusions() {
    let bench = ready();
    let plan = bench.run(&["logpipe", "plan", "topology.yaml", "--offline", "--output", "json"]);
    let plan = plan.expect(Exit::Done).json();
    let step = |step: &&Value| step["address"] == "app/ap-northeast-1/logs_account_policy.whole";
    let step = plan["steps"].as_array().unwrap().iter().find(step).unwrap();
    let changes = step["changes"].as_array().unwrap();
    let left_out = changes.iter().find(|change| change["field"] == "exclude").unwrap();
    assert_eq!(left_out["to"], json!(["/quiet"]));
    assert!(plan["notes"].to_string().contains("`/debug/*` expands after reading"), "{}", plan["notes"]);
}

#[test]
fn killed_at_any_call_the_next_apply_converges() {
    for unlucky in (0..).step_by(2) {
        let bench = ready();
        let treatment = if unlucky % 4 == 0 { Treatment::KilledBefore } else { Treatment::KilledAfter };
        let ended = bench.engine(
            Job::Apply,
            move |number, _| if number == unlucky { treatment } else { Treatment::Answered },
        );
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        if ended.writes <= unlucky {
            return;
        }
    }
}
