//! The ARNs of what the graph names: those of `address`, and of what carries events.

use crate::address::{AccountId, Address, KindName};

pub(crate) use crate::address::arn::{
    account_root, all_log_groups, bucket, destination, firehose_stream, instance_profile, log_group_anywhere,
    log_groups, log_stream, logs_of, parameter, parameter_anywhere, policy, role,
};

/// What carries events into a bucket, which a CloudWatch Logs destination sends to.
pub(crate) fn carrier(carrier: &Address, account: &AccountId) -> Option<String> {
    let region = carrier.place.region()?;
    let is_stream = carrier.kind == KindName::FirehoseStream;
    is_stream.then(|| firehose_stream(region, account, &carrier.name))
}
