//! The cost of carrying events from CloudWatch Logs to a bucket: the one place here that depends on the transport.

use super::assumptions::Assumptions;
use super::delivery::Delivered;
use super::firehose;
use super::item::Item;
use super::volume::Flow;
use crate::topology::Transport;

/// What is carried in a month.
pub(super) struct Carried {
    /// What is billed for that, and how much of it.
    pub(super) items: Vec<(Item, f64)>,
    /// What arrives.
    pub(super) delivered: Delivered,
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

/// What is billed beside that and cannot be estimated.
pub(super) fn beside(transport: &Transport) -> Option<&'static str> {
    match transport {
        Transport::Firehose(firehose) => firehose::beside(&firehose.stream),
    }
}
