//! ARNs, which follow from partition, region, account and name, so that a plan never holds an unknown value.

use crate::address::{AccountId, Partition, Region};

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
