//! ARNs, which follow from partition, region, account and name, so that a plan never holds an unknown value.

use crate::address::{AccountId, Address, KindName, Partition, Region};

/// A bucket.
pub(crate) fn bucket(partition: Partition, name: &str) -> String {
    format!("arn:{partition}:s3:::{name}")
}

/// A role.
pub(crate) fn role(partition: Partition, account: &AccountId, name: &str) -> String {
    format!("arn:{partition}:iam::{account}:role/{name}")
}

/// A Firehose stream.
pub(crate) fn firehose_stream(region: &Region, account: &AccountId, name: &str) -> String {
    format!("arn:{}:firehose:{region}:{account}:deliverystream/{name}", region.partition())
}

/// What carries events into a bucket, which a CloudWatch Logs destination sends to.
pub(crate) fn carrier(carrier: &Address, account: &AccountId) -> Option<String> {
    let region = carrier.place.region()?;
    let is_stream = carrier.kind == KindName::FirehoseStream;
    is_stream.then(|| firehose_stream(region, account, &carrier.name))
}

/// A log stream.
pub(crate) fn log_stream(region: &Region, account: &AccountId, group: &str, stream: &str) -> String {
    format!("arn:{}:logs:{region}:{account}:log-group:{group}:log-stream:{stream}", region.partition())
}

/// A CloudWatch Logs destination.
pub(crate) fn destination(region: &Region, account: &AccountId, name: &str) -> String {
    format!("arn:{}:logs:{region}:{account}:destination:{name}", region.partition())
}

/// Everything of CloudWatch Logs in an account, in any region: what a sender's `aws:SourceArn` looks like.
pub(crate) fn logs_of(partition: Partition, account: &AccountId) -> String {
    format!("arn:{partition}:logs:*:{account}:*")
}

/// The log groups of an account and region with all that is in them, or one of them.
pub(crate) fn log_groups(region: &Region, account: &AccountId, name: Option<&str>) -> String {
    let groups = name.map_or_else(|| "*".to_owned(), |name| format!("{name}:*"));
    format!("arn:{}:logs:{region}:{account}:log-group:{groups}", region.partition())
}

/// A log group in any region of an account; `*` and `?` in its name as in IAM.
pub(crate) fn log_group_anywhere(partition: Partition, account: &AccountId, name: &str) -> String {
    format!("arn:{partition}:logs:*:{account}:log-group:{name}")
}

/// Every log group of an account, in any region: the only resource that DescribeLogGroups is authorised on.
pub(crate) fn all_log_groups(partition: Partition, account: &AccountId) -> String {
    log_group_anywhere(partition, account, "*")
}

/// An SSM parameter in any region of an account; a name that is a path brings its own slash.
pub(crate) fn parameter(partition: Partition, account: &AccountId, name: &str) -> String {
    let name = name.strip_prefix('/').unwrap_or(name);
    format!("arn:{partition}:ssm:*:{account}:parameter/{name}")
}

/// A customer managed policy, with its path.
pub(crate) fn policy(partition: Partition, account: &AccountId, name: &str) -> String {
    format!("arn:{partition}:iam::{account}:policy/{name}")
}

/// An instance profile.
pub(crate) fn instance_profile(partition: Partition, account: &AccountId, name: &str) -> String {
    format!("arn:{partition}:iam::{account}:instance-profile/{name}")
}

/// Everybody of an account whom that account itself allows.
pub(crate) fn account_root(partition: Partition, account: &AccountId) -> String {
    format!("arn:{partition}:iam::{account}:root")
}
