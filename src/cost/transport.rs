//! The cost of carrying events from CloudWatch Logs to a bucket: the one place here that depends on the transport.

use super::assumptions::Assumptions;
use super::delivery::{Delivered, Records};
use super::firehose;
use super::item::Item;
use super::throughput::{self, NearLimit};
use super::volume::Flow;
use crate::topology::{Destination, Firehose, Transport};

/// What is carried in a month.
pub(super) struct Carried {
    /// What is billed for that, and how much of it.
    pub(super) items: Vec<(Item, f64)>,
    /// What arrives.
    pub(super) delivered: Delivered,
    /// The records that carry it.
    pub(super) records: Records,
}

/// What a transport takes for this many events, which it writes to this many folders at once.
pub(super) fn carried(
    transport: &Transport,
    flow: Flow,
    partitions: f64,
    assumptions: &Assumptions,
) -> Carried {
    match transport {
        Transport::Firehose(firehose) => firehose::carried(&firehose.stream, flow, partitions, assumptions),
    }
}

/// Whether that comes near to what AWS allows the transport of a destination.
pub(super) fn near_limit(destination: &Destination, carried: &Carried) -> Option<NearLimit> {
    match &destination.transport {
        Transport::Firehose(Firehose { stream, .. }) => {
            throughput::near_limit(&destination.key, &destination.region, stream.count, &carried.records)
        }
    }
}

/// What is billed beside that and cannot be estimated.
pub(super) fn beside(transport: &Transport) -> Option<&'static str> {
    match transport {
        Transport::Firehose(firehose) => firehose::beside(&firehose.stream),
    }
}
