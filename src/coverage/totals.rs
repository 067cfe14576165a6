//! How many log groups are delivered, and how many bytes. Pure.

use std::collections::BTreeMap;

use super::model::{CoveredGroup, Reason, ReasonKind, Rule};

/// Log groups and what they took in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Log groups.
    pub groups: usize,
    /// Bytes that those took in of which it is known.
    pub bytes: u64,
}

impl Count {
    fn add(&mut self, group: &CoveredGroup) {
        self.groups += 1;
        self.bytes = self.bytes.saturating_add(group.bytes.unwrap_or_default());
    }
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The part.
    pub part: u64,
    /// The whole.
    pub of: u64,
}

impl Share {
    /// Tenths of a percent, rounded down, so that 100 % is all of it; `None` of nothing.
    pub fn per_mille(self) -> Option<u64> {
        let per_mille = u128::from(self.part) * 1_000 / u128::from(self.of).max(1);
        (self.of > 0).then(|| u64::try_from(per_mille).unwrap_or(1_000))
    }

    /// Whether it is less than this many percent. Of nothing, nothing is missing.
    pub fn is_under(self, percent: f64) -> bool {
        self.of > 0 && self.part as f64 * 100.0 < percent * self.of as f64
    }
}

/// What the log groups of a topology come to.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// Every log group.
    pub all: Count,
    /// Those that no rule leaves out and that are not the topology's own error logs.
    pub meant: Count,
    /// Those that are delivered.
    pub delivered: Count,
    /// How many of those that are delivered pass a filter pattern, so that a part of their bytes may not be.
    pub by_pattern: usize,
    /// How many are meant of which it is not known what they took in.
    pub unmeasured: usize,
    /// How many were never written to, as far as is known.
    pub never_written: usize,
    /// How many are meant of which it is not known whether they are delivered.
    pub unknown: usize,
    /// By reason.
    pub reasons: BTreeMap<ReasonKind, Count>,
    /// By the rule that leaves them out.
    pub rules: BTreeMap<Rule, Count>,
}

impl Totals {
    pub(super) fn of(groups: &[CoveredGroup]) -> Self {
        let mut totals = Self::default();
        for group in groups {
            totals.all.add(group);
            totals.reasons.entry(group.reason.kind()).or_default().add(group);
            totals.never_written += usize::from(group.never_written() == Some(true));
            match &group.reason {
                Reason::Excluded(rule) => totals.rules.entry(rule.clone()).or_default().add(group),
                Reason::Unread(_) => totals.unknown += 1,
                Reason::Delivered { patterns, .. } => {
                    totals.delivered.add(group);
                    totals.by_pattern += usize::from(!patterns.is_empty());
                }
                _ => {}
            }
            if !group.reason.kind().is_unmeant() {
                totals.meant.add(group);
                totals.unmeasured += usize::from(group.bytes.is_none());
            }
        }
        totals
    }

    /// The log groups that are delivered, of those that are meant to be.
    pub fn groups(&self) -> Share {
        share(self.delivered.groups, self.meant.groups)
    }

    /// The same of all there are.
    pub fn groups_of_all(&self) -> Share {
        share(self.delivered.groups, self.all.groups)
    }

    /// The bytes that are delivered, of those that are meant to be, as far as they are known.
    pub fn bytes(&self) -> Share {
        Share { part: self.delivered.bytes, of: self.meant.bytes }
    }

    /// The same of all there are.
    pub fn bytes_of_all(&self) -> Share {
        Share { part: self.delivered.bytes, of: self.all.bytes }
    }
}

/// The least that has to be delivered, in percent of what is meant to be.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// Of the log groups.
    pub groups: Option<f64>,
    /// Of the bytes.
    pub bytes: Option<f64>,
}

/// What there is a limit of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// Log groups.
    Groups,
    /// Bytes.
    Bytes,
}

impl Limited {
    /// The name that programs know it by. It never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::Bytes => "bytes",
        }
    }
}

impl Limits {
    /// Those that are missed, with what they are.
    pub fn missed(&self, totals: &Totals) -> Vec<(Limited, f64)> {
        let groups = self.groups.filter(|least| totals.groups().is_under(*least));
        let bytes = self.bytes.filter(|least| totals.bytes().is_under(*least));
        let groups = groups.map(|least| (Limited::Groups, least));
        groups.into_iter().chain(bytes.map(|least| (Limited::Bytes, least))).collect()
    }

    /// Whether nobody can tell if they are kept, because bytes are not known that would decide.
    pub fn are_open(&self, totals: &Totals) -> bool {
        self.bytes.is_some() && totals.unmeasured > 0
    }
}

fn share(part: usize, of: usize) -> Share {
    let number = |number| u64::try_from(number).unwrap_or(u64::MAX);
    Share { part: number(part), of: number(of) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_not_all_and_nothing_lacks_nothing() {
        let per_mille = |part, of| Share { part, of }.per_mille();
        assert_eq!(per_mille(9_999, 10_000), Some(999));
        assert_eq!(per_mille(u64::MAX, u64::MAX), Some(1_000));
        assert_eq!(per_mille(0, 0), None);
        let under = |part, of, percent| Share { part, of }.is_under(percent);
        assert!(under(949, 1_000, 95.0) && !under(950, 1_000, 95.0));
        assert!(under(9_999, 10_000, 100.0) && !under(0, 0, 100.0));
    }
}
