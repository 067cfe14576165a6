//! How long the things take that take time in AWS.
//!
//! Owns the durations, in simulated milliseconds. They are part of the saved state, so that a world keeps its pace.
//! With a seed they are only the usual ones: what is drawn lies around them, for IAM between an eighth and four times
//! as much, for a stream's making and an instance's profile between a quarter and four times, for its deletion up to fifteen
//! times; a message from a log group is up to three minutes on its way.

use serde::{Deserialize, Serialize};

/// Durations of the simulated world: how long each thing takes, unless a seed decides otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timing {
    /// From an IAM change until other services act on it. AWS publishes no number; "about 10 s" is what tools observe.
    pub iam_propagation_ms: u64,
    /// From a change of an instance's profile until EC2 has made it. AWS publishes no number.
    pub profile_association_ms: u64,
    /// From CreateDeliveryStream until the stream is ACTIVE ("a minute or two" in the Firehose documentation).
    pub stream_creating_ms: u64,
    /// From DeleteDeliveryStream until the name is free again.
    pub stream_deleting_ms: u64,
    /// From PutLogEvents until the events reach a subscription's target ("usually under three minutes" in the
    /// CloudWatch Logs documentation).
    pub logs_delivery_ms: u64,
    /// The longest session that AssumeRole gives, whatever is asked for.
    pub longest_session_ms: u64,
    /// Between two attempts of a stream to write a batch that its bucket refuses.
    pub delivery_retry_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            iam_propagation_ms: 8_000,
            profile_association_ms: 3_000,
            stream_creating_ms: 40_000,
            stream_deleting_ms: 20_000,
            logs_delivery_ms: 5_000,
            longest_session_ms: 12 * 3_600_000,
            delivery_retry_ms: 300_000,
        }
    }
}
