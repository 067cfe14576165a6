//! The hops between a CloudWatch Logs destination and its bucket: the one place here that depends on the transport.

use super::judge::Finding;
use super::way::Way;
use crate::address::{Address, KindName};
use crate::topology::Transport;

impl Way<'_> {
    /// The hops of the transport, in the order in which events take them.
    pub(super) fn transport(&self) -> Vec<(&'static str, Finding)> {
        match &self.destination.transport {
            Transport::Firehose(_) => vec![
                ("stream", self.stream()),
                ("firehose_role_trust", self.firehose_role_trust()),
                ("firehose_role_permission", self.firehose_role_permission()),
            ],
        }
    }

    /// The resources that decide about a hop of the transport; `None` for what is no hop of its.
    pub(super) fn of_transport(&self, hop: &str) -> Option<Vec<Address>> {
        match &self.destination.transport {
            Transport::Firehose(firehose) => match hop {
                "stream" => Some(vec![self.here(KindName::FirehoseStream, &self.stream_name())]),
                "firehose_role_trust" | "firehose_role_permission" => Some(vec![self.role(&firehose.role)]),
                _ => None,
            },
        }
    }

    /// ARN of what takes events in.
    pub(super) fn entrance_arn(&self) -> String {
        match &self.destination.transport {
            Transport::Firehose(_) => self.stream_arn(),
        }
    }

    /// What CloudWatch Logs does to put events there.
    pub(super) fn entrance_action(&self) -> &'static str {
        match &self.destination.transport {
            Transport::Firehose(_) => "firehose:PutRecord",
        }
    }

    /// The KMS key that the transport has objects encrypted with.
    pub(super) fn transport_key(&self) -> Option<&str> {
        match &self.destination.transport {
            Transport::Firehose(_) => self.stream_key(),
        }
    }
}
