//! The addresses of what a destination is made of.

use crate::address::{Address, KindName, Place, Region};
use crate::topology::Destination;

/// The addresses of a destination's own resources.
pub(super) struct Addresses {
    pub(super) bucket: Address,
    pub(super) bucket_policy: Address,
    pub(super) cwl_role: Address,
}

impl Addresses {
    pub(super) fn of(destination: &Destination) -> Self {
        let at = |place: Place, kind, name: &str| Address {
            account: destination.account.clone(),
            place,
            kind,
            name: name.to_owned(),
        };
        let here = || Place::Region(destination.region.clone());
        Self {
            bucket: at(here(), KindName::S3Bucket, &destination.bucket.name),
            bucket_policy: at(here(), KindName::S3BucketPolicy, &destination.bucket.name),
            cwl_role: at(Place::Global, KindName::IamRole, &destination.cwl_role),
        }
    }
}

/// A destination and its policy, in one region.
pub(super) fn destination_addresses(destination: &Destination, region: &Region) -> (Address, Address) {
    let at = |kind| Address {
        account: destination.account.clone(),
        place: Place::Region(region.clone()),
        kind,
        name: destination.destination_name.clone(),
    };
    (at(KindName::LogsDestination), at(KindName::LogsDestinationPolicy))
}
