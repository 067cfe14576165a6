//! Firehose: where in the bucket objects go, and in which time.

use aws_sdk_firehose::types::builders::ExtendedS3DestinationConfigurationBuilder as Settings;

use super::bench::{code, refusal};
use super::pipeline::Pipeline;

/// What precedes the name of the one object of a stream with these settings.
async fn folder(settings: Settings) -> String {
    let pipeline = Pipeline::whole_with(settings).await;
    pipeline.log(&["one"]).await;
    pipeline.bench.pass(120).await;
    folder_of(&pipeline).await
}

async fn folder_of(pipeline: &Pipeline) -> String {
    let keys = pipeline.keys().await;
    assert_eq!(keys.len(), 1, "{keys:?}");
    keys[0].split_once("central-1-").unwrap().0.to_owned()
}

#[tokio::test(start_paused = true)]
async fn only_a_prefix_without_expressions_gets_the_hour_appended() {
    let good = Pipeline::extended;
    assert_eq!(folder(good().prefix("logs/")).await, "logs/2026/01/01/00/");
    assert_eq!(folder(good().prefix("")).await, "2026/01/01/00/");
    assert_eq!(folder(good().prefix("logs/!{timestamp:yyyy}/")).await, "logs/2026/");
    let random = folder(good().prefix("logs/!{firehose:random-string}/")).await;
    assert_eq!(random.len(), "logs/".len() + 11 + 1, "{random}");
}

#[tokio::test(start_paused = true)]
async fn keys_tell_the_time_of_the_streams_own_zone() {
    let zoned = |zone: &str| Pipeline::extended().prefix("logs/").custom_time_zone(zone);
    assert_eq!(folder(zoned("Asia/Tokyo")).await, "logs/2026/01/01/09/");
    assert_eq!(folder(zoned("America/Bogota")).await, "logs/2025/12/31/19/");
    assert_eq!(folder(zoned("")).await, "logs/2026/01/01/00/");
    let pipeline = Pipeline::whole_with(zoned("Asia/Kolkata")).await;
    pipeline.log(&["one"]).await;
    pipeline.bench.pass(120).await;
    let keys = pipeline.keys().await;
    assert!(keys[0].starts_with("logs/2026/01/01/05/central-1-2026-01-01-05-3"), "{keys:?}");

    assert_eq!(code(pipeline.create_stream("other", zoned("Asia/Tokyo+9")).await), "ValidationException");
    let refused = refusal(pipeline.create_stream("other", zoned("Europe/Berlin")).await);
    assert!(refused.ends_with("does not simulate Firehose with the time zone Europe/Berlin"), "{refused}");
}
