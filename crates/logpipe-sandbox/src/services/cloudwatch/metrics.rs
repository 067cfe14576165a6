//! What is counted of log groups (CloudWatch Logs User Guide, "Monitoring usage with CloudWatch metrics"), from the
//! events that they hold.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::faults::fault::Fault;
use crate::services::logs::LogGroup;
use crate::state::site::Site;
use crate::state::world::World;

/// Whose metrics they are.
const NAMESPACE: &str = "AWS/Logs";

/// A metric as requests name it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Metric {
    namespace: String,
    metric_name: String,
    #[serde(default)]
    dimensions: Vec<Dimension>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension {
    name: String,
    value: String,
}

/// The time that a request asks about, in seconds since 1970, cut into periods of this many seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    start: u64,
    end: u64,
    period: u64,
}

impl Span {
    /// The time from `start` up to `end`.
    pub(super) fn new(start: f64, end: f64, period: u64) -> Result<Self, Fault> {
        if start >= end {
            return Err(invalid("The parameter StartTime must be less than the parameter EndTime."));
        }
        if period == 0 || !period.is_multiple_of(60) {
            return Err(invalid("The parameter Period must be a multiple of 60."));
        }
        // Periods begin at whole multiples of their length.
        let start = start.max(0.0) as u64 / period * period;
        Ok(Self { start, end: end.ceil() as u64, period })
    }

    fn place(self, at_ms: u64) -> Option<u64> {
        let second = at_ms / 1_000;
        (self.start..self.end).contains(&second).then(|| second / self.period * self.period)
    }
}

impl Metric {
    /// The sums by the second at which their period begins; periods without events are left out. A metric that is not
    /// counted has no sums, which is not an error.
    pub(super) fn sums(&self, world: &World, site: &Site, span: Span) -> BTreeMap<u64, f64> {
        let mut sums = BTreeMap::new();
        let Some(measure) = self.measure() else { return sums };
        let groups = world.logs(site).map(|logs| &logs.groups);
        for (_, group) in groups.into_iter().flatten().filter(|(name, _)| self.covers(name)) {
            for (at_ms, bytes) in incoming(group) {
                if let Some(place) = span.place(at_ms) {
                    *sums.entry(place).or_default() += measure(bytes);
                }
            }
        }
        sums
    }

    /// The metric's name, which is also its label.
    pub(super) fn name(&self) -> &str {
        &self.metric_name
    }

    /// `Bytes` or `None`.
    pub(super) fn unit(&self) -> &'static str {
        if self.metric_name == "IncomingBytes" { "Bytes" } else { "None" }
    }

    fn measure(&self) -> Option<fn(usize) -> f64> {
        match (self.namespace.as_str(), self.metric_name.as_str()) {
            (NAMESPACE, "IncomingBytes") => Some(|bytes| bytes as f64),
            (NAMESPACE, "IncomingLogEvents") => Some(|_| 1.0),
            _ => None,
        }
    }

    /// With the name of a log group they are that group's; without any dimension, all groups'.
    fn covers(&self, group: &str) -> bool {
        match self.dimensions.as_slice() {
            [] => true,
            [Dimension { name, value }] => name == "LogGroupName" && value == group,
            _ => false,
        }
    }
}

/// When each event of a group came in, and how many bytes it has.
fn incoming(group: &LogGroup) -> impl Iterator<Item = (u64, usize)> {
    let events = group.streams.values().flat_map(|stream| stream.events.values());
    events.map(|event| (event.ingested_ms, event.message.len()))
}

/// An input that breaks a rule.
pub(super) fn invalid(text: &str) -> Fault {
    Fault::invalid("ValidationError", text)
}
