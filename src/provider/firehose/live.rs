//! A stream as Firehose reports it.

use std::time::Duration;

use aws_sdk_firehose::types::{
    BufferingHints, DeliveryStreamDescription, DeliveryStreamEncryptionConfiguration,
    DeliveryStreamEncryptionStatus, DeliveryStreamStatus, KeyType, S3BackupMode,
};

use super::processing;
use crate::provider::tags::Tags;

/// What the times in keys tell, unless a stream says otherwise (Firehose API reference, ExtendedS3DestinationConfiguration).
pub(super) const UTC: &str = "UTC";

/// A stream as Firehose reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveStream {
    pub(crate) status: String,
    pub(super) failure: Option<String>,
    pub(super) version_id: String,
    pub(super) destination_id: String,
    pub(crate) bucket_arn: Option<String>,
    pub(crate) role_arn: Option<String>,
    pub(super) prefix: Option<String>,
    pub(super) error_prefix: Option<String>,
    pub(super) buffer_mb: Option<i32>,
    pub(super) buffer_seconds: Option<i32>,
    pub(super) compression: Option<String>,
    pub(super) file_extension: Option<String>,
    pub(super) error_log: Option<(String, String)>,
    pub(super) processors: Vec<processing::Step>,
    /// ARN of the key that it encrypts objects with.
    pub(crate) kms_key_arn: Option<String>,
    pub(super) partitioned: bool,
    pub(super) backed_up: bool,
    pub(super) time_zone: Option<Box<str>>,
    pub(super) converted: bool,
    /// What it takes its records from.
    pub(super) source: Option<Box<str>>,
    /// How records are encrypted while it holds them, where they are.
    pub(super) encryption: Option<Box<str>>,
    /// Why that could not be changed the last time, in Firehose's words.
    pub(crate) encryption_failure: Option<Box<str>>,
    /// The key of a customer's that it is encrypted with.
    pub(crate) encryption_key: Option<Box<str>>,
    pub(crate) tags: Tags,
}

impl LiveStream {
    /// How long it may hold records back.
    pub(crate) fn buffer_time(&self) -> Duration {
        Duration::from_secs(self.buffer_seconds.and_then(|seconds| seconds.try_into().ok()).unwrap_or(0))
    }

    pub(crate) fn active(&self) -> bool {
        self.status == DeliveryStreamStatus::Active.as_str()
    }

    pub(super) fn from_description(stream: DeliveryStreamDescription, tags: Tags) -> Self {
        let failure = stream.failure_description().map(|failure| failure.details().to_owned());
        let encryption = stream.delivery_stream_encryption_configuration;
        let mut live = Self {
            status: stream.delivery_stream_status.as_str().to_owned(),
            failure,
            version_id: stream.version_id,
            source: Some(stream.delivery_stream_type.as_str().into()),
            encryption: encryption.as_ref().and_then(encrypted_with),
            encryption_failure: encryption.as_ref().and_then(not_encrypted),
            encryption_key: encryption.as_ref().and_then(customer_key),
            tags,
            ..Self::default()
        };
        let Some(destination) = stream.destinations.into_iter().next() else { return live };
        live.destination_id = destination.destination_id;
        let Some(s3) = destination.extended_s3_destination_description else { return live };
        live.bucket_arn = Some(s3.bucket_arn);
        live.role_arn = Some(s3.role_arn);
        live.prefix = s3.prefix;
        live.error_prefix = s3.error_output_prefix;
        live.buffer_mb = s3.buffering_hints.as_ref().and_then(BufferingHints::size_in_mbs);
        live.buffer_seconds = s3.buffering_hints.as_ref().and_then(BufferingHints::interval_in_seconds);
        live.compression = Some(s3.compression_format.as_str().to_owned());
        live.file_extension = s3.file_extension;
        live.processors = s3.processing_configuration.as_ref().map(processing::reported).unwrap_or_default();
        let encryption = s3.encryption_configuration.and_then(|encryption| encryption.kms_encryption_config);
        live.kms_key_arn = encryption.map(|encryption| encryption.awskms_key_arn);
        let partitioning = s3.dynamic_partitioning_configuration;
        live.partitioned = partitioning.is_some_and(|partitioning| partitioning.enabled == Some(true));
        live.backed_up = s3.s3_backup_mode == Some(S3BackupMode::Enabled);
        live.time_zone = s3.custom_time_zone.map(Into::into);
        let conversion = s3.data_format_conversion_configuration;
        live.converted = conversion.is_some_and(|conversion| conversion.enabled == Some(true));
        live.error_log = s3
            .cloud_watch_logging_options
            .filter(|options| options.enabled == Some(true))
            .and_then(|options| Some((options.log_group_name?, options.log_stream_name?)));
        live
    }

    /// Empty where Firehose reports none, which means the same; so with the two below.
    pub(crate) fn prefix(&self) -> &str {
        self.prefix.as_deref().unwrap_or_default()
    }

    pub(crate) fn error_prefix(&self) -> &str {
        self.error_prefix.as_deref().unwrap_or_default()
    }

    pub(super) fn file_extension(&self) -> &str {
        self.file_extension.as_deref().unwrap_or_default()
    }

    pub(crate) fn buffer_seconds(&self) -> Option<u32> {
        self.buffer_seconds.and_then(|seconds| u32::try_from(seconds).ok())
    }

    /// Whether the times in keys are UTC.
    pub(crate) fn in_utc(&self) -> bool {
        self.time_zone() == UTC
    }

    pub(super) fn time_zone(&self) -> &str {
        self.time_zone.as_deref().filter(|zone| !zone.is_empty()).unwrap_or(UTC)
    }
}

/// The key of a customer's that records are encrypted with at the moment.
fn customer_key(encryption: &DeliveryStreamEncryptionConfiguration) -> Option<Box<str>> {
    let on = encryption.status() == Some(&DeliveryStreamEncryptionStatus::Enabled);
    let own = encryption.key_type() == Some(&KeyType::CustomerManagedCmk);
    encryption.key_arn().filter(|_| on && own).map(Into::into)
}

/// Why the encryption of what a stream holds could not be switched on, changed or switched off.
fn not_encrypted(encryption: &DeliveryStreamEncryptionConfiguration) -> Option<Box<str>> {
    use DeliveryStreamEncryptionStatus::{DisablingFailed, EnablingFailed};
    let status = encryption.status().filter(|status| matches!(status, DisablingFailed | EnablingFailed))?;
    let why = encryption.failure_description();
    let why = why.map(|why| format!(" ({}: {})", why.r#type().as_str(), why.details()));
    Some(format!("{}{}", status.as_str(), why.unwrap_or_default()).into())
}

/// The key that a stream encrypts what it holds with, where it does.
pub(super) fn encrypted_with(encryption: &DeliveryStreamEncryptionConfiguration) -> Option<Box<str>> {
    let on = encryption.status().filter(|status| **status != DeliveryStreamEncryptionStatus::Disabled)?;
    let key = encryption.key_arn().or(encryption.key_type().map(KeyType::as_str)).unwrap_or_default();
    Some(format!("{} {key}", on.as_str()).trim_end().into())
}
