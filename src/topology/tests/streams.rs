//! `stream` and `kms_key_arn` of a destination: what objects hold, how they are parted and encrypted.

use super::super::{Compression, Destination, Firehose, Format, PartitionKey, Transport};
use super::{check_advice, check_edit, edited, valid};

fn stream(keys: &str, expected: &[&str]) {
    check_edit("buffer_mb: 5", keys, expected);
}

fn bucket(keys: &str, expected: &[&str]) {
    check_edit("name: central-bucket", keys, expected);
}

fn destination(yaml: &str) -> Destination {
    valid(yaml).destinations.into_values().next().unwrap()
}

#[track_caller]
fn check_content(keys: &str, format: Format, compression: Compression, extension: &str) {
    let Transport::Firehose(Firehose { stream, .. }) = destination(&edited("buffer_mb: 5", keys)).transport;
    assert_eq!((stream.format, stream.compression), (format, compression));
    assert_eq!(stream.file_extension, extension);
}

#[test]
fn formats_and_what_objects_are_called() {
    use Compression::{Gzip, None};
    check_content("", Format::Envelope, None, ".json.gz");
    check_content("format: envelope", Format::Envelope, None, ".json.gz");
    check_content("format: decompressed", Format::Decompressed, None, ".json");
    check_content("format: decompressed, compression: gzip", Format::Decompressed, Gzip, ".json.gz");
    check_content("format: messages", Format::Messages, None, ".log");
    check_content("format: messages, compression: gzip", Format::Messages, Gzip, ".log.gz");
    check_content("format: messages, file_extension: .txt", Format::Messages, None, ".txt");
    stream("format: message", &["13:23 `format` cannot be `message`"]);
    stream("compression: gzp", &["13:28 `compression` cannot be `gzp`"]);
    stream("format: true", &["13:23 `format` must be a string"]);
}

#[test]
fn envelopes_are_not_compressed_twice() {
    stream("compression: gzip", &["13:28 `compression: gzip` cannot be combined with `format: envelope`"]);
    stream(
        "format: envelope, compression: gzip",
        &["13:46 `compression: gzip` cannot be combined with `format: envelope`"],
    );
    check_advice("buffer_mb: 5", "compression: gzip", "compressed twice", "`format: decompressed`");
    // A format that is not a word is reported alone.
    stream("format: x, compression: gzip", &["13:23 `format` cannot be `x`"]);
}

#[test]
fn partitioning_puts_folders_behind_the_prefix() {
    let parted =
        destination(&edited("buffer_mb: 5", "format: decompressed, partition_by: [owner, logGroup]"));
    let Transport::Firehose(Firehose { stream: into_folders, .. }) = &parted.transport;
    assert_eq!(into_folders.partition_by, [PartitionKey::Owner, PartitionKey::LogGroup]);
    assert_eq!(into_folders.buffer_mb, 64);
    assert_eq!(
        parted.object_prefix(),
        "logs/owner=!{partitionKeyFromQuery:owner}/logGroup=!{partitionKeyFromQuery:logGroup}/!{timestamp:yyyy/MM/dd/HH}/"
    );
    stream("format: decompressed, partition_by: [owner], buffer_mb: 128", &[]);
    stream("format: decompressed, partition_by: []", &[]);
}

#[test]
fn partitioning_needs_what_firehose_needs() {
    let parted = |keys: &str, expected: &str| {
        stream(&format!("format: decompressed, partition_by: {keys}"), &[expected]);
    };
    parted("[owner, account]", "13:59 `partition_by` cannot be `account`");
    parted("[owner, owner]", "13:59 `owner` is given twice in `partition_by`");
    parted("owner", "13:51 `partition_by` must be a list");
    parted("[owner], buffer_mb: 63", "13:71 `buffer_mb` is 63 with `partition_by`");
    parted("[owner], buffer_mb: 129", "13:71 `buffer_mb` is 129");
    parted("[owner], buffer_seconds: 59", "13:76 `buffer_seconds` is 59 with `partition_by`");
    check_advice(
        "buffer_mb: 5",
        "format: decompressed, partition_by: [owner], buffer_mb: 5",
        "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.",
        "64 to 128",
    );
    stream("partition_by: [owner]", &["13:29 `partition_by` cannot be combined with `format: envelope`"]);
    stream(
        "format: messages, partition_by: [owner]",
        &["13:47 `partition_by` cannot be combined with `format: messages`"],
    );
    check_advice("buffer_mb: 5", "partition_by: [logGroup]", "decompressed", "`format: decompressed`");
}

#[test]
fn prefixes_of_parted_objects() {
    let parted = |keys: &str, expected: &[&str]| {
        let stream = "stream: { format: decompressed, partition_by: [owner] }";
        super::check(
            &edited("stream: { buffer_mb: 5 }", stream).replace("name: central-bucket", keys),
            expected,
        );
    };
    parted("prefix: ''", &[]);
    parted("prefix: 'a/!{partitionKeyFromQuery:owner}/'", &[]);
    parted("prefix: a", &["12:23 `prefix` cannot be `a`"]);
    parted(
        "prefix: '!{partitionKeyFromQuery:app}/'",
        &["12:23 `prefix` cannot be `!{partitionKeyFromQuery:app}/`"],
    );
    parted("error_prefix: ''", &["12:29 `error_prefix` is empty"]);
    parted(
        "error_prefix: '!{partitionKeyFromQuery:owner}!{firehose:error-output-type}'",
        &["12:29 `error_prefix` cannot be `!{partitionKeyFromQuery:owner}!{firehose:error-output-type}`"],
    );
    bucket(
        "prefix: '!{partitionKeyFromQuery:owner}/'",
        &["12:23 `prefix` cannot be `!{partitionKeyFromQuery:owner}/`"],
    );
    bucket("prefix: '!{timestamp:YYYY/MM}/'", &["12:23 `prefix` cannot be `!{timestamp:YYYY/MM}/`"]);
}

const KEY: &str = "key/1234abcd-12ab-34cd-56ef-1234567890ab";

#[test]
fn keys() {
    let key = |arn: &str, expected: &[&str]| bucket(&format!("kms_key_arn: '{arn}'"), expected);
    key(&format!("arn:aws:kms:ap-northeast-1:999999999999:{KEY}"), &[]);
    // The key may be another account's.
    key("arn:aws:kms:ap-northeast-1:222222222222:key/mrk-1234abcd12ab34cd56ef1234567890ab", &[]);
    key("1234abcd", &["12:28 `1234abcd` is not the ARN of a KMS key"]);
    key("alias/logs", &["12:28 `alias/logs` is an alias"]);
    let alias = "arn:aws:kms:ap-northeast-1:999999999999:alias/logs";
    key(alias, &[&format!("12:28 `{alias}` is an alias")]);
    let short = "arn:aws:kms:ap-northeast-1:999999999999:key/1234abcd";
    key(short, &[&format!("12:28 `{short}` is not the ARN of a KMS key")]);
    key(
        &format!("arn:aws:kms:us-east-1:999999999999:{KEY}"),
        &["12:28 the key is in the region `us-east-1`"],
    );
    key(
        &format!("arn:aws-cn:kms:cn-north-1:999999999999:{KEY}"),
        &["12:28 the key is in the partition `aws-cn`"],
    );
    check_advice("name: central-bucket", "kms_key_arn: alias/x", "as its Resource", "describe-key");
    let arn = format!("arn:aws:kms:ap-northeast-1:999999999999:{KEY}");
    let made = destination(&edited("name: central-bucket", &format!("kms_key_arn: '{arn}'")));
    assert_eq!(made.bucket.kms_key_arn, Some(arn));
}

#[test]
fn the_region_of_a_key_is_that_of_the_bucket() {
    let yaml =
        edited("name: central-bucket", &format!("kms_key_arn: 'arn:aws:kms:us-east-1:999999999999:{KEY}'"));
    valid(&yaml.replace("    stream:", "    region: us-east-1\n    stream:"));
}

#[test]
fn a_bucket_that_is_only_used() {
    let used = destination(&edited("name: central-bucket", "name: central-bucket, create: false"));
    assert!(!used.bucket.create);
    let key = format!("arn:aws:kms:ap-northeast-1:999999999999:{KEY}");
    bucket(&format!("name: abc, create: false, kms_key_arn: '{key}', prefix: a/"), &[]);
    bucket("create: false", &["12:23 `create: false` needs `name`"]);
    bucket(
        "name: abc, create: false, versioning: false, expire_days: 3",
        &[
            "12:41 `versioning` cannot be combined with `create: false`",
            "12:60 `expire_days` cannot be combined with `create: false`",
        ],
    );
    bucket(
        "name: abc, create: false, transitions: [{ days: 30, storage_class: GLACIER }]",
        &["12:41 `transitions` cannot be combined with `create: false`"],
    );
}

#[test]
fn streams_beside_each_other() {
    let count = |keys: &str| destination(&edited("buffer_mb: 5", keys)).transport.count();
    assert_eq!((count(""), count("count: 1"), count("count: 50")), (1, 1, 50));
    stream("count: 0", &["13:22 `count` is 0"]);
    stream("count: 51", &["13:22 `count` is 51"]);
    let long = "x".repeat(63);
    stream(&format!("name: {long}, count: 1"), &[]);
    stream(&format!("name: {long}, count: 4"), &[&format!("13:93 the derived name `{long}-4` is not valid")]);
    check_advice(
        "buffer_mb: 5",
        &format!("name: {long}, count: 4"),
        "64",
        &format!("shorten the name `{long}`"),
    );
}
