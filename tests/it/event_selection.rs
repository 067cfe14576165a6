//! What others set on a subscription of ours: what takes events away is drift and goes, what adds to them stays, and
//! verify says what comes of either.

use aws_sdk_cloudwatchlogs::operation::put_subscription_filter::builders::PutSubscriptionFilterFluentBuilder;
use aws_sdk_cloudwatchlogs::types::{PolicyType, Scope, SubscriptionFilter};
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, SOURCE, TOKYO};
use crate::walkthrough::{TOPOLOGY, applied};

const GROUP: &str = "/delivery/test";
const FILTER: &str = "source/ap-northeast-1/subscription_filter./delivery/test:delivery-test-filter";
const ELSEWHERE: &str = r#"@aws.account = "222222222222""#;
const HERE: &str = r#"@aws.account IN ["111111111111"] AND @aws.region NOT IN ["cn-north-1"]"#;

fn filter(bench: &Bench) -> SubscriptionFilter {
    bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, GROUP).await.remove(0))
}

/// Puts the filter of the walk-through once more, with a change.
fn put(
    bench: &Bench,
    change: impl FnOnce(PutSubscriptionFilterFluentBuilder) -> PutSubscriptionFilterFluentBuilder + Send + 'static,
) {
    let there = filter(bench);
    bench.aws(SOURCE, TOKYO, async move |config| {
        let call = aws::logs(&config).put_subscription_filter().log_group_name(GROUP);
        let call = call.filter_name(there.filter_name.unwrap()).filter_pattern(there.filter_pattern.unwrap());
        change(call.destination_arn(there.destination_arn.unwrap())).send().await.unwrap();
    });
}

/// The fields in which status finds an address to differ.
fn drifted(bench: &Bench, address: &str) -> Vec<String> {
    let status = bench.sandbox("status", &["--output", "json"]).expect(Exit::Done).json();
    let resources = status["resources"].as_array().unwrap();
    let found = resources.iter().find(|resource| resource["address"] == address).unwrap();
    let changes = found["changes"].as_array().unwrap().iter();
    changes.map(|change| change["field"].as_str().unwrap().to_owned()).collect()
}

fn verify(bench: &Bench, exit: Exit) -> Value {
    bench.sandbox("verify", &["--output", "json"]).expect(exit).json()["routes"][0].clone()
}

#[test]
fn criteria_that_leave_our_events_out_are_drift_and_named_by_verify() {
    let bench = applied();
    put(&bench, |call| call.field_selection_criteria(ELSEWHERE));
    assert_eq!(drifted(&bench, FILTER), ["field_selection_criteria"]);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Pending);
    let route = verify(&bench, Exit::Broken);
    assert_eq!(
        (&route["hops"][0]["hop"], &route["hops"][0]["verdict"]),
        (&"subscription_filter".into(), &"incorrect".into())
    );
    let words = format!(
        "its field selection criteria `{ELSEWHERE}` exclude the events of account 111111111111 in ap-northeast-1"
    );
    assert_eq!(route["hops"][0]["detail"], words);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(filter(&bench).field_selection_criteria(), None);
    verify(&bench, Exit::Done);
}

#[test]
fn criteria_that_take_our_events_and_transformed_events_are_drift_that_delivers() {
    let bench = applied();
    put(&bench, |call| call.field_selection_criteria(HERE).apply_on_transformed_logs(true));
    assert_eq!(drifted(&bench, FILTER), ["field_selection_criteria", "apply_on_transformed_logs"]);
    let route = verify(&bench, Exit::Done);
    let detail = route["hops"][0]["detail"].as_str().unwrap();
    assert!(
        detail
            .ends_with("where the log group has a transformer, the transformed events are matched and sent")
    );
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(drifted(&bench, FILTER), [""; 0]);
}

#[test]
fn criteria_about_what_nobody_knows_do_not_keep_the_event_from_being_sent() {
    let bench = applied();
    put(&bench, |call| call.field_selection_criteria(r#"@aws.tag = "x" OR @aws.region = "ap-northeast-1""#));
    verify(&bench, Exit::Done);
    put(&bench, |call| call.field_selection_criteria(r#"@aws.tag = "x""#));
    let route = verify(&bench, Exit::Broken);
    assert_eq!(route["hops"][0]["verdict"], "correct");
    let finding = route["finding"].as_str().unwrap();
    assert!(finding.contains("did not arrive"), "the proof decides: {finding}");
}

#[test]
fn system_fields_that_others_have_added_are_shown_and_survive_our_changes() {
    let bench = applied();
    put(&bench, |call| call.emit_system_fields("@aws.account"));
    assert_eq!(drifted(&bench, FILTER), ["foreign.emit_system_fields"]);
    let plan = bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    assert!(
        plan.said().contains("others have added emit_system_fields, which logpipe does not change"),
        "{}",
        plan.said()
    );
    verify(&bench, Exit::Done);
    let filtered = "filter: { name: delivery-test-filter, pattern: ERROR }";
    bench.write(&TOPOLOGY.replace("filter: { name: delivery-test-filter }", filtered));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let there = filter(&bench);
    assert_eq!(
        (there.filter_pattern(), there.emit_system_fields()),
        (Some("ERROR"), &["@aws.account".to_owned()][..])
    );
    verify(&bench, Exit::Done);
}

const WHOLE: &str = r#"
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
    accounts: [app]
    destination: central
    scope: account
"#;

#[test]
fn an_account_policy_is_compared_and_kept_member_by_member() {
    let bench = Bench::new(WHOLE);
    bench.aws(SOURCE, TOKYO, async |config| {
        aws::logs(&config).create_log_group().log_group_name("/app/web").send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, async |config| {
        let logs = aws::logs(&config);
        let kind = PolicyType::SubscriptionFilterPolicy;
        let there = logs.describe_account_policies().policy_type(kind.clone()).send().await.unwrap();
        let there = &there.account_policies()[0];
        let mut document: Value = serde_json::from_str(there.policy_document().unwrap()).unwrap();
        document["FieldSelectionCriteria"] = json!(ELSEWHERE);
        document["EmitSystemFields"] = json!(["@aws.region"]);
        let call = logs.put_account_policy().policy_name(there.policy_name().unwrap()).policy_type(kind);
        let call = call.scope(Scope::All).policy_document(document.to_string());
        call.set_selection_criteria(there.selection_criteria().map(str::to_owned)).send().await.unwrap();
    });
    let address = "app/ap-northeast-1/logs_account_policy.whole";
    let differs = ["field_selection_criteria", "foreign.policy_document.EmitSystemFields"];
    assert_eq!(drifted(&bench, address), differs);
    let route = verify(&bench, Exit::Broken);
    assert_eq!(
        (&route["hops"][0]["hop"], &route["hops"][0]["verdict"]),
        (&"account_policy".into(), &"incorrect".into())
    );
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(drifted(&bench, address), differs[1..]);
    verify(&bench, Exit::Done);
}
