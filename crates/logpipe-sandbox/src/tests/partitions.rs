//! Firehose: records parted by their keys.

use aws_sdk_firehose::types::builders::ExtendedS3DestinationConfigurationBuilder;
use aws_sdk_firehose::types::{
    BufferingHints, DynamicPartitioningConfiguration, ExtendedS3DestinationUpdate, Processor,
    ProcessorParameterName as Name, ProcessorType as Type,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::bench::{ALPHA, refusal};
use super::pipeline::{Pipeline, unzipped};
use super::processors::{decompression, delimiter, processing, processor};

const PREFIX: &str =
    "logs/!{timestamp:yyyy}/owner=!{partitionKeyFromQuery:owner}/logGroup=!{partitionKeyFromQuery:logGroup}/";
const QUERY: &str = "{owner:.owner,logGroup:.logGroup}";

fn metadata(query: &str) -> Processor {
    let parameters = [(Name::MetadataExtractionQuery, query), (Name::JsonParsingEngine, "JQ-1.6")];
    processor(Type::MetadataExtraction, &parameters)
}

fn on(enabled: bool) -> DynamicPartitioningConfiguration {
    DynamicPartitioningConfiguration::builder().enabled(enabled).build()
}

fn hints(size: i32, seconds: i32) -> BufferingHints {
    BufferingHints::builder().size_in_mbs(size).interval_in_seconds(seconds).build()
}

fn parted(processors: &[Processor]) -> ExtendedS3DestinationConfigurationBuilder {
    Pipeline::extended()
        .prefix(PREFIX)
        .buffering_hints(hints(64, 60))
        .file_extension(".json")
        .dynamic_partitioning_configuration(on(true))
        .processing_configuration(processing(processors))
}

#[tokio::test(start_paused = true)]
async fn each_partition_has_its_objects() {
    let pipeline = Pipeline::whole_with(parted(&[decompression(), metadata(QUERY), delimiter()])).await;
    pipeline.log(&["one"]).await;
    pipeline.bench.pass(30).await;
    pipeline.log(&["two"]).await;
    pipeline.bench.pass(120).await;
    let keys = pipeline.keys().await;
    let data: Vec<&String> = keys.iter().filter(|key| key.starts_with("logs/")).collect();
    assert_eq!(data.len(), 1, "{keys:?}");
    let folder = format!("logs/2026/owner={ALPHA}/logGroup=/app/web/central-1-2026-01-01-");
    assert!(data[0].starts_with(&folder), "{data:?}");
    let body = String::from_utf8(pipeline.body(data[0]).await).unwrap();
    let messages: Vec<String> = body
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["logEvents"][0]["message"].to_string())
        .collect();
    assert_eq!(messages, ["\"one\"", "\"two\""]);
}

#[tokio::test(start_paused = true)]
async fn what_lacks_a_key_goes_below_the_error_prefix() {
    let pipeline = Pipeline::whole_with(parted(&[decompression(), metadata(QUERY)])).await;
    pipeline.bench.pass(120).await;
    let keys = pipeline.keys().await;
    assert_eq!(keys.len(), 1, "{keys:?}");
    assert!(keys[0].starts_with("errors/processing-failed/central-1-2026-01-01-"), "{keys:?}");
    let body = String::from_utf8(pipeline.body(&keys[0]).await).unwrap();
    let errors: Vec<Value> = body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(errors.len(), 2, "the control messages name no log group");
    assert_eq!(errors[0]["errorCode"], "DynamicPartitioning.MetadataExtractionFailed");
    assert_eq!(errors[0]["errorMessage"], "partitionKeys values must not be null or empty");
    let raw = STANDARD.decode(errors[0]["rawData"].as_str().unwrap()).unwrap();
    assert!(unzipped(&raw).contains("CONTROL_MESSAGE"));
}

#[tokio::test(start_paused = true)]
async fn compressed_envelopes_are_no_json() {
    let pipeline = Pipeline::whole_with(parted(&[metadata(QUERY)])).await;
    pipeline.log(&["one"]).await;
    pipeline.bench.pass(120).await;
    let keys = pipeline.keys().await;
    assert_eq!(keys.len(), 1, "{keys:?}");
    let body = String::from_utf8(pipeline.body(&keys[0]).await).unwrap();
    assert_eq!(body.matches("Non JSON record provided").count(), 3);
}

#[tokio::test(start_paused = true)]
async fn partitioning_keeps_its_rules() {
    let pipeline = Pipeline::empty();
    pipeline.make_roles().await;
    let good = || parted(&[decompression(), metadata(QUERY)]);
    let engine = processor(Type::MetadataExtraction, &[(Name::MetadataExtractionQuery, QUERY)]);
    for (settings, expect) in [
        (
            good().buffering_hints(hints(63, 60)),
            "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.",
        ),
        (
            good().buffering_hints(hints(64, 59)),
            "BufferingHints.IntervalInSeconds must be at least 60 when Dynamic Partitioning is enabled.",
        ),
        (
            good().prefix("logs/"),
            "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled",
        ),
        (
            good().prefix("logs/!{partitionKeyFromQuery:owner}/"),
            "MetaDataExtraction JQ Query can't contain keys that are not present in the S3 Prefix expression",
        ),
        (
            parted(&[metadata("{owner:.owner}")]),
            "S3 Prefix expression can't contain keys that are not present in the MetaDataExtraction JQ Query",
        ),
        (
            good().error_output_prefix(""),
            "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions",
        ),
        (
            good().error_output_prefix("e/!{firehose:error-output-type}/!{partitionKeyFromQuery:owner}/"),
            "Dynamic Partitioning Namespaces can't be part of an error prefix expression",
        ),
        (parted(&[engine]), "MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6"),
        (
            parted(&[metadata("{owner:.owner|ltrimstr(\"1\")}")]),
            "The sandbox evaluates only MetadataExtractionQuery objects that pick members of the record, such as \
             {owner:.owner,logGroup:.logGroup}",
        ),
        (
            good().dynamic_partitioning_configuration(on(false)),
            "class com.amazonaws.services.firehose.internal.model.MetadataExtractionProcessor can only be present \
             when Dynamic Partitioning is enabled.",
        ),
        (
            Pipeline::extended().prefix("logs/!{partitionKeyFromQuery:owner}/"),
            "Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is \
             enabled.",
        ),
    ] {
        let created = pipeline.create_stream("central", settings).await;
        assert_eq!(refusal(created), format!("InvalidArgumentException: {expect}"));
    }
    pipeline.create_stream("central", good()).await.unwrap();
    pipeline.bench.pass(60).await;
    let shown =
        pipeline.firehose.describe_delivery_stream().delivery_stream_name("central").send().await.unwrap();
    let shown = shown.delivery_stream_description.unwrap().destinations.remove(0);
    let partitioning =
        shown.extended_s3_destination_description.unwrap().dynamic_partitioning_configuration.unwrap();
    assert_eq!(partitioning.enabled, Some(true));
    assert_eq!(partitioning.retry_options.unwrap().duration_in_seconds, Some(300));
}

#[tokio::test(start_paused = true)]
async fn partitioning_is_set_when_the_stream_is_made() {
    let pipeline = Pipeline::with_stream().await;
    let parted = parted(&[decompression(), metadata(QUERY)]);
    pipeline.create_stream("parted", parted).await.unwrap();
    pipeline.bench.pass(60).await;
    let update = |stream: &str, update: ExtendedS3DestinationUpdate| {
        let call = pipeline.firehose.update_destination().delivery_stream_name(stream);
        let call = call.current_delivery_stream_version_id("1").destination_id("destinationId-000000000001");
        call.extended_s3_destination_update(update).send()
    };
    let switch = |enabled| {
        ExtendedS3DestinationUpdate::builder().dynamic_partitioning_configuration(on(enabled)).build()
    };
    let expect = "InvalidArgumentException: Dynamic Partitioning cannot be enabled or disabled for an existing Firehose \
                  stream.";
    assert_eq!(refusal(update("central", switch(true)).await), expect);
    assert_eq!(refusal(update("parted", switch(false)).await), expect);
    let prefix = ExtendedS3DestinationUpdate::builder().prefix(PREFIX.replace("logs/", "new/")).build();
    update("parted", prefix).await.unwrap();
}
