//! What carries events from a CloudWatch Logs destination to its bucket: the one place here that depends on the
//! transport.

use serde_json::Value;

use super::builder::GraphBuilder;
use crate::address::Address;
use crate::topology::{Destination, Transport};

/// Where a transport takes events in.
pub(super) struct Entrance {
    /// What takes them.
    pub(super) address: Address,
    /// Its ARN.
    pub(super) arn: String,
    /// What CloudWatch Logs must be allowed in order to put them there.
    pub(super) permission: Value,
}

impl GraphBuilder<'_> {
    /// Everything between the CloudWatch Logs destinations and the bucket: one entrance or more, beside each other.
    pub(super) fn transport(&mut self, destination: &Destination, bucket: &Address) -> Vec<Entrance> {
        match &destination.transport {
            Transport::Firehose(firehose) => self.firehose(destination, firehose, bucket),
        }
    }

    /// The alarms on what takes events in.
    pub(super) fn transport_alarms(&mut self, destination: &Destination, entrances: &[&Address]) {
        match &destination.transport {
            Transport::Firehose(_) => self.stream_alarms(destination, entrances),
        }
    }
}
