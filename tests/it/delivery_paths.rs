//! Where objects go, delivered and failed: logpipe says it so that Firehose can read it one way only, and verify looks
//! where they are.

use aws_sdk_firehose::types::builders::ExtendedS3DestinationUpdateBuilder;
use aws_sdk_firehose::types::{
    ExtendedS3DestinationUpdate, ProcessingConfiguration, Processor, ProcessorParameter,
    ProcessorParameterName, ProcessorType,
};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, TOKYO};
use crate::walkthrough::{TOPOLOGY, applied};

const STREAM: &str = "delivery-test-stream";
const PARTED: &str = ", format: decompressed, buffer_mb: 64, partition_by: [owner]";

/// The topology with these keys of the bucket and options of the stream.
fn with(bucket: &str, stream: &str) -> String {
    TOPOLOGY
        .replace("bucket: { name: delivery-test }", &format!("bucket: {{ name: delivery-test{bucket} }}"))
        .replace("buffer_seconds: 60 }", &format!("buffer_seconds: 60{stream} }}"))
}

fn made(topology: &str) -> Bench {
    let bench = Bench::new(topology);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench
}

/// Changes the stream behind logpipe's back.
fn update(
    bench: &Bench,
    change: impl FnOnce(ExtendedS3DestinationUpdateBuilder) -> ExtendedS3DestinationUpdateBuilder + Send + 'static,
) {
    bench.aws(ARCHIVE, TOKYO, async |config: SdkConfig| {
        let there = aws::stream(&config, STREAM).await;
        let call = aws::firehose(&config).update_destination().delivery_stream_name(STREAM);
        call.current_delivery_stream_version_id(there.version_id())
            .destination_id(there.destinations()[0].destination_id())
            .extended_s3_destination_update(change(ExtendedS3DestinationUpdate::builder()).build())
            .send()
            .await
            .unwrap();
    });
}

#[track_caller]
fn verify(bench: &Bench, exit: Exit) -> Value {
    bench.sandbox("verify", &["--output", "json"]).expect(exit).json()["routes"][0].clone()
}

/// The object in which verify found its event, without the bucket.
#[track_caller]
fn delivered_to(bench: &Bench) -> String {
    let route = verify(bench, Exit::Done);
    route["object"].as_str().unwrap().strip_prefix("s3://delivery-test/").unwrap().to_owned()
}

/// Expects a key to go on behind `folder` with the hour of the sandbox, so far from UTC, as Firehose writes it: that of now
/// or of a moment ago, when the buffer was opened.
#[track_caller]
fn dated(bench: &Bench, key: &str, folder: &str, ahead: i64) {
    let format = time::macros::format_description!("[year]/[month]/[day]/[hour]/");
    let there = time::OffsetDateTime::from(bench.now()) + time::Duration::hours(ahead);
    let hours = [0, 15].map(|minutes| (there - time::Duration::minutes(minutes)).format(&format).unwrap());
    assert!(hours.iter().any(|hour| key.starts_with(&format!("{folder}{hour}"))), "{key} in {hours:?}");
}

/// The changes that the plan makes to the stream, and its action.
#[track_caller]
fn planned(bench: &Bench) -> (String, Vec<Value>) {
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let steps = plan["steps"].as_array().unwrap().iter();
    let mut streams = steps.filter(|step| step["kind"] == "firehose_stream" && step["action"] != "keep");
    let step = streams.next().unwrap_or_else(|| panic!("{plan:#}"));
    assert_eq!(streams.next(), None, "{plan:#}");
    (step["action"].as_str().unwrap().to_owned(), step["changes"].as_array().unwrap().clone())
}

#[test]
fn a_parted_stream_of_before_gets_its_timestamp_in_place_and_is_verified_all_along() {
    let bench = made(&with("", PARTED));
    let parted = "logs/owner=111111111111/";
    let key = delivered_to(&bench);
    dated(&bench, &key, parted, 0);

    update(&bench, |update| update.prefix("logs/owner=!{partitionKeyFromQuery:owner}/"));
    let key = delivered_to(&bench);
    assert!(key.starts_with(&format!("{parted}{STREAM}-2-")), "Firehose adds no folders: {key}");
    let (action, changes) = planned(&bench);
    assert_eq!((action.as_str(), changes.len()), ("update", 1), "{changes:?}");
    assert_eq!(changes[0]["to"], "logs/owner=!{partitionKeyFromQuery:owner}/!{timestamp:yyyy/MM/dd/HH}/");

    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let key = delivered_to(&bench);
    dated(&bench, &key, parted, 0);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_prefix_of_the_users_own_with_an_expression_gets_its_timestamp_and_a_word() {
    let topology = with(", prefix: \"logs/!{firehose:random-string}/\"", "");
    let bench = made(&topology);
    let key = delivered_to(&bench);
    dated(&bench, &key["logs/".len() + 11..], "/", 0);
    let said = bench.run(&["logpipe", "validate", "topology.yaml"]).expect(Exit::Done).said();
    let words =
        "the prefix `logs/!{firehose:random-string}/` has an expression but no timestamp, and Firehose adds";
    assert!(said.contains(words), "{said}");
    let dated = topology.replace("random-string}/", "random-string}/!{timestamp:yyyy}/");
    let bench = Bench::new(&dated);
    let said = bench.run(&["logpipe", "validate", "topology.yaml"]).expect(Exit::Done).said();
    assert!(!said.contains("no timestamp"), "{said}");
}

/// Has the stream look for its partition key in a field that no record has.
fn misled(bench: &Bench) {
    let parameter = |name: ProcessorParameterName, value: &str| {
        ProcessorParameter::builder().parameter_name(name).parameter_value(value).build().unwrap()
    };
    let processor = |kind, parameters: Vec<ProcessorParameter>| {
        Processor::builder().r#type(kind).set_parameters(Some(parameters)).build().unwrap()
    };
    let gzip = parameter(ProcessorParameterName::CompressionFormat, "GZIP");
    let query = parameter(ProcessorParameterName::MetadataExtractionQuery, "{owner:.nobody}");
    let engine = parameter(ProcessorParameterName::JsonParsingEngine, "JQ-1.6");
    let processing = ProcessingConfiguration::builder()
        .enabled(true)
        .processors(processor(ProcessorType::Decompression, vec![gzip]))
        .processors(processor(ProcessorType::MetadataExtraction, vec![query, engine]))
        .build();
    update(bench, |update| update.processing_configuration(processing));
}

#[test]
fn what_firehose_could_not_process_is_found_under_every_error_prefix_with_its_own_words() {
    for (bucket, folder) in [
        ("", "errors/processing-failed/delivery-test-stream-"),
        (", error_prefix: errors/", "errors/processing-failed/20"),
        (", error_prefix: \"e/!{timestamp:yyyy}/!{firehose:error-output-type}/\"", "e/20"),
        (", error_prefix: \"errors/!{firehose:error-output-type}-\"", "errors/processing-failed-delivery"),
        (", error_prefix: \"logs/!{firehose:error-output-type}/\"", "logs/processing-failed/delivery"),
        (", error_prefix: \"!{firehose:error-output-type}/x/\"", "processing-failed/x/delivery"),
    ] {
        let bench = made(&with(bucket, PARTED));
        misled(&bench);
        let verified = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Broken).json();
        assert_eq!(verified["verdict"], "broken", "{verified:#}");
        let route = &verified["routes"][0];
        let own = route["undelivered"].as_array().unwrap().iter().find(|one| one["test_event"] == true);
        let own = own.unwrap_or_else(|| panic!("{bucket}: {route:#}"));
        assert_eq!(own["error_code"], "DynamicPartitioning.MetadataExtractionFailed");
        assert_eq!(own["error_message"], "partitionKeys values must not be null or empty");
        let object = own["object"].as_str().unwrap();
        assert!(object.starts_with(&format!("s3://delivery-test/{folder}")), "{object}");
        let finding = route["finding"].as_str().unwrap();
        let words = "Firehose could not process the test event: DynamicPartitioning.MetadataExtractionFailed: partition";
        assert!(finding.contains(words) && finding.contains(object), "{finding}");
    }
}

#[test]
fn a_stream_in_another_time_zone_is_drift_and_is_searched_by_its_own_hours() {
    for (zone, ahead) in [("Asia/Tokyo", 9), ("America/Bogota", -5)] {
        let bench = applied();
        update(&bench, move |update| update.custom_time_zone(zone));
        let key = delivered_to(&bench);
        dated(&bench, &key, "logs/", ahead);
        let (action, changes) = planned(&bench);
        assert_eq!((action.as_str(), changes.len()), ("update", 1), "{changes:?}");
        assert_eq!(
            (&changes[0]["field"], &changes[0]["from"], &changes[0]["to"]),
            (&"time_zone".into(), &zone.into(), &"UTC".into())
        );
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        let key = delivered_to(&bench);
        dated(&bench, &key, "logs/", 0);
    }
}

#[test]
fn an_object_named_by_day_and_local_time_is_found_in_another_time_zone() {
    let bench = made(&with(", prefix: \"logs/!{timestamp:yyyy/MM/dd}/\"", ""));
    update(&bench, |update| update.custom_time_zone("Pacific/Honolulu"));
    let local = time::OffsetDateTime::from(bench.now()) - time::Duration::hours(10);
    let format =
        time::macros::format_description!("logs/[year]/[month]/[day]/delivery-test-stream-2-[year]-[month]");
    let key = delivered_to(&bench);
    assert!(key.starts_with(&local.format(&format).unwrap()), "{key}");
}
