//! Pipelines made with plain SDK clients, as others make them.

use aws_sdk_cloudwatchlogs::types::{Distribution, PolicyType};
use aws_sdk_firehose::types::{
    BufferingHints, CloudWatchLoggingOptions, CompressionFormat, DynamicPartitioningConfiguration,
    EncryptionConfiguration, ExtendedS3DestinationConfiguration, KmsEncryptionConfig,
    ProcessingConfiguration, Processor, ProcessorParameter, ProcessorParameterName, ProcessorType,
    Tag as StreamTag, builders::ExtendedS3DestinationConfigurationBuilder,
};
use aws_sdk_iam::types::Tag;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};

/// Longer than roles take to be known everywhere, and streams to be made.
const SETTLED: u64 = 300;

pub(super) fn trust_of(service: &str, condition: &Value) -> Value {
    let mut statement =
        json!({ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" });
    if !condition.is_null() {
        statement["Condition"] = condition.clone();
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

pub(super) fn allow(action: &Value, resource: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": action, "Resource": resource },
    ]})
}

pub(super) fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ARCHIVE}:role/{name}")
}

pub(super) fn stream_arn(name: &str) -> String {
    format!("arn:aws:firehose:{TOKYO}:{ARCHIVE}:deliverystream/{name}")
}

pub(super) fn destination_arn(name: &str) -> String {
    format!("arn:aws:logs:{TOKYO}:{ARCHIVE}:destination:{name}")
}

/// A role with this inline policy.
pub(super) fn role(bench: &Bench, name: &str, path: &str, trust: Value, policy: (&str, Value)) {
    let (name, path) = (name.to_owned(), path.to_owned());
    let (policy, document) = (policy.0.to_owned(), policy.1.to_string());
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let call = aws::iam(&config).create_role().role_name(&name).path(path);
        call.assume_role_policy_document(trust.to_string()).send().await.unwrap();
        let call = aws::iam(&config).put_role_policy().role_name(&name).policy_name(policy);
        call.policy_document(document).send().await.unwrap();
    });
}

/// A role with a managed policy attached, and with tags, as Terraform makes them.
pub(super) fn role_with_attachment(
    bench: &Bench,
    (name, policy): (&'static str, &'static str),
    trust: Value,
    document: Value,
    tags: &'static [(&'static str, &'static str)],
) {
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let iam = aws::iam(&config);
        let tags = tags.iter().map(|(key, value)| Tag::builder().key(*key).value(*value).build().unwrap());
        let call = iam.create_role().role_name(name).set_tags(Some(tags.collect()));
        call.assume_role_policy_document(trust.to_string()).send().await.unwrap();
        let made = iam.create_policy().policy_name(policy).policy_document(document.to_string());
        let arn = made.send().await.unwrap().policy.unwrap().arn.unwrap();
        iam.attach_role_policy().role_name(name).policy_arn(arn).send().await.unwrap();
    });
}

pub(super) fn bucket(bench: &Bench, name: &'static str) {
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let tokyo = CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::ApNortheast1)
            .build();
        let call = aws::s3(&config).create_bucket().bucket(name).create_bucket_configuration(tokyo);
        call.send().await.unwrap();
    });
}

/// What a stream of the walk-through is: a prefix, and everything else as Firehose has it.
pub(super) fn into(bucket: &str, role: &str) -> ExtendedS3DestinationConfigurationBuilder {
    ExtendedS3DestinationConfiguration::builder()
        .bucket_arn(format!("arn:aws:s3:::{bucket}"))
        .role_arn(role_arn(role))
        .prefix("logs/")
        .buffering_hints(BufferingHints::builder().size_in_mbs(5).interval_in_seconds(300).build())
        .compression_format(CompressionFormat::Uncompressed)
}

pub(super) fn error_log(group: &str, stream: &str) -> CloudWatchLoggingOptions {
    CloudWatchLoggingOptions::builder().enabled(true).log_group_name(group).log_stream_name(stream).build()
}

pub(super) fn kms(key: &str) -> EncryptionConfiguration {
    let config = KmsEncryptionConfig::builder().awskms_key_arn(key).build().unwrap();
    EncryptionConfiguration::builder().kms_encryption_config(config).build()
}

fn processor(kind: ProcessorType, parameters: &[(ProcessorParameterName, &str)]) -> Processor {
    let one = |(name, value): &(ProcessorParameterName, &str)| {
        ProcessorParameter::builder().parameter_name(name.clone()).parameter_value(*value).build().unwrap()
    };
    let parameters = parameters.iter().map(one).collect();
    Processor::builder().r#type(kind).set_parameters(Some(parameters)).build().unwrap()
}

pub(super) fn decompression() -> Processor {
    processor(ProcessorType::Decompression, &[(ProcessorParameterName::CompressionFormat, "GZIP")])
}

pub(super) fn extraction() -> Processor {
    let parameters = [(ProcessorParameterName::DataMessageExtraction, "true")];
    processor(ProcessorType::CloudWatchLogProcessing, &parameters)
}

pub(super) fn delimiter() -> Processor {
    processor(ProcessorType::AppendDelimiterToRecord, &[(ProcessorParameterName::Delimiter, r"\n")])
}

pub(super) fn partition_keys(query: &str) -> Processor {
    processor(
        ProcessorType::MetadataExtraction,
        &[
            (ProcessorParameterName::MetadataExtractionQuery, query),
            (ProcessorParameterName::JsonParsingEngine, "JQ-1.6"),
        ],
    )
}

pub(super) fn processing(processors: Vec<Processor>) -> ProcessingConfiguration {
    ProcessingConfiguration::builder().enabled(true).set_processors(Some(processors)).build()
}

pub(super) fn partitioning() -> DynamicPartitioningConfiguration {
    DynamicPartitioningConfiguration::builder().enabled(true).build()
}

pub(super) fn stream(
    bench: &Bench,
    name: &'static str,
    into: ExtendedS3DestinationConfigurationBuilder,
    tags: &'static [(&'static str, &'static str)],
) {
    bench.pass(SETTLED);
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let tags =
            tags.iter().map(|(key, value)| StreamTag::builder().key(*key).value(*value).build().unwrap());
        let tags: Vec<StreamTag> = tags.collect();
        let call = aws::firehose(&config).create_delivery_stream().delivery_stream_name(name);
        let call = call.set_tags((!tags.is_empty()).then_some(tags));
        call.extended_s3_destination_configuration(into.build().unwrap()).send().await.unwrap();
    });
    bench.pass(SETTLED);
}

/// A destination in front of a stream, which admits these.
pub(super) fn destination(bench: &Bench, name: &'static str, (stream, role): (&str, &str), policy: Value) {
    let (target, role) = (stream_arn(stream), role_arn(role));
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let logs = aws::logs(&config);
        let call = logs.put_destination().destination_name(name).target_arn(target).role_arn(role);
        call.send().await.unwrap();
        let call = logs.put_destination_policy().destination_name(name);
        call.access_policy(policy.to_string()).send().await.unwrap();
    });
}

/// The policy of a destination that admits accounts.
pub(super) fn admitting(name: &str, accounts: &[&str]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": "",
        "Effect": "Allow",
        "Principal": { "AWS": accounts },
        "Action": "logs:PutSubscriptionFilter",
        "Resource": destination_arn(name),
    }]})
}

/// A filter on a log group that is made for it.
pub(super) fn filter(
    bench: &Bench,
    account: &str,
    group: &'static str,
    name: &'static str,
    to: &str,
    pattern: &'static str,
) {
    let to = to.to_owned();
    bench.aws(account, TOKYO, async move |config| {
        let logs = aws::logs(&config);
        drop(logs.create_log_group().log_group_name(group).send().await);
        let call = logs.put_subscription_filter().log_group_name(group).filter_name(name);
        let call = call.destination_arn(to).filter_pattern(pattern).distribution(Distribution::ByLogStream);
        call.send().await.unwrap();
    });
}

/// A policy of the whole account.
pub(super) fn account_policy(
    bench: &Bench,
    account: &str,
    name: &'static str,
    document: Value,
    criteria: &'static str,
) {
    bench.aws(account, TOKYO, async move |config| {
        let call = aws::logs(&config).put_account_policy().policy_name(name);
        let call = call.policy_type(PolicyType::SubscriptionFilterPolicy);
        let call = call.policy_document(document.to_string()).selection_criteria(criteria);
        call.send().await.unwrap();
    });
}

/// The policy of AWS's walk-through for the role of Firehose.
pub(super) fn walk_through_writer(bucket: &str) -> Value {
    let bucket = format!("arn:aws:s3:::{bucket}");
    allow(
        &json!([
            "s3:AbortMultipartUpload",
            "s3:GetBucketLocation",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:ListBucketMultipartUploads",
            "s3:PutObject",
            "s3:PutObjectAcl",
        ]),
        &json!([bucket, format!("{bucket}/*")]),
    )
}

/// What the walk-through allows CloudWatch Logs: Firehose as a whole, and to pass the role itself.
pub(super) fn walk_through_sender(role: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": ["firehose:*"], "Resource": [format!("arn:aws:firehose:{TOKYO}:{ARCHIVE}:*")] },
        { "Effect": "Allow", "Action": ["iam:PassRole"], "Resource": [role_arn(role)] },
    ]})
}

/// The walk-through of AWS, whole, from the log group `/delivery/test` of account 111111111111.
pub(super) fn walk_through(bench: &Bench) {
    bucket(bench, "delivery-test");
    let external = json!({ "StringEquals": { "sts:ExternalId": ARCHIVE } });
    let trust = trust_of("firehose.amazonaws.com", &external);
    role(bench, "FirehosRoleToS3", "/", trust, ("FirehosePolicyToS3", walk_through_writer("delivery-test")));
    let senders = json!({ "StringLike": { "aws:SourceArn": [
        format!("arn:aws:logs:{TOKYO}:{SOURCE}:*"), format!("arn:aws:logs:{TOKYO}:{ARCHIVE}:*"),
    ]}});
    let name = "CWLtoKinesisFirehoseRole";
    let trust = trust_of(&format!("logs.{TOKYO}.amazonaws.com"), &senders);
    role(bench, name, "/", trust, ("Permissions-Policy-For-CWL", walk_through_sender(name)));
    stream(bench, "delivery-test-stream", into("delivery-test", "FirehosRoleToS3"), &[]);
    let policy = admitting("delivery-test-destination", &[SOURCE]);
    destination(bench, "delivery-test-destination", ("delivery-test-stream", name), policy);
    let to = destination_arn("delivery-test-destination");
    filter(bench, SOURCE, "/delivery/test", "delivery-test-filter", &to, "");
}
