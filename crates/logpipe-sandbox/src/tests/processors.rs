//! Firehose: what processors make of the records.

use std::io::Read as _;

use aws_sdk_firehose::primitives::Blob;
use aws_sdk_firehose::types::{
    CompressionFormat, ExtendedS3DestinationUpdate, ProcessingConfiguration, Processor, ProcessorParameter,
    ProcessorParameterName as Name, ProcessorType as Type, Record,
};
use flate2::read::MultiGzDecoder;

use super::bench::{code, refusal};
use super::pipeline::{Pipeline, unzipped};

/// A processor with these parameters.
pub(super) fn processor(kind: Type, parameters: &[(Name, &str)]) -> Processor {
    let parameter = |(name, value): &(Name, &str)| {
        ProcessorParameter::builder().parameter_name(name.clone()).parameter_value(*value).build().unwrap()
    };
    let parameters = parameters.iter().map(parameter).collect();
    Processor::builder().r#type(kind).set_parameters(Some(parameters)).build().unwrap()
}

/// A configuration with these processors.
pub(super) fn processing(processors: &[Processor]) -> ProcessingConfiguration {
    ProcessingConfiguration::builder().enabled(true).set_processors(Some(processors.to_vec())).build()
}

pub(super) fn decompression() -> Processor {
    processor(Type::Decompression, &[(Name::CompressionFormat, "GZIP")])
}

fn extraction() -> Processor {
    processor(Type::CloudWatchLogProcessing, &[(Name::DataMessageExtraction, "true")])
}

pub(super) fn delimiter() -> Processor {
    processor(Type::AppendDelimiterToRecord, &[(Name::Delimiter, "\\n")])
}

/// The one object that two messages become with these processors and this compression.
async fn delivered(processors: &[Processor], compression: CompressionFormat) -> Vec<u8> {
    let mut settings = Pipeline::extended().compression_format(compression);
    if !processors.is_empty() {
        settings = settings.processing_configuration(processing(processors));
    }
    let pipeline = Pipeline::whole_with(settings).await;
    pipeline.log(&["one", "two"]).await;
    pipeline.bench.pass(120).await;
    let keys = pipeline.keys().await;
    assert_eq!(keys.len(), 1);
    pipeline.body(&keys[0]).await
}

fn text(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap()
}

#[tokio::test(start_paused = true)]
async fn decompressed_envelopes_follow_one_another() {
    let plain = text(delivered(&[decompression()], CompressionFormat::Uncompressed).await);
    assert!(plain.starts_with(r#"{"messageType":"CONTROL_MESSAGE""#), "{plain}");
    assert_eq!(plain.matches("}{").count(), 2, "no delimiter: {plain}");
    let lines = text(delivered(&[decompression(), delimiter()], CompressionFormat::Uncompressed).await);
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.ends_with("}]}\n"), "{lines}");
    let zipped = delivered(&[decompression()], CompressionFormat::Gzip).await;
    assert_eq!(unzipped(&zipped).matches("}{").count(), 2);
}

#[tokio::test(start_paused = true)]
async fn extracted_messages_need_the_delimiter() {
    let lines = delivered(&[decompression(), extraction(), delimiter()], CompressionFormat::Gzip).await;
    assert_eq!(unzipped(&lines), "one\ntwo\n");
    let run_on = delivered(&[decompression(), extraction()], CompressionFormat::Uncompressed).await;
    assert_eq!(text(run_on), "onetwo");
    let kept = processor(Type::CloudWatchLogProcessing, &[(Name::DataMessageExtraction, "False")]);
    let whole = delivered(&[decompression(), kept], CompressionFormat::Uncompressed).await;
    assert!(text(whole).contains(r#""message":"two""#));
}

#[tokio::test(start_paused = true)]
async fn envelopes_that_firehose_compresses_are_compressed_twice() {
    let once = delivered(&[], CompressionFormat::Uncompressed).await;
    assert!(unzipped(&once).contains(r#""message":"two""#));
    let twice = delivered(&[], CompressionFormat::Gzip).await;
    let mut inner = Vec::new();
    MultiGzDecoder::new(twice.as_slice()).read_to_end(&mut inner).unwrap();
    assert!(unzipped(&inner).contains(r#""message":"two""#));
}

#[tokio::test(start_paused = true)]
async fn processors_keep_their_rules() {
    let pipeline = Pipeline::empty();
    pipeline.make_roles().await;
    let unpaired = "CloudWatchLogProcessingProcessor can only be enabled with DecompressionProcessor";
    for (processors, expect) in [
        (vec![extraction()], unpaired),
        (
            vec![decompression(), processor(Type::CloudWatchLogProcessing, &[])],
            "Invalid parameter value for DataMessageExtraction. Allowed values are True and False.",
        ),
        (
            vec![processor(Type::Decompression, &[(Name::CompressionFormat, "ZIP")])],
            "Invalid parameter value for CompressionFormat. Allowed value is GZIP.",
        ),
        (
            vec![],
            "A maximum of 5 and a minimum of 1 processor needs to be supplied when processing is enabled.",
        ),
        (vec![delimiter(), delimiter()], "Cannot have more than 1 AppendDelimiterToRecord processor."),
    ] {
        let settings = Pipeline::extended().processing_configuration(processing(&processors));
        let created = pipeline.create_stream("central", settings).await;
        assert_eq!(refusal(created), format!("InvalidArgumentException: {expect}"));
    }
}

async fn update(pipeline: &Pipeline, version: &str, configuration: ProcessingConfiguration) {
    let update = ExtendedS3DestinationUpdate::builder().processing_configuration(configuration).build();
    let call = pipeline.firehose.update_destination().delivery_stream_name("central");
    let call = call.current_delivery_stream_version_id(version).destination_id("destinationId-000000000001");
    call.extended_s3_destination_update(update).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn processors_are_switched_on_and_off() {
    let pipeline = Pipeline::whole("").await;
    pipeline.bench.pass(120).await;
    let before = pipeline.keys().await;
    update(&pipeline, "1", processing(&[decompression(), extraction(), delimiter()])).await;
    let record = Record::builder().data(Blob::new("mine")).build().unwrap();
    let put = pipeline.firehose.put_record().delivery_stream_name("central").record(record);
    assert_eq!(code(put.send().await), "InvalidSourceException");
    pipeline.log(&["one"]).await;
    pipeline.bench.pass(120).await;
    update(&pipeline, "2", ProcessingConfiguration::builder().enabled(false).build()).await;
    pipeline.log(&["two"]).await;
    pipeline.bench.pass(120).await;
    let keys = pipeline.keys().await;
    let new: Vec<&String> = keys.iter().filter(|key| !before.contains(key)).collect();
    assert_eq!(text(pipeline.body(new[0]).await), "one\n");
    assert!(unzipped(&pipeline.body(new[1]).await).contains(r#""message":"two""#));
}
