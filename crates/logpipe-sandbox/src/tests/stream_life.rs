//! Streams in Firehose's own time: made, failed, changed, deleted, and how many there may be.

use std::time::Duration;

use aws_sdk_firehose::types::{
    DeliveryStreamDescription, DeliveryStreamFailureType, DeliveryStreamStatus as Status,
    ExtendedS3DestinationUpdate,
};

use super::bench::{code, refusal};
use super::pipeline::Pipeline;

async fn describe(pipeline: &Pipeline) -> Option<DeliveryStreamDescription> {
    let call = pipeline.firehose.describe_delivery_stream().delivery_stream_name("central");
    call.send().await.ok()?.delivery_stream_description
}

async fn status(pipeline: &Pipeline) -> Option<Status> {
    describe(pipeline).await.map(|stream| stream.delivery_stream_status)
}

async fn delete(pipeline: &Pipeline) -> Result<(), String> {
    let call = pipeline.firehose.delete_delivery_stream().delivery_stream_name("central");
    call.send().await.map(drop).map_err(|error| code(Err::<(), _>(error)))
}

/// How many seconds a stream keeps a status.
async fn lasts(pipeline: &Pipeline, while_it_is: Status) -> u64 {
    let began = pipeline.bench.cloud.now();
    while status(pipeline).await.as_ref() == Some(&while_it_is) {
        pipeline.bench.pass(1).await;
    }
    pipeline.bench.cloud.now().duration_since(began).unwrap_or(Duration::ZERO).as_secs()
}

#[tokio::test(start_paused = true)]
async fn making_and_deleting_take_as_long_as_the_seed_says() {
    let mut times = Vec::new();
    for seed in [None, Some(1), Some(2), Some(3), Some(4)] {
        let pipeline = Pipeline::empty();
        pipeline.make_roles().await;
        seed.into_iter().for_each(|seed| pipeline.bench.cloud.set_seed(seed));
        pipeline.create_stream("central", Pipeline::extended()).await.unwrap();
        assert_eq!(delete(&pipeline).await, Err("ResourceInUseException".to_owned()), "it is being made");
        let creating = lasts(&pipeline, Status::Creating).await;
        delete(&pipeline).await.unwrap();
        let taken = pipeline.create_stream("central", Pipeline::extended()).await;
        assert_eq!(code(taken), "ResourceInUseException", "its name is not free yet");
        times.push((creating, lasts(&pipeline, Status::Deleting).await));
    }
    let (usual, drawn) = times.split_first().unwrap();
    assert!((39..=43).contains(&usual.0) && (19..=22).contains(&usual.1), "{usual:?}");
    assert!(
        drawn.iter().all(|(creating, deleting)| (9..=180).contains(creating) && (4..=330).contains(deleting))
    );
    assert!(drawn.iter().any(|other| *other != drawn[0]), "{drawn:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_failed_can_only_be_deleted() {
    let pipeline = Pipeline::empty();
    pipeline.make_roles().await;
    pipeline.bench.cloud.fail_next_stream("The key is disabled.");
    pipeline.create_stream("central", Pipeline::extended()).await.unwrap();
    pipeline.bench.pass(60).await;
    let failed = describe(&pipeline).await.unwrap();
    assert_eq!(failed.delivery_stream_status, Status::CreatingFailed);
    let failure = failed.failure_description.unwrap();
    assert_eq!(
        (failure.r#type, failure.details.as_str()),
        (DeliveryStreamFailureType::UnknownError, "The key is disabled.")
    );
    let again = pipeline.create_stream("central", Pipeline::extended()).await;
    assert_eq!(code(again), "ResourceInUseException");
    let call = pipeline.firehose.update_destination().delivery_stream_name("central");
    let call = call.current_delivery_stream_version_id("1").destination_id("destinationId-000000000001");
    let update = call.extended_s3_destination_update(ExtendedS3DestinationUpdate::builder().build());
    assert_eq!(code(update.send().await), "ResourceInUseException");
    delete(&pipeline).await.unwrap();
    pipeline.bench.pass(30).await;
    pipeline.create_stream("central", Pipeline::extended()).await.unwrap();
    pipeline.bench.pass(60).await;
    assert_eq!(status(&pipeline).await, Some(Status::Active), "only one was to fail");
}

#[tokio::test(start_paused = true)]
async fn a_change_is_shown_at_once_and_takes_effect_later_where_a_seed_decides() {
    for (seed, delayed) in [(None, false), (Some(3), true)] {
        let pipeline = Pipeline::with_stream().await;
        seed.into_iter().for_each(|seed| pipeline.bench.cloud.set_seed(seed));
        let update = |prefix: &str| {
            let call = pipeline.firehose.update_destination().delivery_stream_name("central");
            let call = call.destination_id("destinationId-000000000001");
            call.extended_s3_destination_update(ExtendedS3DestinationUpdate::builder().prefix(prefix).build())
        };
        update("one/").current_delivery_stream_version_id("1").send().await.unwrap();
        update("two/").current_delivery_stream_version_id("2").send().await.unwrap();
        let shown = describe(&pipeline).await.unwrap().destinations.remove(0);
        assert_eq!(shown.extended_s3_destination_description.unwrap().prefix(), Some("two/"));
        let prefix = || {
            let world = pipeline.bench.cloud.world();
            let (_, stream) = world
                .accounts
                .values()
                .flat_map(|account| account.firehose.values().flatten())
                .next()
                .unwrap();
            stream.in_effect().prefix().to_owned()
        };
        assert_eq!(prefix() != "two/", delayed, "{seed:?}");
        pipeline.bench.cloud.advance_to(pipeline.bench.cloud.now() + Duration::from_secs(61));
        assert_eq!(prefix(), "two/", "{seed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_region_takes_no_more_streams_than_its_quota() {
    let pipeline = Pipeline::with_stream().await;
    pipeline.bench.cloud.set_stream_quota(2);
    pipeline.create_stream("second", Pipeline::extended()).await.unwrap();
    assert_eq!(
        refusal(pipeline.create_stream("third", Pipeline::extended()).await),
        "LimitExceededException: You have already consumed your firehose quota of 2 hoses."
    );
}
