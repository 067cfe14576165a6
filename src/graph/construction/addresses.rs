//! The addresses of what a destination is made of.

use crate::address::{Address, KindName, Place, Region};
use crate::graph::Shard;
use crate::topology::Destination;

/// The addresses of a destination's own resources.
pub(super) struct Addresses {
    pub(super) bucket: Address,
    pub(super) bucket_policy: Address,
}

impl Addresses {
    pub(super) fn of(destination: &Destination) -> Self {
        let at =
            |place: Place, kind, name: &str| Address::new(destination.account.clone(), place, kind, name);
        let here = || Place::Region(destination.region.clone());
        Self {
            bucket: at(here(), KindName::S3Bucket, &destination.bucket.name),
            bucket_policy: at(here(), KindName::S3BucketPolicy, &destination.bucket.name),
        }
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
    let at = |kind| {
        Address::new(
            destination.account.clone(),
            Place::Region(region.clone()),
            kind,
            shard.name(&destination.destination_name),
        )
    };
    (at(KindName::LogsDestination), at(KindName::LogsDestinationPolicy))
}
