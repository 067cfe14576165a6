//! What several languages say alike: AWS's own words in JSON, which templates and the AWS CLI share, and what sets names apart.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::provider::OwnTags;
use crate::provider::cloudwatch::alarm::CloudwatchAlarm;
use crate::provider::cloudwatch::watched::{QUERY, Watched};
use crate::provider::firehose::processing::Step;
use crate::provider::firehose::stream::FirehoseStream;

/// Bytes of a digest that sets names apart.
const APART: usize = 3;

/// What is written behind a name that is not written in full, since another one could be written likewise.
pub(super) fn apart(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text).iter().take(APART).map(|byte| format!("{byte:02x}")).collect()
}

/// Without the members that are null, at any depth.
pub(super) fn said(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let said = members.into_iter().filter(|(_, value)| !value.is_null());
            said.map(|(key, value)| (key, self::said(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(said).collect(),
        other => other,
    }
}

/// Tags as a list.
pub(super) fn tags(tags: &OwnTags) -> Value {
    tags.wanted.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// Where a stream writes, and how.
pub(super) fn stream_destination(stream: &FirehoseStream) -> Value {
    let logging = match &stream.error_log {
        Some((group, name)) => json!({ "Enabled": true, "LogGroupName": group, "LogStreamName": name }),
        None => json!({ "Enabled": false }),
    };
    let processors: Vec<Value> = stream.processing.steps().iter().map(processor).collect();
    let key = stream.kms_key_arn.as_ref();
    said(json!({
        "BucketARN": stream.bucket_arn,
        "RoleARN": stream.role_arn,
        "Prefix": stream.prefix,
        "ErrorOutputPrefix": stream.error_prefix,
        "BufferingHints": { "SizeInMBs": stream.buffer_mb, "IntervalInSeconds": stream.buffer_seconds },
        "CompressionFormat": stream.compression_format(),
        "FileExtension": stream.file_extension,
        "CloudWatchLoggingOptions": logging,
        "EncryptionConfiguration": key.map(|key| json!({ "KMSEncryptionConfig": { "AWSKMSKeyARN": key } })),
        "ProcessingConfiguration":
            (!processors.is_empty()).then(|| json!({ "Enabled": true, "Processors": processors })),
        "DynamicPartitioningConfiguration": stream.partitioned().then(|| json!({ "Enabled": true })),
    }))
}

fn processor(step: &Step) -> Value {
    let parameter = |(name, value)| json!({ "ParameterName": name, "ParameterValue": value });
    json!({ "Type": step.kind, "Parameters": step.parameters.iter().map(parameter).collect::<Vec<_>>() })
}

/// What an alarm watches.
pub(super) fn watched(alarm: &CloudwatchAlarm) -> Map<String, Value> {
    let period = alarm.condition.period;
    let members = match &alarm.watched {
        Watched::Metric { namespace, name, dimension, of, statistic } => vec![
            ("Namespace", json!(namespace)),
            ("MetricName", json!(name)),
            ("Dimensions", json!([{ "Name": dimension, "Value": of }])),
            ("Statistic", json!(statistic)),
            ("Period", json!(period)),
        ],
        Watched::Query(query) => {
            let query = json!({ "Id": QUERY, "Expression": query, "Period": period, "ReturnData": true });
            vec![("Metrics", json!([query]))]
        }
    };
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
