//! Where a drift comes from: what the record remembers, beside what is there and what should be. Pure.

use crate::provider::{FieldChange, Resource};
use crate::record::{Entry, State};

/// Why something is not as the topology says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    /// The last apply left it as the topology has it, and somebody has changed it since.
    ChangedSinceApply,
    /// It is as the last apply left it, and the topology asks for something else since.
    TopologyChanged,
    /// It is neither as the last apply left it nor as the topology has it.
    BothChanged,
    /// No apply of it was ever completed.
    NeverMatched,
    /// What the topology says of it is in order, and others have added to it.
    AddedByOthers,
    /// The record does not say how the last apply left it.
    Unknown,
}

impl Drift {
    /// Whether somebody else has changed it.
    pub fn is_of_others(self) -> bool {
        matches!(self, Self::ChangedSinceApply | Self::BothChanged | Self::AddedByOthers)
    }
}

/// Why `wanted` is not there as it should be, but with `changes`.
pub(super) fn drift(wanted: &Resource, changes: &[FieldChange], entry: Option<&Entry>) -> Drift {
    if changes.iter().all(|change| change.field.is_of_others()) {
        return Drift::AddedByOthers;
    }
    match entry {
        Some(Entry { state: State::Intended, .. }) => Drift::NeverMatched,
        Some(Entry { applied: Some(applied), .. }) => {
            match (wanted.digest() == *applied, wanted.digest_with(changes) == *applied) {
                (true, _) => Drift::ChangedSinceApply,
                (false, true) => Drift::TopologyChanged,
                (false, false) => Drift::BothChanged,
            }
        }
        _ => Drift::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::few::Few;
    use crate::provider::logs::log_group::LogGroup;
    use crate::provider::{Field, OwnTags};
    use crate::record::Origin;

    fn kept(days: u32) -> Resource {
        let tags = OwnTags::default();
        LogGroup { retention_days: Some(days), tags, use_existing: false }.into()
    }

    fn entry(state: State, applied: Option<u64>) -> Entry {
        Entry {
            account_id: "111111111111".parse().unwrap(),
            origin: Origin::Created,
            state,
            needs: Few::default(),
            tags: Few::default(),
            fingerprints: Few::default(),
            applied,
            changed_at: 0,
        }
    }

    #[test]
    fn what_the_record_remembers_tells_who_has_changed_it() {
        let days =
            |from: u32| FieldChange { field: "retention_days".into(), from: json!(from), to: json!(30) };
        let theirs =
            FieldChange { field: Field::from("tags").of_others(), from: json!("x"), to: Value::Null };
        let applied = |days| Some(entry(State::Present, Some(kept(days).digest())));
        let check = |entry: Option<Entry>, changes: &[FieldChange], expect| {
            assert_eq!(drift(&kept(30), changes, entry.as_ref()), expect, "{changes:?}");
        };
        check(applied(30), &[days(7)], Drift::ChangedSinceApply);
        check(applied(30), &[days(7), theirs.clone()], Drift::ChangedSinceApply);
        check(applied(30), &[theirs], Drift::AddedByOthers);
        check(applied(7), &[days(7)], Drift::TopologyChanged);
        check(applied(7), &[days(5)], Drift::BothChanged);
        check(Some(entry(State::Intended, None)), &[days(7)], Drift::NeverMatched);
        check(Some(entry(State::Present, None)), &[days(7)], Drift::Unknown);
        check(None, &[days(7)], Drift::Unknown);
    }
}
