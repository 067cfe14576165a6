//! What of a stream is a difference, what forces a replacement, what is left alone.

use aws_sdk_firehose::types::builders::ExtendedS3DestinationDescriptionBuilder;
use aws_sdk_firehose::types::{
    DeliveryStreamDescription, DeliveryStreamEncryptionConfiguration, DeliveryStreamEncryptionStatus,
    DestinationDescription, ExtendedS3DestinationDescription, ProcessingConfiguration, Processor,
    ProcessorType,
};

use super::*;
use crate::provider::change::paths;
use crate::provider::firehose::live::encrypted_with;
use crate::provider::tags::Tags;

fn live(status: &str) -> LiveStream {
    LiveStream { status: status.to_owned(), ..LiveStream::default() }
}

fn wanted() -> FirehoseStream {
    FirehoseStream {
        bucket_arn: String::new(),
        role_arn: String::new(),
        prefix: String::new(),
        error_prefix: String::new(),
        buffer_mb: 5,
        buffer_seconds: 300,
        processing: Processing::default(),
        gzip: false,
        kms_key_arn: None,
        file_extension: String::new(),
        error_log: None,
        taken_over: false,
        tags: OwnTags::default(),
    }
}

#[test]
fn only_a_stream_beyond_repair_is_replaced() {
    let wanted = wanted();
    assert!(matches!(wanted.replacement(&live("CREATING_FAILED")), Some(Replacement::InPlace(_))));
    assert!(matches!(wanted.replacement(&live("DELETING")), Some(Replacement::InPlace(_))));
    assert_eq!(wanted.replacement(&live("ACTIVE")), None);
    assert!(touches(&wanted.diff(&live("CREATING")), "status"), "a stream still being made is waited for");
    let partitioned = LiveStream { partitioned: true, ..live("ACTIVE") };
    assert!(matches!(wanted.replacement(&partitioned), Some(Replacement::Successor(_))));
}

/// A stream that Firehose describes with these settings beside those it must have.
fn described(
    with: impl FnOnce(ExtendedS3DestinationDescriptionBuilder) -> ExtendedS3DestinationDescriptionBuilder,
) -> LiveStream {
    let s3 = ExtendedS3DestinationDescription::builder()
        .bucket_arn("b")
        .role_arn("r")
        .buffering_hints(BufferingHints::builder().build())
        .compression_format(CompressionFormat::Uncompressed)
        .encryption_configuration(EncryptionConfiguration::builder().build());
    let destination = DestinationDescription::builder()
        .destination_id("1")
        .extended_s3_destination_description(with(s3).build().unwrap());
    let stream = DeliveryStreamDescription::builder()
        .delivery_stream_name("s")
        .delivery_stream_arn("a")
        .delivery_stream_status(DeliveryStreamStatus::Active)
        .delivery_stream_type(DeliveryStreamType::DirectPut)
        .version_id("1")
        .destinations(destination.build().unwrap())
        .has_more_destinations(false);
    LiveStream::from_description(stream.build().unwrap(), Tags::new())
}

#[test]
fn what_changes_the_records_is_a_difference_unless_it_is_off() {
    let processor = || Processor::builder().r#type(ProcessorType::Lambda).build().unwrap();
    let processing = |on| ProcessingConfiguration::builder().enabled(on).processors(processor()).build();
    let on = described(|s3| s3.processing_configuration(processing(true)));
    assert!(touches(&wanted().diff(&on), "processing"));
    let off = described(|s3| s3.processing_configuration(processing(false)));
    assert!(!touches(&wanted().diff(&off), "processing"));
}

#[test]
fn a_backup_of_somebody_else_is_shown_and_left() {
    let live = described(|s3| s3.s3_backup_mode(S3BackupMode::Enabled));
    assert_eq!(wanted().foreign(&live)[0].field.to_string(), "foreign.s3_backup");
    assert!(wanted().foreign(&described(|s3| s3.s3_backup_mode(S3BackupMode::Disabled))).is_empty());
}

#[test]
fn dynamic_partitioning_is_seen() {
    let on = DynamicPartitioningConfiguration::builder().enabled(true).build();
    assert!(described(|s3| s3.dynamic_partitioning_configuration(on)).partitioned);
    let off = DynamicPartitioningConfiguration::builder().enabled(false).build();
    assert!(!described(|s3| s3.dynamic_partitioning_configuration(off)).partitioned);
}

#[test]
fn what_decides_where_objects_lie_and_what_they_hold_is_a_difference() {
    let fields = |live: &LiveStream| -> Vec<String> { paths(&wanted().diff(live)) };
    let plain = fields(&described(|s3| s3));
    assert!(
        ["prefix", "error_prefix", "file_extension"]
            .iter()
            .all(|field| !plain.contains(&(*field).to_owned()))
    );
    for zone in ["", "UTC"] {
        assert_eq!(fields(&described(|s3| s3.custom_time_zone(zone))), plain, "{zone:?}");
    }
    let differs =
        |live: LiveStream, field: &str| assert!(fields(&live).contains(&field.to_owned()), "{field}");
    differs(described(|s3| s3.custom_time_zone("Asia/Tokyo")), "time_zone");
    let conversion = || DataFormatConversionConfiguration::builder().enabled(true).build();
    differs(described(|s3| s3.data_format_conversion_configuration(conversion())), "format_conversion");
    differs(described(|s3| s3.prefix("other/")), "prefix");
}

#[test]
fn a_stream_that_takes_or_delivers_something_else_is_never_changed_into_ours() {
    let from_kinesis = LiveStream { source: Some("KinesisStreamAsSource".into()), ..live("ACTIVE") };
    let elsewhere = LiveStream { destination_id: "1".to_owned(), ..live("ACTIVE") };
    for (stream, words) in [(from_kinesis, "(KinesisStreamAsSource)"), (elsewhere, "does not deliver to S3")]
    {
        let why = wanted().replacement(&stream);
        assert!(
            matches!(&why, Some(Replacement::Successor(why)) if why.to_string().contains(words)),
            "{why:?}"
        );
    }
}

#[test]
fn how_a_stream_encrypts_what_it_holds_is_shown_and_left() {
    let encryption = |status: DeliveryStreamEncryptionStatus| {
        let key = DeliveryStreamEncryptionConfiguration::builder().key_arn("arn:aws:kms:x:1:key/1");
        LiveStream { encryption: encrypted_with(&key.status(status).build()), ..live("ACTIVE") }
    };
    let foreign = wanted().foreign(&encryption(DeliveryStreamEncryptionStatus::Enabled));
    assert_eq!(
        (foreign[0].field.to_string().as_str(), &foreign[0].from),
        ("foreign.encryption", &"ENABLED arn:aws:kms:x:1:key/1".into())
    );
    assert!(wanted().foreign(&encryption(DeliveryStreamEncryptionStatus::Disabled)).is_empty());
}
