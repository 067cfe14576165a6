//! Each hop broken in turn, behind logpipe's back: verify names the last right hop and the first wrong one, and apply
//! repairs what is logpipe's to repair.

use aws_types::SdkConfig;
use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::breaks::{self, BUCKET, CWL_ROLE, DESTINATION, FILTER, GROUP, HOPS};
use crate::walkthrough::applied;

/// Breaks one thing in one account and expects verify to name `hop` and to give the reason in these words.
#[track_caller]
fn check(
    account: &str,
    break_it: impl AsyncFnOnce(SdkConfig) + Send + 'static,
    hop: &str,
    words: &str,
) -> Bench {
    let bench = applied();
    bench.aws(account, TOKYO, break_it);
    // Time for other services to see a changed role, and for a deleted stream to be gone.
    bench.pass(60);
    let verified = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Broken).json();
    assert_eq!(verified["verdict"], "broken");
    let route = &verified["routes"][0];
    assert_eq!(route["delivered"], false);
    let hops = route["hops"].as_array().unwrap();
    let names: Vec<&str> = hops.iter().map(|hop| hop["hop"].as_str().unwrap()).collect();
    assert_eq!(names, HOPS);
    let first = hops.iter().find(|hop| hop["verdict"] != "correct").unwrap();
    assert_eq!(first["hop"], hop, "{hops:#?}");
    let finding = route["finding"].as_str().unwrap();
    let index = HOPS.iter().position(|name| *name == hop).unwrap();
    let expect = match index.checked_sub(1) {
        Some(before) => {
            format!("the last correct hop is {}; the first that is not is {hop}: ", HOPS[before])
        }
        None => format!("the first hop is not correct: {hop}: "),
    };
    assert!(finding.starts_with(&expect), "{finding}");
    assert!(finding.contains(words), "{finding}");
    bench
}

/// Applies once more and expects a line to arrive.
#[track_caller]
fn repaired(bench: &Bench) {
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.pass(60);
    bench.sandbox("verify", &[]).expect(Exit::Done);
}

#[test]
fn a_filter_that_is_gone() {
    repaired(&check(SOURCE, breaks::filter_gone, "subscription_filter", "there is no subscription filter"));
}

#[test]
fn a_log_group_that_is_gone() {
    let break_it = async |config: SdkConfig| {
        aws::logs(&config).delete_log_group().log_group_name(GROUP).send().await.unwrap();
    };
    repaired(&check(SOURCE, break_it, "subscription_filter", GROUP));
}

#[test]
fn a_filter_that_points_elsewhere() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let logs = aws::logs(&config);
        let there = &aws::destinations(&config).await[0];
        let call = logs.put_destination().destination_name("elsewhere");
        let call = call.target_arn(there.target_arn().unwrap()).role_arn(there.role_arn().unwrap());
        call.send().await.unwrap();
        let policy = there.access_policy().unwrap().replace(DESTINATION, "elsewhere");
        let call = logs.put_destination_policy().destination_name("elsewhere").access_policy(policy);
        call.send().await.unwrap();
    });
    bench.aws(SOURCE, TOKYO, async |config| {
        let elsewhere = "arn:aws:logs:ap-northeast-1:999999999999:destination:elsewhere";
        let call = aws::logs(&config).put_subscription_filter().log_group_name(GROUP).filter_name(FILTER);
        call.filter_pattern("").destination_arn(elsewhere).send().await.unwrap();
    });
    let verified = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Broken).json();
    let finding = verified["routes"][0]["finding"].as_str().unwrap();
    assert!(finding.contains("destination:elsewhere, not to arn:aws:logs"), "{finding}");
    repaired(&bench);
}

#[test]
fn a_filter_whose_pattern_matches_nothing_of_the_test_event() {
    let break_it = async |config: SdkConfig| {
        let there = &aws::filters(&config, GROUP).await[0];
        let call = aws::logs(&config).put_subscription_filter().log_group_name(GROUP).filter_name(FILTER);
        let call = call.filter_pattern("%^FATAL[0-9]$%").destination_arn(there.destination_arn().unwrap());
        call.send().await.unwrap();
    };
    repaired(&check(SOURCE, break_it, "subscription_filter", "its pattern `%^FATAL[0-9]$%` matches"));
}

#[test]
fn a_destination_that_is_gone_from_the_region() {
    repaired(&check(
        ARCHIVE,
        breaks::destination_gone,
        "destination",
        "in ap-northeast-1, the log group's region",
    ));
}

#[test]
fn a_destination_that_admits_another_account() {
    repaired(&check(
        ARCHIVE,
        breaks::destination_admits_another,
        "destination_policy",
        "no statement allows it",
    ));
}

#[test]
fn a_cwl_role_that_trusts_another_account() {
    repaired(&check(ARCHIVE, breaks::cwl_role_trusts_another, "cwl_role_trust", "no statement allows it"));
}

#[test]
fn a_cwl_role_that_is_gone() {
    let break_it = async |config: SdkConfig| {
        let iam = aws::iam(&config);
        iam.delete_role_policy().role_name(CWL_ROLE).policy_name("logpipe").send().await.unwrap();
        iam.delete_role().role_name(CWL_ROLE).send().await.unwrap();
    };
    repaired(&check(ARCHIVE, break_it, "cwl_role_trust", "there is no role"));
}

#[test]
fn a_cwl_role_that_may_not_put_records() {
    repaired(&check(
        ARCHIVE,
        breaks::cwl_role_without_put_record,
        "cwl_role_permission",
        "no statement allows it",
    ));
}

#[test]
fn a_stream_that_is_gone() {
    repaired(&check(ARCHIVE, breaks::stream_gone, "stream", "there is no Firehose stream in ap-northeast-1"));
}

#[test]
fn a_firehose_role_with_another_external_id() {
    repaired(&check(
        ARCHIVE,
        breaks::firehose_role_with_another_external_id,
        "firehose_role_trust",
        "sts:ExternalId",
    ));
}

#[test]
fn a_firehose_role_that_may_not_put_objects() {
    repaired(&check(
        ARCHIVE,
        breaks::firehose_role_without_put_object,
        "firehose_role_permission",
        "no statement allows it",
    ));
}

#[test]
fn a_bucket_whose_policy_denies_the_write() {
    let bench =
        check(ARCHIVE, breaks::bucket_denies_the_write, "bucket", "Freeze of its policy denies the write");
    // Somebody else's statement is nothing that apply may remove.
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("verify", &[]).expect(Exit::Broken);
}

#[test]
fn a_bucket_that_is_gone() {
    let break_it = async |config: SdkConfig| aws::delete_bucket(&config, BUCKET).await;
    repaired(&check(ARCHIVE, break_it, "bucket", "there is no bucket"));
}
