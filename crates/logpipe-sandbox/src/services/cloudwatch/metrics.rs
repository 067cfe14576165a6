//! Metrics as requests name them, and what is counted of log groups (CloudWatch Logs User Guide, "Monitoring usage with
//! CloudWatch metrics"), from the events that they hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::faults::fault::Fault;
use crate::state::site::Site;
use crate::state::world::World;

use super::{forwarding, streams};

/// The metrics of log groups.
pub(super) const LOGS: &str = "AWS/Logs";
/// The metrics of streams.
const FIREHOSE: &str = "AWS/Firehose";

/// A metric as requests name it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Metric {
    pub(super) namespace: String,
    pub(super) metric_name: String,
    #[serde(default)]
    pub(super) dimensions: Vec<Dimension>,
}

/// One of the things that tell a metric from others of its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Dimension {
    pub(super) name: String,
    pub(super) value: String,
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

    /// As much of a time as is in it, all in milliseconds since 1970.
    pub(super) fn within(self, from_ms: u64, to_ms: u64) -> (u64, u64) {
        (from_ms.max(self.start * 1_000), to_ms.min((self.end * 1_000).saturating_sub(1)))
    }

    /// A statistic of these values by the second at which their period begins.
    pub(super) fn folded(self, values: Vec<(u64, f64)>, statistic: Statistic) -> BTreeMap<u64, f64> {
        let mut points = BTreeMap::new();
        for (at_ms, value) in values {
            if let Some(place) = self.place(at_ms) {
                points
                    .entry(place)
                    .and_modify(|so_far| *so_far = statistic.of(*so_far, value))
                    .or_insert(value);
            }
        }
        points
    }

    fn place(self, at_ms: u64) -> Option<u64> {
        let second = at_ms / 1_000;
        (self.start..self.end).contains(&second).then(|| second / self.period * self.period)
    }
}

/// What is made of the values of a period.
#[derive(Debug, Clone, Copy)]
pub(super) enum Statistic {
    Sum,
    Minimum,
    Maximum,
}

impl Statistic {
    /// The one that is called so, of those that are simulated.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "Sum" => Some(Self::Sum),
            "Minimum" => Some(Self::Minimum),
            "Maximum" => Some(Self::Maximum),
            _ => None,
        }
    }

    fn of(self, one: f64, other: f64) -> f64 {
        match self {
            Self::Sum => one + other,
            Self::Minimum => one.min(other),
            Self::Maximum => one.max(other),
        }
    }
}

impl Metric {
    /// A statistic by the second at which its period begins; periods in which nothing was counted are left out. A metric
    /// that is not counted has none, which is not an error.
    pub(super) fn points(
        &self,
        world: &World,
        site: &Site,
        span: Span,
        statistic: Statistic,
    ) -> BTreeMap<u64, f64> {
        span.folded(self.values(world, site, span), statistic)
    }

    /// All that was counted, each with when it was, in milliseconds since 1970.
    fn values(&self, world: &World, site: &Site, span: Span) -> Vec<(u64, f64)> {
        match (self.namespace.as_str(), self.dimensions.as_slice()) {
            (LOGS, dimensions) if dimensions.len() > 1 => self.of_subscriptions(world, site),
            (LOGS, _) => self.of_groups(world, site),
            (FIREHOSE, [Dimension { name, value }]) if name == "DeliveryStreamName" => {
                streams::values(world, site, value, &self.metric_name, span)
            }
            _ => Vec::new(),
        }
    }

    fn of_subscriptions(&self, world: &World, site: &Site) -> Vec<(u64, f64)> {
        let named = self.dimensions.iter();
        let named: Vec<(&str, &str)> =
            named.map(|dimension| (dimension.name.as_str(), dimension.value.as_str())).collect();
        let series = forwarding::series(world, site).filter(|series| series.is(&named));
        series.flat_map(|series| series.values(&self.metric_name)).collect()
    }

    fn of_groups(&self, world: &World, site: &Site) -> Vec<(u64, f64)> {
        let Some(measure) = self.measure() else { return Vec::new() };
        let groups = world.logs(site).map(|logs| &logs.groups).into_iter().flatten();
        let covered = groups.filter(|(name, _)| self.covers(name));
        covered
            .flat_map(|(_, group)| group.incoming())
            .map(|(at_ms, bytes)| (at_ms, measure(bytes)))
            .collect()
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
        match self.metric_name.as_str() {
            "IncomingBytes" => Some(|bytes| bytes as f64),
            "IncomingLogEvents" => Some(|_| 1.0),
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

/// An input that breaks a rule.
pub(super) fn invalid(text: &str) -> Fault {
    Fault::invalid("ValidationError", text)
}
