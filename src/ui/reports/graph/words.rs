//! The words for stations, hops and verdicts.

use std::collections::BTreeSet;

use super::picture::listed;
use crate::diagram::{Hop, HopKind, MeansKind, Station, StationKind};
use crate::verify::verdict::HopVerdict;

/// What a station is.
pub(crate) fn station_words(station: &Station) -> &'static str {
    match &station.kind {
        StationKind::Agent => "CloudWatch agent",
        StationKind::LogGroups { groups, patterns, whole_account, .. } => {
            match *whole_account || groups.len() + patterns.len() != 1 || !patterns.is_empty() {
                true => "log groups",
                false => "log group",
            }
        }
        StationKind::Destination { .. } => "CloudWatch Logs destination",
        StationKind::Stream { .. } => "Firehose stream",
        StationKind::Bucket { .. } => "S3 bucket",
        StationKind::ReaderRole => "role for readers",
        StationKind::Reader => "reader",
    }
}

/// What a station is called.
pub(crate) fn station_names(station: &Station) -> Vec<String> {
    match &station.kind {
        StationKind::LogGroups { groups, patterns, .. } => patterns.iter().chain(groups).cloned().collect(),
        _ => vec![station.name.clone()],
    }
}

/// What else there is to know about a station, its region apart.
pub(crate) fn station_about(station: &Station) -> Vec<String> {
    match &station.kind {
        StationKind::LogGroups { source, excluded, whole_account, .. } => {
            let every = whole_account.then(|| "every log group of the account".to_owned());
            let excluded = (!excluded.is_empty()).then(|| format!("without {}", listed(excluded)));
            let source = match source {
                Some(source) => format!("source {source}"),
                None => "no source".to_owned(),
            };
            [every, excluded, Some(source)].into_iter().flatten().collect()
        }
        StationKind::Bucket { prefix, .. } if !prefix.is_empty() => vec![format!("below {prefix}")],
        StationKind::Agent
        | StationKind::Destination { .. }
        | StationKind::Stream { .. }
        | StationKind::Bucket { .. }
        | StationKind::ReaderRole
        | StationKind::Reader => Vec::new(),
    }
}

/// What hops of one kind go by, a line each.
pub(crate) fn hop_lines(hops: &[&Hop]) -> Vec<String> {
    let Some(first) = hops.first() else { return Vec::new() };
    let named = |kinds: &[MeansKind], what: &str| {
        let means = hops.iter().flat_map(|hop| &hop.means).filter(|means| kinds.contains(&means.kind));
        let mut known = BTreeSet::new();
        let names: Vec<String> =
            means.filter(|means| known.insert(&means.name)).map(|means| means.name.clone()).collect();
        let plural = if names.len() > 1 {
            what.strip_suffix('y').map_or(format!("{what}s"), |what| format!("{what}ies"))
        } else {
            what.to_owned()
        };
        (!names.is_empty()).then(|| format!("{plural} {}", listed(&names)))
    };
    let role = || named(&[MeansKind::Role], "role");
    let lines = match first.kind {
        HopKind::Subscription => {
            let filter = named(&[MeansKind::SubscriptionFilter], "subscription filter");
            let filter = filter.or_else(|| named(&[MeansKind::AccountPolicy], "account policy"));
            let pattern = Some(&first.pattern).filter(|pattern| !pattern.is_empty());
            vec![filter, pattern.map(|pattern| format!("pattern {pattern}")), role()]
        }
        HopKind::Put | HopKind::Delivery => vec![role()],
        HopKind::Write => vec![role().or_else(|| named(&[MeansKind::Policy], "policy"))],
        HopKind::Read => vec![named(&[MeansKind::Policy], "policy")],
        HopKind::Assume => Vec::new(),
    };
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    if lines.is_empty() { vec![unsaid(first.kind).to_owned()] } else { lines }
}

/// What happens on a hop of which nobody knows what it goes by.
fn unsaid(kind: HopKind) -> &'static str {
    match kind {
        HopKind::Write => "writes",
        HopKind::Subscription => "sends",
        HopKind::Put => "puts records",
        HopKind::Delivery => "delivers",
        HopKind::Read => "is read",
        HopKind::Assume => "is assumed",
    }
}

/// A verdict as a sign, for those who see no colour, and as a word.
pub(crate) fn verdict_words(verdict: HopVerdict) -> (&'static str, &'static str) {
    match verdict {
        HopVerdict::Correct => ("✓", "correct"),
        HopVerdict::Incorrect => ("✗", "incorrect"),
        HopVerdict::Missing => ("✗", "missing"),
        HopVerdict::Unexpected => ("!", "unexpected"),
        HopVerdict::Unreachable => ("?", "unreachable"),
        HopVerdict::Unknown => ("?", "cannot be judged"),
    }
}
