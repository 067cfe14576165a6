//! The addresses of what a destination is made of.

use crate::address::{Address, KindName, Region};
use crate::graph::Shard;
use crate::topology::Destination;

/// The addresses of a destination's own resources.
pub(super) struct Addresses {
    pub(super) bucket: Address,
    pub(super) bucket_policy: Address,
}

impl Addresses {
    pub(super) fn of(destination: &Destination) -> Self {
        let bucket = destination.here(KindName::S3Bucket, &destination.bucket.name);
        Self { bucket_policy: bucket.of_kind(KindName::S3BucketPolicy), bucket }
    }
}

/// The role with which CloudWatch Logs puts the records of a shard.
pub(super) fn cwl_role_address(destination: &Destination, shard: Shard) -> Address {
    Address::global(&destination.account, KindName::IamRole, &shard.name(&destination.cwl_role))
}

/// The CloudWatch Logs destination of a shard and its policy, in one region.
pub(super) fn destination_addresses(
    destination: &Destination,
    shard: Shard,
    region: &Region,
) -> (Address, Address) {
    let name = shard.name(&destination.destination_name);
    let entrance = destination.in_region(region, KindName::LogsDestination, &name);
    let policy = entrance.of_kind(KindName::LogsDestinationPolicy);
    (entrance, policy)
}
