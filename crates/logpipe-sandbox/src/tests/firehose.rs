//! Firehose: streams as a client sees them.

use aws_sdk_firehose::primitives::Blob;
use aws_sdk_firehose::types::{
    BufferingHints, DeliveryStreamStatus, ExtendedS3DestinationUpdate, Record, Tag,
};

use super::bench::{ALPHA, BETA, code, refusal};
use super::pipeline::{BUCKET, FIREHOSE_ROLE, Pipeline, STREAM, firehose_trust};

async fn describe(pipeline: &Pipeline) -> aws_sdk_firehose::types::DeliveryStreamDescription {
    let call = pipeline.firehose.describe_delivery_stream().delivery_stream_name("central");
    call.send().await.unwrap().delivery_stream_description.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_stream_goes_through_its_life() {
    let pipeline = Pipeline::empty();
    pipeline.make_roles().await;
    let arn = pipeline.create_stream("central", Pipeline::extended()).await.unwrap();
    assert_eq!(arn, STREAM);
    assert_eq!(describe(&pipeline).await.delivery_stream_status, DeliveryStreamStatus::Creating);
    let delete = || pipeline.firehose.delete_delivery_stream().delivery_stream_name("central").send();
    assert_eq!(code(delete().await), "ResourceInUseException");
    assert_eq!(
        refusal(pipeline.create_stream("central", Pipeline::extended()).await),
        "ResourceInUseException: Firehose central under accountId 222222222222 already exists"
    );
    pipeline.bench.pass(60).await;
    assert_eq!(describe(&pipeline).await.delivery_stream_status, DeliveryStreamStatus::Active);
    delete().await.unwrap();
    assert_eq!(describe(&pipeline).await.delivery_stream_status, DeliveryStreamStatus::Deleting);
    assert!(
        pipeline.create_stream("central", Pipeline::extended()).await.is_err(),
        "the name is taken still"
    );
    pipeline.bench.pass(30).await;
    assert_eq!(
        refusal(delete().await),
        "ResourceNotFoundException: Firehose central under account 222222222222 not found."
    );
    pipeline.create_stream("central", Pipeline::extended()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_role_must_be_known_and_trust_the_account() {
    let pipeline = Pipeline::empty();
    let expected = format!(
        "InvalidArgumentException: Firehose is unable to assume role {FIREHOSE_ROLE}. Please check the role provided."
    );
    let create = || pipeline.create_stream("central", Pipeline::extended());
    assert_eq!(refusal(create().await), expected);
    pipeline.make_roles().await;
    pipeline.put_trust("firehose", &firehose_trust(ALPHA)).await;
    assert_eq!(refusal(create().await), expected);
    let fixing = pipeline.iam.update_assume_role_policy().role_name("firehose");
    fixing.policy_document(firehose_trust(BETA)).send().await.unwrap();
    assert_eq!(refusal(create().await), expected, "other services do not see the change yet");
    pipeline.bench.pass(10).await;
    create().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn settings_are_checked() {
    let pipeline = Pipeline::empty();
    pipeline.make_roles().await;
    let hints = |size, seconds| {
        BufferingHints::builder().set_size_in_mbs(size).set_interval_in_seconds(seconds).build()
    };
    let good = || Pipeline::extended();
    for (settings, why) in [
        (good().buffering_hints(hints(Some(5), None)), "both or neither"),
        (good().prefix("a/!{firehose:error-output-type}/"), "error expression in prefix"),
        (good().error_output_prefix(""), "error prefix is needed"),
        (good().error_output_prefix("e/!{timestamp:yyyy}/"), "error type is needed"),
        (good().file_extension("json"), "extension"),
        (good().bucket_arn("central-logs"), "bucket"),
    ] {
        let created = pipeline.create_stream("central", settings).await;
        assert_eq!(code(created), "InvalidArgumentException", "{why}");
    }
    assert_eq!(code(pipeline.create_stream("no spaces", good()).await), "ValidationException");
    for (size, seconds) in [(0, 60), (129, 60), (5, 901)] {
        let settings = good().buffering_hints(hints(Some(size), Some(seconds)));
        assert_eq!(code(pipeline.create_stream("central", settings).await), "ValidationException");
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_merges_and_counts_versions() {
    let pipeline = Pipeline::with_stream().await;
    let before = describe(&pipeline).await;
    assert_eq!((before.version_id.as_str(), before.destinations.len()), ("1", 1));
    let id = before.destinations[0].destination_id.clone();
    assert_eq!(id, "destinationId-000000000001");
    let update = |version: &str| {
        pipeline
            .firehose
            .update_destination()
            .delivery_stream_name("central")
            .current_delivery_stream_version_id(version)
            .destination_id(&id)
            .extended_s3_destination_update(ExtendedS3DestinationUpdate::builder().prefix("new/").build())
            .send()
    };
    update("1").await.unwrap();
    assert_eq!(code(update("1").await), "ConcurrentModificationException");
    let after = describe(&pipeline).await;
    assert_eq!(after.version_id, "2");
    assert!(after.last_update_timestamp.is_some());
    let settings = after.destinations[0].extended_s3_destination_description.clone().unwrap();
    assert_eq!(settings.prefix(), Some("new/"));
    assert_eq!(settings.file_extension(), Some(".json.gz"));
    assert_eq!(settings.buffering_hints().unwrap().interval_in_seconds(), Some(60));
    let plain = after.destinations[0].s3_destination_description.clone().unwrap();
    assert_eq!(plain.bucket_arn, format!("arn:aws:s3:::{BUCKET}"));
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn tags_and_names_come_in_pages() {
    let pipeline = Pipeline::with_stream().await;
    let client = &pipeline.firehose;
    pipeline.create_stream("a", Pipeline::extended()).await.unwrap();
    let first = client.list_delivery_streams().limit(1).send().await.unwrap();
    assert_eq!(
        (first.delivery_stream_names.as_slice(), first.has_more_delivery_streams),
        (&["a".to_owned()][..], true)
    );
    let rest = client.list_delivery_streams().exclusive_start_delivery_stream_name("a").send().await.unwrap();
    assert_eq!(rest.delivery_stream_names, ["central"]);
    assert!(!rest.has_more_delivery_streams);
    let tags = client.tag_delivery_stream().delivery_stream_name("central");
    tags.tags(tag("a", "1")).tags(tag("b", "2")).tags(tag("c", "3")).send().await.unwrap();
    let untag = client.untag_delivery_stream().delivery_stream_name("central");
    untag.tag_keys("b").send().await.unwrap();
    let list = || client.list_tags_for_delivery_stream().delivery_stream_name("central");
    let first = list().limit(1).send().await.unwrap();
    assert_eq!((first.tags.as_slice(), first.has_more_tags), (&[tag("a", "1")][..], true));
    assert_eq!(list().exclusive_start_tag_key("a").send().await.unwrap().tags, [tag("c", "3")]);
}

fn record(data: Vec<u8>) -> Record {
    Record::builder().data(Blob::new(data)).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_full_buffer_is_delivered_at_once() {
    let pipeline = Pipeline::with_stream().await;
    let put = || pipeline.firehose.put_record_batch().delivery_stream_name("central");
    let large = || record(vec![b'x'; 1_000_000]);
    put().records(large()).records(large()).records(large()).send().await.unwrap();
    assert!(pipeline.keys().await.is_empty());
    let five = put().set_records(Some(vec![large(); 5])).send().await;
    assert_eq!(code(five), "InvalidArgumentException", "each record fits, the batch does not");
    let output = put().records(large()).records(large()).send().await.unwrap();
    assert_eq!((output.failed_put_count, output.request_responses.len()), (0, 2));
    assert!(pipeline.keys().await.is_empty());
    let one = pipeline.firehose.put_record().delivery_stream_name("central").record(large());
    one.send().await.unwrap();
    assert_eq!(pipeline.keys().await.len(), 1);
}
