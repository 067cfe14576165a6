//! Settings of sources.

use globset::Glob;

use super::topology::Unmeant;
use crate::lint::Lint;
use crate::topology::finding::Findings;
use crate::topology::model::{LogGroupSelector, Scope, Source, Transport};

/// Days after which events have gone from a log group before CloudWatch Logs and Firehose have both given up: either tries
/// for 24 hours (CloudWatch Logs User Guide, "Log group-level subscription filters"; Firehose Developer Guide, "Understand
/// data delivery in Amazon Data Firehose").
const SHORTER_THAN_RETRIES: u32 = 1;

impl Unmeant<'_> {
    /// Settings for log groups that logpipe creates, where it creates none.
    pub(super) fn log_groups(&self, findings: &mut Findings) {
        for (key, source) in &self.topology.sources {
            let place = |of: &str| self.key(&["sources", key.as_str(), of]);
            if source.scope != Scope::LogGroups {
                continue;
            }
            if let Some(place) = place("retention_days").filter(|_| !source.create) {
                findings.warn(place, Lint::RetentionWithoutCreate { source: key.to_string() });
            }
            if let Some(place) = place("create").filter(|_| source.create && !names_any(source)) {
                findings.warn(place, Lint::CreateWithoutNames { source: key.to_string() });
            }
        }
    }

    /// Log groups that logpipe creates and that forget what is not delivered before it is given up.
    pub(super) fn retentions(&self, findings: &mut Findings) {
        for (key, source) in &self.topology.sources {
            let short = source.retention_days.is_some_and(|days| days <= SHORTER_THAN_RETRIES);
            let place = self.key(&["sources", key.as_str(), "retention_days"]);
            if let Some(place) = place.filter(|_| short && source.create && names_any(source)) {
                findings.warn(place, Lint::RetentionShorterThanRetries { source: key.to_string() });
            }
        }
    }

    /// Exclusions that cannot take out anything. A log group that is named in full and excluded is refused, so only globs
    /// leave something to take out.
    pub(super) fn exclusions(&self, findings: &mut Findings) {
        for (key, source) in &self.topology.sources {
            if source.scope != Scope::LogGroups {
                continue;
            }
            let places = self.root.item_places(&["sources", key.as_str(), "exclude"]);
            for exclude in source.exclude.iter().filter(|exclude| !may_meet_any(source, exclude)) {
                if let Some(place) = places.get(exclude.as_str()) {
                    let lint =
                        Lint::ExcludeWithoutEffect { source: key.to_string(), exclude: exclude.clone() };
                    findings.warn(*place, lint);
                }
            }
        }
    }

    /// It is "only applicable when the destination is an Amazon Kinesis data stream" (CloudWatch Logs API Reference,
    /// PutSubscriptionFilter).
    pub(super) fn distributions(&self, findings: &mut Findings) {
        for (key, source) in &self.topology.sources {
            let Some(destination) = self.topology.destinations.get(&source.destination) else { continue };
            let Transport::Firehose(_) = &destination.transport;
            if let Some(place) = self.key(&["sources", key.as_str(), "filter", "distribution"]) {
                findings.warn(place, Lint::DistributionWithoutShards { source: key.to_string() });
            }
        }
    }

    /// Events that leave the region they are written in.
    pub(super) fn other_regions(&self, findings: &mut Findings) {
        for (key, source) in &self.topology.sources {
            let Some(destination) = self.topology.destinations.get(&source.destination) else { continue };
            let others = source.regions.iter().filter(|region| **region != destination.region);
            let others: Vec<String> = others.map(ToString::to_string).collect();
            let at = ["sources", key.as_str(), "regions"];
            let place = self.key(&at).or_else(|| self.key(&at[..2]));
            if let Some(place) = place.filter(|_| !others.is_empty()) {
                let lint = Lint::EventsLeaveRegion {
                    source: key.to_string(),
                    regions: others,
                    destination: source.destination.to_string(),
                    region: destination.region.to_string(),
                };
                findings.warn(place, lint);
            }
        }
    }
}

/// Whether a log group is named in full.
fn names_any(source: &Source) -> bool {
    source.log_groups.iter().any(|group| matches!(group, LogGroupSelector::Exact(_)))
}

/// Whether an exclusion may take out something that a glob of the source finds. Two globs are known not to meet if they
/// begin differently.
fn may_meet_any(source: &Source, exclude: &str) -> bool {
    source.log_groups.iter().any(|group| match group {
        LogGroupSelector::Exact(_) => false,
        LogGroupSelector::Glob(glob) if literal(exclude) == exclude => {
            Glob::new(glob).map_or(true, |glob| glob.compile_matcher().is_match(exclude))
        }
        LogGroupSelector::Glob(glob) => {
            let (one, other) = (literal(glob), literal(exclude));
            one.starts_with(other) || other.starts_with(one)
        }
    })
}

/// The part of a glob that stands for itself.
fn literal(glob: &str) -> &str {
    glob.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default()
}
