//! What CloudWatch Logs sends, and how much of it arrives in a bucket.

use super::assumptions::{Assumptions, ENVELOPE_OF_EVENT, ENVELOPE_OF_RECORD};
use super::volume::Flow;

/// The records that CloudWatch Logs makes of log events in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Records {
    pub(super) number: f64,
    /// Bytes of all of them as they are sent, compressed.
    pub(super) bytes: f64,
    /// Bytes of all of them decompressed.
    pub(super) decompressed: f64,
}

impl Records {
    pub(super) fn of(flow: Flow, assumptions: &Assumptions) -> Self {
        let number = flow.events / assumptions.events_per_record;
        let decompressed = flow.bytes + flow.events * ENVELOPE_OF_EVENT + number * ENVELOPE_OF_RECORD;
        Self { number, bytes: decompressed * assumptions.compressed, decompressed }
    }
}

/// What is written to a bucket in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Delivered {
    /// Bytes in the bucket.
    pub(super) bytes: f64,
    /// Objects.
    pub(super) objects: f64,
}

impl Delivered {
    /// Bytes of an object on average; of none there are none that would be too small.
    pub(super) fn object_bytes(&self) -> f64 {
        if self.objects > 0.0 { self.bytes / self.objects } else { f64::INFINITY }
    }
}
