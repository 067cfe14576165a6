//! Tags: those we set, those we set earlier and now remove, and those of others, which stay.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::change::FieldChange;
use super::field::Field;

/// The tag of what logpipe took over from others, by which it stays theirs when the record is lost.
pub const ADOPTED_TAG: &str = "logpipe:adopted";

/// Tags, sorted.
pub type Tags = BTreeMap<String, String>;

/// The tags of a resource of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnTags {
    /// Those it is to have, which most resources of a topology share.
    pub wanted: Arc<Tags>,
    /// Keys that we have set and no longer want.
    pub gone: BTreeSet<String>,
}

impl OwnTags {
    /// These and nothing to take away.
    pub fn of(wanted: Tags) -> Self {
        Self { wanted: Arc::new(wanted), gone: BTreeSet::new() }
    }

    /// Tags that were read, in the room of those that are wanted where they are the same.
    pub(crate) fn sharing(&self, live: Tags) -> Arc<Tags> {
        if *self.wanted == live { Arc::clone(&self.wanted) } else { Arc::new(live) }
    }

    /// What differs. Tags that are neither wanted nor once ours are somebody else's.
    pub(crate) fn diff(&self, live: &Tags) -> Vec<FieldChange> {
        let change = |key: &String, from: Option<&String>, to: Option<&String>| FieldChange {
            field: Field::part(Field::TAGS, key),
            from: from.cloned().into(),
            to: to.cloned().into(),
        };
        let missing = self.wanted.iter().filter(|(key, value)| live.get(*key) != Some(value));
        let missing = missing.map(|(key, value)| change(key, live.get(key), Some(value)));
        missing.chain(self.taken_away(live).map(|key| change(key, live.get(key), None))).collect()
    }

    /// The keys that are there and have to go.
    pub(crate) fn taken_away<'a>(&'a self, live: &'a Tags) -> impl Iterator<Item = &'a String> {
        self.gone.iter().filter(|key| live.contains_key(*key))
    }

    /// The whole set as it should be, for calls that replace it.
    pub(crate) fn merged(&self, live: &Tags) -> Tags {
        let others = live.iter().filter(|(key, _)| !self.gone.contains(*key));
        let others = others.map(|(key, value)| (key.clone(), value.clone()));
        others.chain(Tags::clone(&self.wanted)).collect()
    }

    /// The tags that others have added. Those of AWS itself, which nobody can set or remove, say nothing.
    pub(crate) fn foreign(&self, live: &Tags) -> Vec<FieldChange> {
        let others = live.iter().filter(|(key, _)| {
            !self.wanted.contains_key(*key) && !self.gone.contains(*key) && !key.starts_with("aws:")
        });
        others
            .map(|(key, value)| FieldChange {
                field: Field::part(Field::TAGS, key).of_others(),
                from: value.clone().into(),
                to: Value::Null,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn ours_are_set_or_taken_away_and_those_of_others_stay() {
        let live =
            tags(&[("Owner", "x"), ("Project", "old"), ("Stage", "test"), ("aws:cloudformation", "y")]);
        let own = OwnTags {
            wanted: Arc::new(tags(&[("Project", "poc"), ("Team", "a")])),
            gone: ["Stage".to_owned(), "Never".to_owned()].into(),
        };
        let change =
            |key: &str, from: Value, to: Value| FieldChange { field: Field::part("tags", key), from, to };
        assert_eq!(
            own.diff(&live),
            [
                change("Project", json!("old"), json!("poc")),
                change("Team", Value::Null, json!("a")),
                change("Stage", json!("test"), Value::Null),
            ]
        );
        assert_eq!(
            own.merged(&live),
            tags(&[("Owner", "x"), ("Project", "poc"), ("Team", "a"), ("aws:cloudformation", "y")])
        );
        assert_eq!(own.foreign(&live)[0].field.to_string(), "foreign.tags.Owner");
        assert_eq!(own.foreign(&live).len(), 1);
        assert!(own.diff(&own.merged(&live)).is_empty());
    }
}
