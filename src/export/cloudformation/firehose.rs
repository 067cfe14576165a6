//! Firehose streams.

use serde_json::{Value, json};

use super::item::{Item, Output, Written};
use crate::address::Address;
use crate::provider::firehose::processing::Step;
use crate::provider::firehose::stream::FirehoseStream;

pub(super) fn stream(address: &Address, stream: &FirehoseStream) -> Written {
    let item = Item::new(
        "AWS::KinesisFirehose::DeliveryStream",
        [
            ("DeliveryStreamName", json!(*address.name)),
            ("DeliveryStreamType", json!("DirectPut")),
            ("ExtendedS3DestinationConfiguration", destination(stream)),
        ],
    );
    let about = format!("The stream {}", address.name);
    let output = Output { what: "Arn", about, attribute: Some("Arn"), export: None };
    let item = item.known_by(&["DeliveryStreamName"]);
    Written::Item(item.tagged(&stream.tags).shown(output))
}

fn destination(stream: &FirehoseStream) -> Value {
    let logging = match &stream.error_log {
        Some((group, name)) => json!({ "Enabled": true, "LogGroupName": group, "LogStreamName": name }),
        None => json!({ "Enabled": false }),
    };
    let mut said = json!({
        "BucketARN": stream.bucket_arn,
        "RoleARN": stream.role_arn,
        "Prefix": stream.prefix,
        "ErrorOutputPrefix": stream.error_prefix,
        "BufferingHints": { "SizeInMBs": stream.buffer_mb, "IntervalInSeconds": stream.buffer_seconds },
        "CompressionFormat": stream.compression_format(),
        "FileExtension": stream.file_extension,
        "CloudWatchLoggingOptions": logging,
    });
    if let Some(key) = &stream.kms_key_arn {
        said["EncryptionConfiguration"] = json!({ "KMSEncryptionConfig": { "AWSKMSKeyARN": key } });
    }
    let processors: Vec<Value> = stream.processing.steps().iter().map(processor).collect();
    if !processors.is_empty() {
        said["ProcessingConfiguration"] = json!({ "Enabled": true, "Processors": processors });
    }
    if stream.partitioned() {
        said["DynamicPartitioningConfiguration"] = json!({ "Enabled": true });
    }
    said
}

fn processor(step: &Step) -> Value {
    let parameter = |(name, value)| json!({ "ParameterName": name, "ParameterValue": value });
    json!({ "Type": step.kind, "Parameters": step.parameters.iter().map(parameter).collect::<Vec<_>>() })
}
