//! `firehose_stream`: a DirectPut stream that writes what CloudWatch Logs sends to a bucket.

use aws_sdk_firehose::types::{
    BufferingHints, CloudWatchLoggingOptions, CompressionFormat, DataFormatConversionConfiguration,
    DeliveryStreamStatus, DeliveryStreamType, DynamicPartitioningConfiguration, EncryptionConfiguration,
    ExtendedS3DestinationConfiguration, ExtendedS3DestinationUpdate, KmsEncryptionConfig, NoEncryptionConfig,
    S3BackupMode, Tag,
};

use serde_json::Value;

use super::life::{self, describe, until_active};
pub use super::live::LiveStream;
use super::live::UTC;
use super::processing::Processing;
use super::tags;
use crate::aws::target::PROPAGATION;
use crate::aws::{CallError, StepError, Target};
use crate::provider::change::{Diff, FieldChange, touches};
use crate::provider::facts::{Adoption, Drained, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::field::Field;
use crate::provider::fresh::{Fresh, Planned};
use crate::provider::kind::{Fingerprint, Kind, Replacement, Tagged, found};
use crate::provider::notice::Notice;
use crate::provider::obstacle::Obstacle;
use crate::provider::tags::OwnTags;
use crate::wait_for::WaitFor;

/// What CreateDeliveryStream and UpdateDestination answer while their role is still propagating
/// (Terraform AWS provider, `internal/service/firehose/delivery_stream.go`; the last from its issue 47937).
const ROLE_NOT_READY: [&str; 6] = [
    "Access was denied",
    "is not authorized to",
    "Please make sure the role specified in VpcConfiguration has permissions",
    "Verify that the IAM role has access",
    "Firehose is unable to assume role",
    "The security token included in the request is invalid",
];

/// Whether an error only says that the role of a stream, made a moment ago, is not known everywhere yet.
fn role_not_ready(on: &Target<'_>) -> impl Fn(&CallError) -> bool {
    let fresh = on.fresh();
    move |error| fresh && error.is("InvalidArgumentException", &ROLE_NOT_READY)
}

/// How often a step makes its stream again: CREATING_FAILED is final, and Firehose's own trouble more often than the
/// topology's (Firehose API reference, CreateDeliveryStream: "delete the Firehose stream, and create it again"). What
/// fails four times in a row will not have changed by asking on.
const MADE_AGAIN: u32 = 3;

/// A stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirehoseStream {
    /// ARN of the bucket.
    pub bucket_arn: String,
    /// ARN of the role that Firehose writes with.
    pub role_arn: String,
    /// Key prefix of delivered objects.
    pub prefix: String,
    /// Key prefix of what could not be delivered.
    pub error_prefix: String,
    /// Buffer size in MiB.
    pub buffer_mb: u32,
    /// Buffer time in seconds.
    pub buffer_seconds: u32,
    /// What is done to records before they are written.
    pub processing: Processing,
    /// Whether objects are compressed with gzip.
    pub gzip: bool,
    /// ARN of the key that objects are encrypted with; `None` leaves that to the bucket.
    pub kms_key_arn: Option<String>,
    /// Extension of delivered objects.
    pub file_extension: String,
    /// Log group and stream for delivery errors.
    pub error_log: Option<(String, String)>,
    /// Whether others made it, and logpipe took it over: what nobody declares stays as they set it.
    pub taken_over: bool,
    /// Tags of ours.
    pub tags: OwnTags,
}

impl FirehoseStream {
    fn hints(&self) -> BufferingHints {
        let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
        BufferingHints::builder()
            .size_in_mbs(number(self.buffer_mb))
            .interval_in_seconds(number(self.buffer_seconds))
            .build()
    }

    fn logging(&self) -> CloudWatchLoggingOptions {
        match &self.error_log {
            Some((group, stream)) => CloudWatchLoggingOptions::builder()
                .enabled(true)
                .log_group_name(group)
                .log_stream_name(stream)
                .build(),
            None => CloudWatchLoggingOptions::builder().enabled(false).build(),
        }
    }

    /// How objects are compressed, in AWS's word.
    pub fn compression_format(&self) -> String {
        self.compression().as_str().to_owned()
    }

    fn compression(&self) -> CompressionFormat {
        if self.gzip { CompressionFormat::Gzip } else { CompressionFormat::Uncompressed }
    }

    fn encryption(&self) -> EncryptionConfiguration {
        let key = self.kms_key_arn.as_ref();
        let key = key.and_then(|arn| KmsEncryptionConfig::builder().awskms_key_arn(arn).build().ok());
        match key {
            Some(key) => EncryptionConfiguration::builder().kms_encryption_config(key).build(),
            None => EncryptionConfiguration::builder()
                .no_encryption_config(NoEncryptionConfig::NoEncryption)
                .build(),
        }
    }

    /// Whether objects are partitioned by fields of the envelope.
    pub fn partitioned(&self) -> bool {
        !self.processing.partition_by.is_empty()
    }

    fn tag_list(&self) -> Vec<Tag> {
        self.tags
            .wanted
            .iter()
            .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
            .collect()
    }

    async fn create_stream(&self, on: &Target<'_>) -> Result<(), CallError> {
        let destination = ExtendedS3DestinationConfiguration::builder()
            .bucket_arn(&self.bucket_arn)
            .role_arn(&self.role_arn)
            .prefix(&self.prefix)
            .error_output_prefix(&self.error_prefix)
            .buffering_hints(self.hints())
            .compression_format(self.compression())
            .file_extension(&self.file_extension)
            .cloud_watch_logging_options(self.logging())
            .set_encryption_configuration(self.kms_key_arn.is_some().then(|| self.encryption()))
            .set_processing_configuration(self.processing.configuration())
            .set_dynamic_partitioning_configuration(
                self.partitioned().then(|| DynamicPartitioningConfiguration::builder().enabled(true).build()),
            )
            .build()
            .ok();
        let call = on.clients().firehose().create_delivery_stream().delivery_stream_name(on.name());
        let call = call
            .delivery_stream_type(DeliveryStreamType::DirectPut)
            .set_extended_s3_destination_configuration(destination)
            .set_tags(Some(self.tag_list()));
        on.write("firehose:CreateDeliveryStream", call.send()).await.map(drop)
    }

    async fn make(&self, on: &Target<'_>) -> Result<(), StepError> {
        on.retrying(PROPAGATION, role_not_ready(on), || self.create_stream(on)).await?;
        until_active(on).await
    }

    /// Firehose takes it only while the stream is in the version that was read.
    async fn update_destination(&self, live: &Fresh<LiveStream>, on: &Target<'_>) -> Result<(), CallError> {
        let changes = self.diff(live);
        let destination = ExtendedS3DestinationUpdate::builder()
            .bucket_arn(&self.bucket_arn)
            .role_arn(&self.role_arn)
            .prefix(&self.prefix)
            .error_output_prefix(&self.error_prefix)
            .buffering_hints(self.hints())
            .compression_format(self.compression())
            .file_extension(&self.file_extension)
            .cloud_watch_logging_options(self.logging())
            .set_encryption_configuration(touches(&changes, "kms_key_arn").then(|| self.encryption()))
            .set_processing_configuration(
                touches(&changes, "processing").then(|| self.processing.replacing()),
            )
            // What is not said stays, and some partitions refuse to hear of it at all.
            .set_custom_time_zone(touches(&changes, "time_zone").then(|| UTC.to_owned()))
            .set_data_format_conversion_configuration(
                touches(&changes, "format_conversion")
                    .then(|| DataFormatConversionConfiguration::builder().enabled(false).build()),
            )
            .build();
        let call = on.clients().firehose().update_destination().delivery_stream_name(on.name());
        let call = call
            .current_delivery_stream_version_id(&live.version_id)
            .destination_id(&live.destination_id)
            .extended_s3_destination_update(destination);
        on.write("firehose:UpdateDestination", call.send()).await.map(drop)
    }
}

impl Kind for FirehoseStream {
    type Live = LiveStream;

    const FACTS: Facts = Facts {
        removal: Removal::Drained(Drained {
            pruned: "it is deleted once it is drained: 3 min and its buffer time after the last destination stops pointing at it",
            unless_users_waited: false,
            destroyed: Some("what it has not yet written to the bucket is lost with it"),
        }),
        home: Home::Own,
        tagged: Tagging::AtCreation,
        proof: Proof::Tag,
        adoption: Adoption::Declared,
        flow: Flow::Carries,
        others: Others::Hidden,
        holds_policies: false,
        speed: Speed {
            service: "Firehose",
            written: "CreateDeliveryStream",
            deleted: "DeleteDeliveryStream",
            waits: Some(WaitFor::StreamActive),
        },
    };

    const TAGS: Option<Tagged<Self>> =
        Some(Tagged { wanted: |it| &it.tags, wanted_mut: |it| &mut it.tags, live: |there| &there.tags });

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self::default()
    }

    fn diff(&self, live: &LiveStream) -> Vec<FieldChange> {
        let group =
            |log: &Option<(String, String)>| log.as_ref().map(|(group, stream)| format!("{group}:{stream}"));
        let mut diff = Diff::default();
        if !live.status.is_empty() {
            diff = diff.field(Field::STATUS, live.status.clone(), DeliveryStreamStatus::Active.as_str());
        }
        let mut diff = diff
            .field("bucket_arn", live.bucket_arn.clone(), self.bucket_arn.clone())
            .field("role_arn", live.role_arn.clone(), self.role_arn.clone())
            .field("prefix", live.prefix(), self.prefix.clone())
            .field("error_prefix", live.error_prefix(), self.error_prefix.clone())
            .field("buffer_mb", live.buffer_mb, self.buffer_mb)
            .field("buffer_seconds", live.buffer_seconds, self.buffer_seconds)
            .field("compression", live.compression.clone(), self.compression().as_str())
            .field("file_extension", live.file_extension(), self.file_extension.clone());
        if !self.taken_over || self.kms_key_arn.is_some() {
            diff = diff.field("kms_key_arn", live.kms_key_arn.clone(), self.kms_key_arn.clone());
        }
        let diff = diff
            .field("error_log", group(&live.error_log), group(&self.error_log))
            .field("time_zone", live.time_zone(), UTC)
            .field("format_conversion", live.converted, false)
            .field("dynamic_partitioning", live.partitioned, self.partitioned());
        self.processing.diff(diff, &live.processors).tags(&live.tags, &self.tags).done()
    }

    fn refusal(&self, _live: &LiveStream) -> Option<Obstacle> {
        None
    }

    /// CREATING_FAILED is final, a name in deletion must first be free again, and dynamic partitioning is set when a
    /// stream is made and never again (Firehose API reference, CreateDeliveryStream; Firehose Developer Guide,
    /// "Enable dynamic partitioning").
    fn replacement(&self, live: &LiveStream) -> Option<Replacement> {
        let direct = DeliveryStreamType::DirectPut.as_str();
        match live.status.as_str() {
            "CREATING_FAILED" => {
                Some(Replacement::InPlace(Obstacle::CreationFailed { why: live.failure.clone() }))
            }
            "DELETING" | "DELETING_FAILED" => {
                Some(Replacement::InPlace(Obstacle::BeingDeleted { why: live.failure.clone() }))
            }
            _ => {
                let source = live.source.as_deref().filter(|source| *source != direct);
                let elsewhere = live.bucket_arn.is_none() && !live.destination_id.is_empty();
                let partitions = live.partitioned;
                let obstacle = source
                    .map(|source| Obstacle::OtherSource { source: source.to_owned() })
                    .or_else(|| elsewhere.then_some(Obstacle::NotIntoS3))
                    .or_else(|| {
                        let differs = partitions != self.partitioned();
                        differs.then_some(Obstacle::PartitioningIsFixed { partitions })
                    });
                obstacle.map(Replacement::Successor)
            }
        }
    }

    /// A second copy elsewhere changes nothing about ours, and Firehose never stops making it (API reference,
    /// ExtendedS3DestinationUpdate). Neither does it change what arrives how the stream encrypts what it holds.
    fn foreign(&self, live: &LiveStream) -> Vec<FieldChange> {
        let backup = live.backed_up.then(|| S3BackupMode::Enabled.as_str());
        let added = [("s3_backup", backup), ("encryption", live.encryption.as_deref())];
        let change = |(field, there): (&'static str, Option<&str>)| {
            Some(FieldChange { field: Field::from(field).of_others(), from: there?.into(), to: Value::Null })
        };
        added.into_iter().filter_map(change).collect()
    }

    fn notices(&self, live: &LiveStream) -> Vec<Notice> {
        let key = live.kms_key_arn.iter().filter(|_| self.taken_over && self.kms_key_arn.is_none());
        key.map(|key| Notice::StreamKey { key: key.clone() }).collect()
    }

    fn leave_undeclared(&mut self, taken_over: bool) {
        self.taken_over = taken_over;
    }

    fn hint(error: &StepError) -> Option<&'static str> {
        match error {
            StepError::Failed { status, .. } if status == "CREATING_FAILED" => {
                Some("the next apply deletes and makes it again")
            }
            _ => None,
        }
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveStream>, CallError> {
        let Some(stream) = describe(on).await? else { return Ok(None) };
        // One that is being deleted may be gone by now.
        let tags = found(tags::read(on).await)?;
        Ok(tags.map(|tags| LiveStream::from_description(stream, tags)))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        for _ in 0..MADE_AGAIN {
            match Box::pin(self.make(on)).await {
                Err(StepError::Failed { .. }) => Box::pin(life::delete(on)).await?,
                made => return made,
            }
        }
        Box::pin(self.make(on)).await
    }

    async fn update(&self, planned: &Planned<LiveStream>, on: &Target<'_>) -> Result<(), StepError> {
        let live = planned.now(self, on).await?;
        if !live.active() {
            match until_active(on).await {
                // The plan saw it being made, so this brings that to its end; where Firehose gives up on it, that takes making
                // it again, as in `create`.
                Err(StepError::Failed { .. }) if on.is_ours() => {
                    Box::pin(life::delete(on)).await?;
                    return Box::pin(self.create(on)).await;
                }
                active => active?,
            };
        }
        let changes: Vec<FieldChange> =
            planned.changes(self).into_iter().filter(|change| change.field != Field::STATUS).collect();
        let taken_away: Vec<String> = self.tags.taken_away(&live.tags).cloned().collect();
        if !taken_away.is_empty() {
            let call = on.clients().firehose().untag_delivery_stream().delivery_stream_name(on.name());
            let call = call.set_tag_keys(Some(taken_away));
            on.write("firehose:UntagDeliveryStream", call.send()).await?;
        }
        if touches(&changes, "tags") {
            let call = on.clients().firehose().tag_delivery_stream().delivery_stream_name(on.name());
            let call = call.set_tags(Some(self.tag_list()));
            on.write("firehose:TagDeliveryStream", call.send()).await?;
        }
        if changes.iter().any(|change| !change.field.is_in(Field::TAGS)) {
            on.retrying(PROPAGATION, role_not_ready(on), || async {
                let live = planned.now(self, on).await?;
                self.update_destination(&live, on).await.map_err(StepError::Call)
            })
            .await?;
        }
        Ok(())
    }

    /// Deletes the stream after it has written what it holds.
    async fn retire(on: &Target<'_>) -> Result<(), StepError> {
        life::retire(on).await
    }

    /// Deletes the stream and waits until it is gone.
    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        life::delete(on).await
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
