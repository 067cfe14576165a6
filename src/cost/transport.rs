//! What it costs to carry events from CloudWatch Logs to a bucket: the one place that asks which transport it is.

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

/// What a transport takes for so many events, which it writes to so many folders at once.
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
