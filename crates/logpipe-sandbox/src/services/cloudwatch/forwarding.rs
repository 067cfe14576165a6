//! What is counted of subscriptions (CloudWatch Logs User Guide, "Monitoring usage with CloudWatch metrics"): by log group
//! and filter, and of an account's policy for all log groups together.

use std::collections::BTreeMap;

use crate::services::logs::Forwarded;
use crate::state::site::Site;
use crate::state::world::World;

const MINUTE_MS: u64 = 60_000;

/// The metrics of which anything is ever counted here.
pub(super) const OF_SUBSCRIPTIONS: [&str; 2] = ["DeliveryErrors", "ForwardedLogEvents"];

/// One subscription, with what became of the events that matched.
pub(super) struct Series<'w> {
    pub(super) dimensions: Vec<(&'static str, &'w str)>,
    minutes: &'w BTreeMap<u64, Forwarded>,
}

/// The subscriptions somewhere that ever forwarded anything.
pub(super) fn series<'w>(world: &'w World, site: &Site) -> impl Iterator<Item = Series<'w>> {
    let filters = world.logs(site).into_iter().flat_map(|logs| &logs.forwarding);
    filters.flat_map(|(filter, groups)| {
        groups.iter().map(move |(group, minutes)| {
            let scope = match group.as_str() {
                "" => ("PolicyLevel", "AccountPolicy"),
                group => ("LogGroupName", group),
            };
            let dimensions = vec![("DestinationType", "Firehose"), ("FilterName", filter.as_str()), scope];
            Series { dimensions, minutes }
        })
    })
}

impl<'w> Series<'w> {
    /// A dimension of it.
    pub(super) fn dimension(&self, name: &str) -> Option<&'w str> {
        self.dimensions.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// Whether it has these dimensions and no others.
    pub(super) fn is(&self, dimensions: &[(&str, &str)]) -> bool {
        dimensions.len() == self.dimensions.len()
            && dimensions.iter().all(|(name, value)| self.dimension(name) == Some(value))
    }

    /// The values of a metric, each with when it was counted, in milliseconds since 1970. The sandbox throttles none.
    pub(super) fn values(&self, metric: &str) -> Vec<(u64, f64)> {
        let of: fn(&Forwarded) -> u64 = match metric {
            "ForwardedLogEvents" => |counted| counted.events,
            "DeliveryErrors" => |counted| counted.errors,
            _ => return Vec::new(),
        };
        let counted = self.minutes.iter().map(|(minute, counted)| (minute * MINUTE_MS, of(counted)));
        counted.filter(|(_, count)| *count > 0).map(|(at_ms, count)| (at_ms, count as f64)).collect()
    }
}
