//! From a log group to a bucket, and every way to be stopped on the way.

use std::time::Duration;

use serde_json::json;

use super::bench::{ALPHA, BETA, refusal};
use super::pipeline::{
    BUCKET, DESTINATION, FIREHOSE_POLICY, GROUP, LOGS_POLICY, Pipeline, destination_policy, firehose_trust,
    logs_trust,
};

use crate::Cloud;

#[tokio::test(start_paused = true)]
async fn an_event_arrives_as_a_data_message_after_the_control_messages() {
    let pipeline = Pipeline::whole("").await;
    pipeline.log(&["hello"]).await;
    pipeline.bench.pass(30).await;
    assert!(pipeline.keys().await.is_empty(), "the buffer waits for its interval");
    pipeline.bench.pass(40).await;
    let keys = pipeline.keys().await;
    assert_eq!(keys.len(), 1);
    assert!(keys[0].starts_with("logs/2026/01/central-1-2026-01-01-00-01-"), "{keys:?}");
    assert!(keys[0].ends_with(".json.gz"), "{keys:?}");
    let envelopes = pipeline.envelopes().await;
    let kinds: Vec<&str> =
        envelopes.iter().map(|envelope| envelope["messageType"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["CONTROL_MESSAGE", "CONTROL_MESSAGE", "DATA_MESSAGE"]);
    assert_eq!(envelopes[0]["owner"], "CloudwatchLogs");
    let data = &envelopes[2];
    assert_eq!(data["owner"], ALPHA);
    assert_eq!(data["logGroup"], GROUP);
    assert_eq!(data["logStream"], "one");
    assert_eq!(data["subscriptionFilters"], json!(["central"]));
    assert_eq!(data["logEvents"][0]["message"], "hello");
    assert_eq!(pipeline.counted(), json!({ "forwarded": 1, "delivery_errors": {} }));
}

#[tokio::test(start_paused = true)]
async fn only_matching_events_are_forwarded() {
    let pipeline = Pipeline::whole("ERROR -ignored").await;
    pipeline.log(&["ERROR one", "INFO two", "ERROR ignored", "ERROR three"]).await;
    pipeline.log(&["nothing here"]).await;
    pipeline.bench.pass(120).await;
    assert_eq!(pipeline.delivered().await, ["ERROR one", "ERROR three"]);
    assert_eq!(pipeline.counted()["forwarded"], 1);
}

#[tokio::test(start_paused = true)]
async fn the_regional_principal_is_as_good() {
    let pipeline = Pipeline::whole("").await;
    pipeline.put_trust("logs", &logs_trust("logs.ap-northeast-1.amazonaws.com", &[ALPHA, BETA])).await;
    pipeline.log(&["hello"]).await;
    pipeline.bench.pass(120).await;
    assert_eq!(pipeline.delivered().await, ["hello"]);
}

/// Logs an event and expects it to be refused for this reason, with nothing in the bucket.
async fn check_refused(pipeline: &Pipeline, reason: &str) {
    pipeline.log(&["lost"]).await;
    pipeline.bench.pass(120).await;
    assert!(pipeline.delivered().await.is_empty());
    assert_eq!(pipeline.counted(), json!({ "forwarded": 0, "delivery_errors": { reason: 1 } }));
}

#[tokio::test(start_paused = true)]
async fn a_trust_without_the_sender_stops_delivery() {
    let pipeline = Pipeline::whole("").await;
    pipeline.put_trust("logs", &logs_trust("logs.amazonaws.com", &[BETA])).await;
    check_refused(&pipeline, "role_not_assumed").await;
}

#[tokio::test(start_paused = true)]
async fn a_role_that_may_not_put_records_stops_delivery() {
    let pipeline = Pipeline::whole("").await;
    pipeline.put_role_policy("logs", &LOGS_POLICY.replace("PutRecord", "ListDeliveryStreams")).await;
    pipeline.bench.pass(10).await;
    check_refused(&pipeline, "put_denied").await;
}

#[tokio::test(start_paused = true)]
async fn a_sender_taken_out_of_the_policy_is_refused() {
    let pipeline = Pipeline::whole("").await;
    pipeline.put_policy(&destination_policy(BETA)).await;
    check_refused(&pipeline, "sender_not_admitted").await;
}

#[tokio::test(start_paused = true)]
async fn a_deleted_destination_takes_nothing() {
    let pipeline = Pipeline::whole("").await;
    pipeline.logs.delete_destination().destination_name("central").send().await.unwrap();
    check_refused(&pipeline, "no_destination").await;
}

#[tokio::test(start_paused = true)]
async fn a_deleted_stream_takes_nothing_and_loses_its_buffer() {
    let pipeline = Pipeline::whole("").await;
    pipeline.firehose.delete_delivery_stream().delivery_stream_name("central").send().await.unwrap();
    check_refused(&pipeline, "stream_not_active").await;
    assert!(pipeline.envelopes().await.is_empty(), "control messages were buffered");
}

/// The error codes in the stream's error log.
pub(super) async fn logged(pipeline: &Pipeline) -> Vec<String> {
    let read = pipeline.logs.filter_log_events().log_group_name("/firehose").send().await.unwrap();
    let code = |message: &str| {
        let message: serde_json::Value = serde_json::from_str(message).unwrap();
        message["errorCode"].as_str().unwrap().to_owned()
    };
    read.events().iter().map(|event| code(event.message().unwrap())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_denied_write_is_logged_and_tried_again() {
    let pipeline = Pipeline::whole("").await;
    pipeline.put_role_policy("firehose", &FIREHOSE_POLICY.replace("s3:PutObject", "s3:GetObject")).await;
    pipeline.log(&["late"]).await;
    pipeline.bench.pass(120).await;
    assert!(pipeline.keys().await.is_empty());
    assert_eq!(logged(&pipeline).await, ["S3.AccessDenied"]);
    pipeline.put_role_policy("firehose", FIREHOSE_POLICY).await;
    pipeline.bench.pass(300).await;
    assert_eq!(pipeline.delivered().await, ["late"]);
    assert_eq!(logged(&pipeline).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_missing_bucket_is_logged_for_a_day_at_most() {
    let pipeline = Pipeline::whole("").await;
    pipeline.s3.delete_bucket().bucket(BUCKET).send().await.unwrap();
    pipeline.bench.pass(25 * 3_600).await;
    let codes = logged(&pipeline).await;
    assert_eq!(codes[0], "S3.NoSuchBucket");
    assert_eq!(codes.len(), 24 * 12);
    assert_eq!(pipeline.bench.cloud.summary()["pending_events"], 0);
}

#[tokio::test(start_paused = true)]
async fn an_external_id_that_turns_wrong_stops_writes() {
    let pipeline = Pipeline::whole("").await;
    pipeline.put_trust("firehose", &firehose_trust(ALPHA)).await;
    pipeline.log(&["stuck"]).await;
    pipeline.bench.pass(120).await;
    assert!(pipeline.keys().await.is_empty());
    assert!(logged(&pipeline).await.is_empty(), "the error log is written under the same role");
}

#[tokio::test(start_paused = true)]
async fn a_destination_needs_a_role_that_works() {
    let pipeline = Pipeline::with_stream().await;
    let expected = "InvalidParameterException: Could not deliver test message to specified Firehose stream. \
                    Check if the given Firehose stream is in ACTIVE state.";
    pipeline.put_trust("logs", &logs_trust("logs.amazonaws.com", &[ALPHA])).await;
    assert_eq!(refusal(pipeline.put_destination().await), expected, "trust without the recipient");
    pipeline.put_trust("logs", &logs_trust("logs.amazonaws.com", &[BETA])).await;
    pipeline.put_destination().await.unwrap();
    let put = pipeline
        .logs
        .put_destination()
        .destination_name("central")
        .role_arn("arn:aws:iam::222222222222:role/x");
    let put = put.target_arn("arn:aws:firehose:ap-northeast-1:222222222222:deliverystream/central");
    assert_eq!(refusal(put.send().await), expected, "missing role");
}

#[tokio::test(start_paused = true)]
async fn a_destination_cannot_be_made_before_the_stream_is_active() {
    let pipeline = Pipeline::empty();
    pipeline.make_roles().await;
    pipeline.create_stream("central", Pipeline::extended()).await.unwrap();
    assert!(pipeline.put_destination().await.is_err());
    pipeline.bench.pass(60).await;
    assert_eq!(pipeline.put_destination().await.unwrap(), DESTINATION);
}

#[tokio::test(start_paused = true)]
async fn a_filter_needs_a_destination_that_admits_the_sender() {
    let pipeline = Pipeline::with_stream().await;
    pipeline.make_group().await;
    let unreachable = "InvalidParameterException: Could not deliver test message to specified destination. Check if \
                       the destination is valid.";
    let denied = format!(
        "AccessDeniedException: User with accountId: {ALPHA} is not authorized to perform: \
         logs:PutSubscriptionFilter on resource: {DESTINATION}"
    );
    assert_eq!(refusal(pipeline.subscribe("central", "").await), unreachable);
    pipeline.put_destination().await.unwrap();
    assert_eq!(refusal(pipeline.subscribe("central", "").await), denied);
    pipeline.put_policy(&destination_policy(BETA)).await;
    assert_eq!(refusal(pipeline.subscribe("central", "").await), denied);
    pipeline.put_policy(&destination_policy(ALPHA)).await;
    pipeline.put_trust("logs", &logs_trust("logs.amazonaws.com", &[BETA])).await;
    assert_eq!(refusal(pipeline.subscribe("central", "").await), unreachable);
    pipeline.put_trust("logs", &logs_trust("logs.amazonaws.com", &[ALPHA, BETA])).await;
    pipeline.subscribe("central", "").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_on_its_way_survives_saving_and_loading() {
    let pipeline = Pipeline::whole("").await;
    pipeline.log(&["hello"]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let cloud = &pipeline.bench.cloud;
    cloud.save(&path).unwrap();
    let loaded = Cloud::open(&path, cloud.now()).unwrap();
    let later = cloud.now() + Duration::from_secs(600);
    cloud.advance_to(later);
    loaded.advance_to(later);
    assert_eq!(loaded.summary(), cloud.summary());
    assert_eq!(loaded.summary()["buckets"][BUCKET]["objects"], 1);
}
