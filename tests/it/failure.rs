//! A step that fails fails alone: independent branches continue, what needs it is skipped because of it, the report
//! says what is left behind and what to do, and the next apply converges.

use std::collections::BTreeMap;

use aws_types::SdkConfig;
use logpipe::address::KindName;
use logpipe::apply::Aftermath;
use logpipe::exit::Exit;
use logpipe::sandbox::CallRecord;

use crate::support::Bench;
use crate::support::aws::{self, SOURCE, TOKYO};
use crate::support::engine::{Job, Treatment};
use crate::walkthrough::TOPOLOGY;

/// Another pipeline, whose two sources hold both filter slots of one log group.
const BOTH_SLOTS: &str = r#"
version: 1
name: older
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { source: "111111111111", archive: "999999999999" }
destinations:
  central: { account: archive }
sources:
  first:
    accounts: [source]
    destination: central
    log_groups: ["/delivery/test"]
    filter: { name: older-first }
  second:
    accounts: [source]
    destination: central
    log_groups: ["/delivery/test"]
    filter: { name: older-second }
"#;

async fn create_group(config: SdkConfig) {
    aws::logs(&config).create_log_group().log_group_name("/delivery/test").send().await.unwrap();
}

#[test]
fn a_log_group_without_a_free_slot_is_refused_and_names_who_holds_them() {
    let bench = Bench::new(BOTH_SLOTS);
    bench.aws(SOURCE, TOKYO, create_group);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(TOPOLOGY);
    let before = bench.cloud().calls().len();
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    let reason = "all subscription filter slots of /delivery/test are taken, by \
        `older-first` → arn:aws:logs:ap-northeast-1:999999999999:destination:older-central and \
        `older-second` → arn:aws:logs:ap-northeast-1:999999999999:destination:older-central; \
        delete one of these, exclude the log group, or raise `limits.filters_per_log_group` if AWS allows the account more than 2";
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(&reason.split_whitespace().collect::<Vec<_>>().join(" ")), "{said}");
    let calls = bench.cloud().calls();
    assert!(
        calls[before..].iter().all(|call| !call.writes()),
        "nothing is written when something is refused"
    );
}

#[test]
fn what_a_glob_finds_without_a_free_slot_is_left_out_and_the_rest_goes_on() {
    let bench = Bench::new(BOTH_SLOTS);
    bench.aws(SOURCE, TOKYO, async |config| {
        for name in ["/delivery/test", "/delivery/free"] {
            aws::logs(&config).create_log_group().log_group_name(name).send().await.unwrap();
        }
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&TOPOLOGY.replace(r#"["/delivery/test"]"#, r#"["/delivery/*"]"#));
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert!(
        ran.err.contains("is left out: all subscription filter slots of /delivery/test are taken, by"),
        "{ran:?}"
    );
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn filters_that_share_the_last_slot_are_refused_before_anything_is_written() {
    let bench = Bench::new(BOTH_SLOTS);
    bench.aws(SOURCE, TOKYO, create_group);
    let one = BOTH_SLOTS.split("  second:").next().unwrap();
    bench.write(one);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&BOTH_SLOTS.replace("name: older", "name: newer"));
    let before = bench.now();
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    assert!(ran.err.contains("are taken, by `older-first`"), "{}", ran.err);
    assert_eq!(bench.written_since(before), [""; 0]);
}

/// The topology of an account that AWS is said to allow more filters than it does.
fn hopeful(text: &str) -> String {
    text.replace("destinations:", "limits: { filters_per_log_group: 5 }\ndestinations:")
}

#[test]
fn a_slot_that_aws_refuses_names_who_holds_them() {
    let bench = Bench::new(BOTH_SLOTS);
    bench.aws(SOURCE, TOKYO, create_group);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&hopeful(TOPOLOGY));
    let ran = bench.sandbox("apply", &["--yes", "--output", "json"]).expect(Exit::Incomplete);
    let report = ran.json();
    assert_eq!(
        (&report["type"], &report["failed"], &report["skipped"]),
        (&"report".into(), &1.into(), &0.into())
    );
    assert_eq!(report["done"], 9, "everything but the filter: {report:#}");
    let failure = &report["failures"][0];
    assert_eq!(
        failure["address"],
        "source/ap-northeast-1/subscription_filter./delivery/test:delivery-test-filter"
    );
    assert_eq!(failure["code"], "LimitExceededException");
    assert_eq!(failure["aftermath"], "untouched");
    let hint = failure["hint"].as_str().unwrap();
    assert!(hint.starts_with("free a slot on that log group"), "{hint}");
    let error = failure["error"].as_str().unwrap();
    let holders = "all subscription filter slots of /delivery/test are taken, by \
        `older-first` → arn:aws:logs:ap-northeast-1:999999999999:destination:older-central and \
        `older-second` → arn:aws:logs:ap-northeast-1:999999999999:destination:older-central";
    assert!(error.contains(holders), "{error}");
    let quota = |call: &CallRecord| call.error.as_deref() == Some("LimitExceededException");
    assert_eq!(
        bench.cloud().calls().iter().filter(|call| quota(call)).count(),
        1,
        "a quota is not asked twice"
    );
    let ended = ran.json_lines().into_iter().find(|line| line["status"] == "failed").unwrap();
    assert_eq!((&ended["address"], &ended["error"]), (&failure["address"], &failure["error"]));

    bench.aws(SOURCE, TOKYO, async |config| {
        let call = aws::logs(&config).delete_subscription_filter().log_group_name("/delivery/test");
        call.filter_name("older-first").send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn what_needs_a_failed_step_is_skipped_because_of_it_and_the_rest_is_done() {
    let bench = Bench::new(TOPOLOGY);
    let refused = |_, operation: &str| match operation {
        "CreateDeliveryStream" => Treatment::Refused("LimitExceededException", 400),
        _ => Treatment::Answered,
    };
    let report = bench.engine(Job::Apply, refused).report.unwrap();
    let [failure] = report.failures.as_slice() else { panic!("{report:?}") };
    assert_eq!(failure.address.kind, KindName::FirehoseStream);
    assert_eq!(
        (failure.aftermath, failure.code.as_deref()),
        (Aftermath::Untouched, Some("LimitExceededException"))
    );
    let skipped: BTreeMap<KindName, &str> =
        report.skipped.iter().map(|skip| (skip.address.kind, skip.because_of.name.as_str())).collect();
    let expect = [KindName::LogsDestination, KindName::LogsDestinationPolicy, KindName::SubscriptionFilter];
    assert_eq!(skipped, expect.into_iter().map(|kind| (kind, "delivery-test-stream")).collect());
    assert_eq!(report.done.len(), 7, "{report:?}");
    assert!(report.not_started.is_empty() && report.unknown.is_empty() && !report.interrupted);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn a_step_that_fails_half_way_says_so_and_is_finished_by_the_next_run() {
    let bench = Bench::new(TOPOLOGY);
    let refused = |_, operation: &str| match operation {
        "PutRolePolicy" => Treatment::Refused("AccessDeniedException", 403),
        _ => Treatment::Answered,
    };
    let report = bench.engine(Job::Apply, refused).report.unwrap();
    assert_eq!(report.failures.len(), 2, "both roles: {report:?}");
    for failure in &report.failures {
        assert_eq!((failure.address.kind, failure.aftermath), (KindName::IamRole, Aftermath::Partial));
        let hint = failure.hint.as_deref().unwrap();
        assert!(
            hint.starts_with(
                "allow iam:PutRolePolicy to role arn:aws:iam::999999999999:role/LogpipeDeployer"
            ),
            "{hint}"
        );
    }
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn a_bucket_name_that_is_taken_by_another_account_is_told_before_anything_is_written() {
    let bench = Bench::new(TOPOLOGY);
    bench.aws("555555555555", TOKYO, async |config| {
        use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
        let place = CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::ApNortheast1)
            .build();
        let call = aws::s3(&config).create_bucket().bucket("delivery-test");
        call.create_bucket_configuration(place).send().await.unwrap();
    });
    let before = bench.now();
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Denied);
    assert!(ran.err.contains("another account has taken the bucket's name"), "{}", ran.err);
    assert_eq!(bench.written_since(before), [""; 0]);
    bench.write(&TOPOLOGY.replace("bucket: { name: delivery-test }", "bucket: { name: delivery-test-2 }"));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn an_apply_that_is_refused_at_once_has_written_nothing() {
    let bench = Bench::new(TOPOLOGY);
    let ended = bench.engine(Job::Apply, |_, _| Treatment::Refused("AccessDeniedException", 403));
    let report = ended.report.unwrap();
    assert!(report.done.is_empty(), "{report:?}");
    assert!(report.failures.iter().all(|failure| failure.aftermath == Aftermath::Untouched), "{report:?}");
    // Nothing was made, so nothing is owned, and what somebody else makes now is theirs.
    bench.aws(SOURCE, TOKYO, create_group);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let left = bench.aws(SOURCE, TOKYO, async |config| aws::log_groups(&config).await.len());
    assert_eq!(left, 1);
}
