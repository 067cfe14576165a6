//! Where and how a stream writes: the extended S3 destination.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::UtcOffset;

use super::query::Query;
use super::time_zone;

/// The members of an `ExtendedS3DestinationConfiguration` that are simulated, defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Settings {
    /// The role it writes as.
    #[serde(rename = "RoleARN")]
    pub(crate) role_arn: String,
    /// The bucket.
    #[serde(rename = "BucketARN")]
    pub(crate) bucket_arn: String,
    /// Prefix of the objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prefix: Option<String>,
    /// Prefix of the objects with records that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_output_prefix: Option<String>,
    /// When a buffer is delivered.
    #[serde(default)]
    pub(crate) buffering_hints: BufferingHints,
    /// `UNCOMPRESSED` or `GZIP`.
    #[serde(default = "uncompressed")]
    pub(crate) compression_format: String,
    /// Encryption of the objects.
    #[serde(default = "no_encryption")]
    pub(crate) encryption_configuration: Value,
    /// The error log.
    #[serde(default)]
    pub(crate) cloud_watch_logging_options: LoggingOptions,
    /// Processors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) processing_configuration: Option<Processing>,
    /// Backup of records as they came in.
    #[serde(default = "disabled")]
    pub(crate) s3_backup_mode: String,
    /// Dynamic partitioning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dynamic_partitioning_configuration: Option<Partitioning>,
    /// Extension of the objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_extension: Option<String>,
    /// Time zone of the times in keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_time_zone: Option<String>,
}

/// When a buffer is delivered: at the first of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BufferingHints {
    /// At this size.
    #[serde(rename = "SizeInMBs")]
    pub(crate) size_in_mbs: usize,
    /// This long after its first record.
    #[serde(rename = "IntervalInSeconds")]
    pub(crate) interval_in_seconds: u64,
}

impl Default for BufferingHints {
    fn default() -> Self {
        Self { size_in_mbs: 5, interval_in_seconds: 300 }
    }
}

/// The error log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LoggingOptions {
    /// Whether errors are logged.
    #[serde(default)]
    pub(crate) enabled: bool,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_group_name: Option<String>,
    /// Where in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_stream_name: Option<String>,
}

/// Processors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Processing {
    /// Whether they work.
    #[serde(default)]
    pub(crate) enabled: bool,
    /// Which.
    #[serde(default)]
    pub(crate) processors: Vec<Processor>,
}

/// A processor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Processor {
    /// What it does.
    #[serde(rename = "Type")]
    pub(crate) kind: String,
    /// How.
    #[serde(default)]
    pub(crate) parameters: Vec<Parameter>,
}

/// A parameter of a processor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Parameter {
    /// Which.
    pub(crate) parameter_name: String,
    /// Its value.
    pub(crate) parameter_value: String,
}

/// Dynamic partitioning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Partitioning {
    /// Whether records are parted.
    #[serde(default)]
    pub(crate) enabled: bool,
    /// How long Firehose tries.
    #[serde(default)]
    pub(crate) retry_options: RetryOptions,
}

/// How long Firehose tries to part a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RetryOptions {
    /// Seconds.
    pub(crate) duration_in_seconds: u64,
}

impl Default for RetryOptions {
    fn default() -> Self {
        Self { duration_in_seconds: 300 }
    }
}

fn uncompressed() -> String {
    "UNCOMPRESSED".to_owned()
}

fn disabled() -> String {
    "Disabled".to_owned()
}

fn no_encryption() -> Value {
    serde_json::json!({ "NoEncryptionConfig": "NoEncryption" })
}

impl Settings {
    /// The name of the bucket.
    pub(crate) fn bucket(&self) -> &str {
        self.bucket_arn.rsplit(':').next().unwrap_or_default()
    }

    /// The ARN of the KMS key that objects are encrypted with, instead of what the bucket does.
    pub(crate) fn kms_key(&self) -> Option<&str> {
        self.encryption_configuration.pointer("/KMSEncryptionConfig/AWSKMSKeyARN")?.as_str()
    }

    /// The prefix, as it was given.
    pub(crate) fn prefix(&self) -> &str {
        self.prefix.as_deref().unwrap_or_default()
    }

    /// The time zone of the times in keys: UTC, unless another one is set.
    pub(crate) fn zone(&self) -> UtcOffset {
        self.custom_time_zone.as_deref().and_then(time_zone::offset).unwrap_or(UtcOffset::UTC)
    }

    /// The extension of objects: the one that is set, else that of the compression.
    pub(crate) fn extension(&self) -> &str {
        match self.file_extension.as_deref() {
            Some(extension) if !extension.is_empty() => extension,
            _ if self.compression_format == "GZIP" => ".gz",
            _ => "",
        }
    }

    /// The processor of this type, if it works on the records.
    pub(super) fn processor(&self, kind: &str) -> Option<&Processor> {
        let processing = self.processing_configuration.as_ref().filter(|processing| processing.enabled)?;
        processing.processors.iter().find(|processor| processor.kind == kind)
    }

    /// Whether a processor of this type works on the records.
    pub(crate) fn has_processor(&self, kind: &str) -> bool {
        self.processor(kind).is_some()
    }

    /// Whether only the messages of envelopes are kept.
    pub(crate) fn extracts_messages(&self) -> bool {
        let value =
            self.processor("CloudWatchLogProcessing").and_then(|it| it.value("DataMessageExtraction"));
        value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Whether records are parted by keys.
    pub(crate) fn partitioned(&self) -> bool {
        self.dynamic_partitioning_configuration.as_ref().is_some_and(|partitioning| partitioning.enabled)
    }

    /// The query that finds the keys by which records are parted.
    pub(crate) fn partition_query(&self) -> Option<Query> {
        let processor = self.processor("MetadataExtraction").filter(|_| self.partitioned())?;
        // The query was checked when the settings were.
        Query::parse(processor.value("MetadataExtractionQuery")?).ok()
    }
}

impl Processor {
    /// The value of a parameter.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let parameter = self.parameters.iter().find(|parameter| parameter.parameter_name == name)?;
        Some(&parameter.parameter_value)
    }
}
