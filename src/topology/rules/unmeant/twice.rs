//! Log groups whose events arrive twice in one bucket.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::topology::Unmeant;
use crate::address::AccountName;
use crate::lint::Lint;
use crate::topology::finding::{Findings, Span};
use crate::topology::model::{LogGroupSelector, Source};

impl Unmeant<'_> {
    /// Warns of a log group that is named in full in one source and delivered to the same destination by another, where one
    /// of the two takes every event or both have the same pattern. What two globs have in common is not known.
    pub(super) fn delivered_twice(&self, findings: &mut Findings) {
        let sources: Vec<Taking<'_>> = self.topology.sources.values().map(Taking::of).collect();
        for one in &sources {
            let names: Vec<&str> = one.source.log_groups.iter().filter_map(exact).collect();
            let others = || sources.iter().filter(|other| one.meets(other)).collect();
            let others: Vec<&Taking<'_>> = if names.is_empty() { Vec::new() } else { others() };
            if others.is_empty() {
                continue;
            }
            let places = self.root.item_places(&["sources", one.source.key.as_str(), "log_groups"]);
            for name in names {
                let Some(place) = places.get(name) else { continue };
                let other = others.iter().find(|other| other.takes(name) && !self.below(other, name, *place));
                if let Some(other) = other {
                    let lint = Lint::DeliveredTwice {
                        log_group: name.to_owned(),
                        other: other.source.key.to_string(),
                        destination: one.source.destination.to_string(),
                    };
                    findings.warn(*place, lint);
                }
            }
        }
    }

    /// Whether a source names the log group in full further below: of two that do, that is where it is told.
    fn below(&self, other: &Taking<'_>, name: &str, place: Span) -> bool {
        let path = ["sources", other.source.key.as_str(), "log_groups"];
        self.root.item_places(&path).get(name).is_some_and(|there| *there > place)
    }
}

/// Whether every event that one pattern takes is taken by the other as well.
fn same_events(one: &str, other: &str) -> bool {
    one.trim().is_empty() || other.trim().is_empty() || one == other
}

fn exact(group: &LogGroupSelector) -> Option<&str> {
    match group {
        LogGroupSelector::Exact(name) => Some(name),
        LogGroupSelector::Glob(_) => None,
    }
}

/// A source, and what it takes.
struct Taking<'t> {
    source: &'t Source,
    accounts: BTreeSet<&'t AccountName>,
    named: GlobSet,
    excluded: GlobSet,
}

impl<'t> Taking<'t> {
    fn of(source: &'t Source) -> Self {
        let selectors = source.log_groups.iter().map(|group| match group {
            LogGroupSelector::Exact(text) | LogGroupSelector::Glob(text) => text.as_str(),
        });
        let excluded = source.exclude.iter().map(String::as_str);
        let accounts = source.accounts.iter().collect();
        Self { source, accounts, named: globs(selectors), excluded: globs(excluded) }
    }

    /// Whether both deliver the same events of some account and region to the same destination, as far as both take the
    /// same log groups, by two filters.
    fn meets(&self, other: &Self) -> bool {
        let (source, theirs) = (self.source, other.source);
        source.key != theirs.key
            && source.destination == theirs.destination
            && (theirs.whole_account() || source.filter.name != theirs.filter.name)
            && same_events(&source.filter.pattern, &theirs.filter.pattern)
            && source.regions.iter().any(|region| theirs.regions.contains(region))
            && !self.accounts.is_disjoint(&other.accounts)
    }

    fn takes(&self, name: &str) -> bool {
        (self.source.whole_account() || self.named.is_match(name)) && !self.excluded.is_match(name)
    }
}

/// Globs in which `*` crosses slashes; broken ones are noted already.
fn globs<'t>(texts: impl Iterator<Item = &'t str>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    texts.filter_map(|text| Glob::new(text).ok()).for_each(|glob| {
        set.add(glob);
    });
    set.build().unwrap_or_default()
}
