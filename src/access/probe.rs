//! The calls of verify and doctor other than reading what is declared: verify writes test events at one end and looks for
//! them at the other, and both read what Firehose says of errors.

use super::logs::whole_group;
use super::pattern::quoted;
use super::right::Doing::{self, Diagnose, Probe};
use super::right::{Condition, Purpose, Rights, Spot};
use crate::graph::arns;
use crate::topology::Destination;
use crate::verify::{STREAM_PREFIX, literal_prefix};

/// What both do.
pub(super) const READS: &[Doing] = &[Probe, Diagnose];

/// In an account with log groups: the test event, whether it fits the pattern, and what killed runs left of theirs.
pub(super) fn sender(spot: &Spot<'_>, pattern: &str, rights: &mut Rights) {
    let group = spot.name;
    let streams = spot.arn("logs", &format!("log-group:{group}:log-stream:{STREAM_PREFIX}*"));
    let actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DeleteLogStream"];
    rights.allow(Purpose::TestEvents, &[Probe], &streams, &actions);
    let whole = whole_group(spot, group);
    rights.allow(Purpose::ListLogStreams, &[Probe], &whole, &["logs:DescribeLogStreams"]);
    if !pattern.is_empty() {
        // A pattern that the guide does not have is asked about before anything is planned.
        let certain = crate::pattern::parse(pattern).is_ok_and(|pattern| pattern.doubts().is_empty());
        let doings: &[Doing] = if certain { &[Probe, Diagnose] } else { &[Probe, Diagnose, Doing::Read] };
        rights.allow_on_everything(doings, &["logs:TestMetricFilter"]);
    }
}

/// In the account of the bucket: the objects under the prefix, what stands under the error prefix, and the error log.
pub(super) fn recipient(spot: &Spot<'_>, destination: &Destination, rights: &mut Rights) {
    let bucket = &destination.bucket;
    let arn = arns::bucket(spot.partition, &bucket.name);
    rights.allow(Purpose::Buckets, READS, &arn, &["s3:ListBucket"]);
    let below = |prefix: &str| format!("{arn}/{}*", quoted(literal_prefix(prefix)));
    rights.allow(Purpose::DeliveredObjects, &[Probe], &below(&bucket.prefix), &["s3:GetObject"]);
    // What Firehose could not process says why.
    rights.allow(Purpose::DeliveredObjects, READS, &below(&bucket.error_prefix), &["s3:GetObject"]);
    // What S3 keeps, and for how long.
    rights.allow(Purpose::Buckets, &[Diagnose], &arn, &["s3:GetBucketObjectLockConfiguration"]);
    // What the streams took in and wrote.
    rights.allow_on_everything(&[Diagnose], &["cloudwatch:GetMetricData"]);
    if let Some(group) = destination.transport.error_log_group() {
        let group = whole_group(spot, group);
        rights.allow(Purpose::ErrorLogs, READS, &group, &["logs:FilterLogEvents"]);
    }
    if let Some(key) = &bucket.kms_key_arn {
        // S3 decrypts in the name of whoever reads (S3 User Guide, "Using server-side encryption with AWS KMS keys").
        let service = format!("s3.{}.{}", destination.region, spot.partition.dns_suffix());
        let condition = Condition { key: "kms:ViaService", values: [service].into() };
        rights.add(Purpose::DecryptObjects, READS, key, &["kms:Decrypt"], Some(condition));
    }
}
