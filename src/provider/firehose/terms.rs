//! What a stream does, in the terms in which a topology says it, and what of it no topology says.

use super::live::{LiveStream, UTC};
use super::processing::Told;
use crate::provider::tags::Tags;

/// A stream in the terms of a topology.
#[derive(Debug, Clone, Default)]
pub(crate) struct StreamTerms {
    /// ARN of the bucket; nothing where it delivers to something other than S3.
    pub(crate) bucket_arn: Option<String>,
    /// ARN of the role that it writes with.
    pub(crate) role_arn: Option<String>,
    /// What it takes its records from, in AWS's word.
    pub(crate) source: String,
    /// The prefix of objects, as Firehose has it.
    pub(crate) prefix: String,
    /// The prefix of what could not be delivered.
    pub(crate) error_prefix: String,
    /// Buffer size in MiB.
    pub(crate) buffer_mb: Option<u32>,
    /// Buffer time in seconds.
    pub(crate) buffer_seconds: Option<u32>,
    /// How objects are compressed, in AWS's word.
    pub(crate) compression: String,
    /// Extension of objects; empty where Firehose chooses it.
    pub(crate) file_extension: String,
    /// What is done to records.
    pub(crate) processing: Told,
    /// Whether objects are partitioned by what is in them.
    pub(crate) partitioned: bool,
    /// Log group and stream of delivery errors.
    pub(crate) error_log: Option<(String, String)>,
    /// The key that objects are encrypted with.
    pub(crate) kms_key_arn: Option<String>,
    /// The time zone of keys, where it is not UTC.
    pub(crate) time_zone: Option<String>,
    /// Whether records are converted to another format.
    pub(crate) converted: bool,
    /// Whether it keeps a second copy.
    pub(crate) backed_up: bool,
    /// How records are encrypted while it holds them, where they are.
    pub(crate) encryption: Option<String>,
    /// Its tags.
    pub(crate) tags: Tags,
}

impl LiveStream {
    /// The stream in these terms.
    pub(crate) fn terms(&self) -> StreamTerms {
        let zone = self.time_zone();
        StreamTerms {
            bucket_arn: self.bucket_arn.clone(),
            role_arn: self.role_arn.clone(),
            source: self.source.as_deref().unwrap_or_default().to_owned(),
            prefix: self.prefix().to_owned(),
            error_prefix: self.error_prefix().to_owned(),
            buffer_mb: self.buffer_mb.and_then(|size| u32::try_from(size).ok()),
            buffer_seconds: self.buffer_seconds(),
            compression: self.compression.clone().unwrap_or_default(),
            file_extension: self.file_extension().to_owned(),
            processing: Told::of(&self.processors),
            partitioned: self.partitioned,
            error_log: self.error_log.clone(),
            kms_key_arn: self.kms_key_arn.clone(),
            time_zone: (zone != UTC).then(|| zone.to_owned()),
            converted: self.converted,
            backed_up: self.backed_up,
            encryption: self.encryption.as_deref().map(str::to_owned),
            tags: self.tags.clone(),
        }
    }
}
