//! What AWS refuses for a while passes by asking again, what it refuses for good does not; and what others switched on
//! is read back and switched off.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_types::SdkConfig;
use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::engine::{Job, Treatment};
use crate::walkthrough::{TOPOLOGY, applied};

const STREAM: &str = "delivery-test-stream";
const ROLE: &str = "FirehosRoleToS3";
const GROUP: &str = "/delivery/test";
const FILTER: &str = "delivery-test-filter";
const ABORTED: &str =
    "OperationAbortedException: Multiple concurrent requests to update the same resource were in conflict.";
const NO_ROLE: &str = "NoSuchEntity: The role with name FirehosRoleToS3 cannot be found.";
const HAS_POLICIES: &str = "DeleteConflict: Cannot delete entity, must delete policies first.";

/// Refuses the first two calls of each of these operations with the answer beside it, and answers every other call.
fn refusing(
    answers: &'static [(&'static str, &'static str, u16)],
) -> impl Fn(usize, &str) -> Treatment + Send + Sync {
    let seen: Mutex<BTreeMap<String, usize>> = Mutex::default();
    move |_, operation| {
        let Some((_, error, status)) = answers.iter().find(|(refused, ..)| *refused == operation) else {
            return Treatment::Answered;
        };
        let mut seen = seen.lock().unwrap();
        let times = seen.entry(operation.to_owned()).or_default();
        *times += 1;
        if *times <= 2 { Treatment::Refused(error, *status) } else { Treatment::Answered }
    }
}

/// Applies, then destroys, with these answers; both must get through, and each refused call must have been made.
#[track_caller]
fn passes(job: Job, answers: &'static [(&'static str, &'static str, u16)]) {
    let bench = match job {
        Job::Apply => Bench::new(TOPOLOGY),
        Job::Prune | Job::Adopt | Job::Shard(_) | Job::Destroy => applied(),
    };
    let report = bench.engine(job, refusing(answers)).report.unwrap();
    assert!(report.complete(), "{report:#?}");
}

/// A stream of this name, made by another tool instead of ours.
async fn remake(config: SdkConfig) {
    use aws_sdk_firehose::types::ExtendedS3DestinationConfiguration;
    let firehose = aws::firehose(&config);
    firehose.delete_delivery_stream().delivery_stream_name(STREAM).send().await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let destination = ExtendedS3DestinationConfiguration::builder()
        .bucket_arn("arn:aws:s3:::delivery-test")
        .role_arn(format!("arn:aws:iam::{ARCHIVE}:role/{ROLE}"))
        .build()
        .unwrap();
    let call = firehose.create_delivery_stream().delivery_stream_name(STREAM);
    call.extended_s3_destination_configuration(destination).send().await.unwrap();
}

#[test]
fn a_stream_still_being_made_is_deleted_as_soon_as_firehose_lets_it() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, remake);
    let status = bench.aws(ARCHIVE, TOKYO, async |config| aws::stream(&config, STREAM).await);
    assert_eq!(status.delivery_stream_status().as_str(), "CREATING");
    let before = bench.now();
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let took = bench.now().duration_since(before).unwrap().as_secs();
    assert!(took < 120, "{took} s for the rest of 40 s of creation and 20 s of deletion");
    assert_eq!(bench.aws(ARCHIVE, TOKYO, async |config| aws::stream_names(&config).await), [""; 0]);
}

/// An apply with streams that Firehose fails to make, for these reasons, one after the other.
fn with_failing_streams(reasons: &[&str]) -> Bench {
    let bench = Bench::new(TOPOLOGY);
    let cloud = bench.cloud();
    reasons.iter().for_each(|why| cloud.fail_next_stream(why));
    cloud.store().unwrap();
    bench
}

const INTERNAL: &str = "An internal error occurred.";

#[test]
fn a_stream_that_firehose_fails_to_make_is_made_again_and_again() {
    let bench = with_failing_streams(&[INTERNAL; 3]);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_filter_waits_for_the_stream_behind_a_destination_that_is_kept() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::firehose(&config).delete_delivery_stream().delivery_stream_name(STREAM);
        call.send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
    });
    bench.aws(SOURCE, TOKYO, async |config| {
        let logs = aws::logs(&config);
        let call = logs.delete_subscription_filter().log_group_name(GROUP).filter_name(FILTER);
        call.send().await.unwrap();
    });
    let cloud = bench.cloud();
    [INTERNAL; 3].iter().for_each(|why| cloud.fail_next_stream(why));
    cloud.store().unwrap();
    let before = bench.now();
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    let calls = bench.calls_since(before);
    let subscribing = calls.iter().filter(|call| call.operation == "PutSubscriptionFilter");
    assert_eq!(subscribing.count(), 1, "there is nothing to try before the stream takes records");
}

#[test]
fn a_stream_that_fails_again_is_reported_with_the_reason_and_replaced_by_the_next_run() {
    let bench = with_failing_streams(&[INTERNAL, INTERNAL, INTERNAL, "The key is disabled."]);
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Incomplete);
    let said = ran.said().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("AWS reports CREATING_FAILED: The key is disabled."), "{said}");
    let plan = bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Pending);
    assert!(plan.out.contains("is CREATING_FAILED"), "{}", plan.out);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

/// Carries a first apply out, which is killed once it has asked for its stream so often. Returns how often it did.
fn asks_for_a_stream(bench: &Bench, killed_at: Option<usize>) -> usize {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let decide = move |_: usize, made: &str| {
        if made != "CreateDeliveryStream" {
            return Treatment::Answered;
        }
        let asked = counted.fetch_add(1, Ordering::Relaxed) + 1;
        if Some(asked) == killed_at { Treatment::KilledAfter } else { Treatment::Answered }
    };
    assert_eq!(bench.engine(Job::Apply, decide).report.is_none(), killed_at.is_some());
    asked.load(Ordering::Relaxed)
}

#[test]
fn a_stream_that_a_killed_run_began_to_make_is_made_again_where_firehose_gives_up_on_it() {
    // It is refused until its role is known; the last time it is made.
    let times = asks_for_a_stream(&Bench::new(TOPOLOGY), None);
    let bench = with_failing_streams(&[INTERNAL]);
    asks_for_a_stream(&bench, Some(times));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let stream = plan["steps"].as_array().unwrap().iter().find(|step| step["kind"] == "firehose_stream");
    assert_eq!(stream.unwrap()["changes"][0]["from"], "CREATING", "{plan:#}");
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn a_role_may_not_be_there_for_its_policy_yet() {
    passes(Job::Apply, &[("PutRolePolicy", NO_ROLE, 404)]);
}

#[test]
fn a_role_may_still_seem_to_have_the_policy_that_was_deleted() {
    passes(Job::Destroy, &[("DeleteRole", HAS_POLICIES, 409)]);
}

#[test]
fn a_policy_that_others_attached_stops_the_deletion_of_a_role_at_once() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::iam(&config).attach_role_policy().role_name(ROLE);
        call.policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess").send().await.unwrap();
    });
    let report = bench.engine(Job::Destroy, |_, _| Treatment::Answered).report.unwrap();
    let [failure] = report.failures.as_slice() else { panic!("{report:#?}") };
    assert_eq!(failure.code.as_deref(), Some("DeleteConflict"), "not waited for: {failure:?}");
    assert!(failure.error.contains("must detach all policies first"), "{failure:?}");
}

#[test]
fn iam_works_on_one_change_of_a_role_at_a_time() {
    const AT_ONCE: &str = "ConcurrentModification: The request was rejected because multiple requests to change this \
                           object were submitted simultaneously.";
    passes(Job::Apply, &[("CreateRole", AT_ONCE, 409), ("PutRolePolicy", AT_ONCE, 409)]);
    passes(Job::Destroy, &[("DeleteRolePolicy", AT_ONCE, 409), ("DeleteRole", AT_ONCE, 409)]);
}

#[test]
fn cloudwatch_logs_works_on_one_change_at_a_time() {
    passes(
        Job::Apply,
        &[
            ("CreateLogGroup", ABORTED, 400),
            ("PutDestination", ABORTED, 400),
            ("PutDestinationPolicy", ABORTED, 400),
            ("PutSubscriptionFilter", ABORTED, 400),
        ],
    );
    passes(
        Job::Destroy,
        &[
            ("DeleteSubscriptionFilter", ABORTED, 400),
            ("DeleteDestination", ABORTED, 400),
            ("DeleteLogStream", ABORTED, 400),
            ("DeleteLogGroup", ABORTED, 400),
        ],
    );
}

#[test]
fn a_log_group_that_another_source_creates_needs_not_be_there() {
    for other in ["aaa", "zzz"] {
        let second = format!(
            "  {other}:\n    accounts: [source]\n    destination: delivery\n    log_groups: [/delivery/test]\n    filter: {{ name: second }}\n"
        );
        let bench = Bench::new(&(TOPOLOGY.to_owned() + &second));
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        let filters = bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, "/delivery/test").await);
        assert_eq!(filters.len(), 2, "{filters:?}");
    }
}

#[test]
fn processors_that_others_switched_on_are_switched_off() {
    use aws_sdk_firehose::types::{
        ExtendedS3DestinationUpdate, ProcessingConfiguration, Processor, ProcessorParameter,
        ProcessorParameterName, ProcessorType,
    };
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let format = ProcessorParameter::builder().parameter_name(ProcessorParameterName::CompressionFormat);
        let format = format.parameter_value("GZIP").build().unwrap();
        let processor = Processor::builder().r#type(ProcessorType::Decompression).parameters(format);
        let processor = processor.build().unwrap();
        let processing = ProcessingConfiguration::builder().enabled(true).processors(processor).build();
        let update = ExtendedS3DestinationUpdate::builder().processing_configuration(processing).build();
        let stream = aws::stream(&config, STREAM).await;
        let call = aws::firehose(&config).update_destination().delivery_stream_name(STREAM);
        let call = call.current_delivery_stream_version_id(stream.version_id());
        let call = call.destination_id(stream.destinations()[0].destination_id());
        call.extended_s3_destination_update(update).send().await.unwrap();
    });
    let plan =
        bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(Exit::Pending).json();
    let steps = plan["steps"].as_array().unwrap();
    let [step] = steps.iter().filter(|step| step["action"] != "keep").collect::<Vec<_>>()[..] else {
        panic!("{plan:#}")
    };
    assert_eq!(step["changes"][0]["field"], "processing");
    assert_eq!(step["changes"][0]["from"], serde_json::json!(["Decompression(CompressionFormat=GZIP)"]));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn versions_expire_too_once_the_bucket_keeps_them() {
    let declared = |bucket: &str| TOPOLOGY.replace("{ name: delivery-test }\n    stream", bucket);
    let bench = Bench::new(&declared("{ name: delivery-test, expire_days: 30 }\n    stream"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&declared("{ name: delivery-test, expire_days: 30, versioning: true }\n    stream"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let rule = bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::s3(&config).get_bucket_lifecycle_configuration().bucket("delivery-test");
        call.send().await.unwrap().rules.unwrap().remove(0)
    });
    let days = rule.noncurrent_version_expiration().and_then(|expiration| expiration.noncurrent_days());
    assert_eq!(days, Some(30));
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}
