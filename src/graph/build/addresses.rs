//! The addresses of what a destination is made of.

use super::ERROR_STREAM;
use crate::address::{Address, KindName, Place, Region};
use crate::topology::Destination;

/// The addresses of a destination's own resources.
pub(super) struct Addresses {
    pub(super) bucket: Address,
    pub(super) bucket_policy: Address,
    pub(super) firehose_role: Address,
    pub(super) cwl_role: Address,
    pub(super) error_group: Address,
    pub(super) error_stream: Address,
    pub(super) stream: Address,
}

impl Addresses {
    /// `stream` is the name of the stream in use.
    pub(super) fn of(destination: &Destination, stream: &str) -> Self {
        let at = |place: Place, kind, name: &str| Address {
            account: destination.account.clone(),
            place,
            kind,
            name: name.to_owned(),
        };
        let here = || Place::Region(destination.region.clone());
        let errors = &destination.stream.error_log_group;
        Self {
            bucket: at(here(), KindName::S3Bucket, &destination.bucket.name),
            bucket_policy: at(here(), KindName::S3BucketPolicy, &destination.bucket.name),
            firehose_role: at(Place::Global, KindName::IamRole, &destination.firehose_role),
            cwl_role: at(Place::Global, KindName::IamRole, &destination.cwl_role),
            error_stream: at(here(), KindName::LogStream, &format!("{errors}:{ERROR_STREAM}")),
            error_group: at(here(), KindName::LogGroup, errors),
            stream: at(here(), KindName::FirehoseStream, stream),
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
