//! Who is told when delivery stops, and when it counts as stopped.

use crate::address::{Arn, Region};

/// The alarms of a destination.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Alarms {
    /// ARN of the SNS topic that is told; in the destination's region.
    pub topic: String,
    /// Minutes that a record may wait, and that nothing may arrive.
    pub delay_minutes: u32,
    /// Whether records that are refused are told.
    pub errors: bool,
}

impl Alarms {
    /// How many there are on each stream.
    pub fn of_each_stream(&self) -> usize {
        if self.errors { 3 } else { 2 }
    }
}

/// The alarms of a source.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SourceAlarms {
    /// ARNs of the SNS topics that are told, one in each of the source's regions.
    pub topics: Vec<String>,
}

impl SourceAlarms {
    /// How many metrics of a subscription are watched, each by an alarm of its own.
    pub const METRICS: usize = 2;

    /// The topic in a region.
    pub fn topic_in(&self, region: &Region) -> Option<&str> {
        let there = |topic: &&String| Arn::parse(topic).is_some_and(|arn| arn.region == region.as_str());
        self.topics.iter().find(there).map(String::as_str)
    }
}
