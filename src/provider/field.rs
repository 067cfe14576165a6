//! Which field of a resource differs, as data: what decides by a field asks whose it is and what it is called.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

/// A field of a resource. People and programs see it as a dotted path (`tags.Project`, `foreign.statements`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field {
    of_others: bool,
    name: Cow<'static, str>,
    part: Option<String>,
}

impl Field {
    /// What something is doing rather than what it is: nothing writes it, and it is waited for.
    pub const STATUS: Self = Self { of_others: false, name: Cow::Borrowed("status"), part: None };

    /// Where a subscription sends to.
    pub const DESTINATION: Self =
        Self { of_others: false, name: Cow::Borrowed("destination_arn"), part: None };

    /// The name of our tags.
    pub(crate) const TAGS: &str = "tags";

    /// The name of the subscription filters on a log group.
    pub(crate) const SUBSCRIPTION_FILTERS: &str = "subscription_filters";

    /// The name of the metric filters on a log group.
    pub(crate) const METRIC_FILTERS: &str = "metric_filters";

    /// A part of a field: one tag of the tags, a member of a document.
    pub fn part(name: impl Into<Cow<'static, str>>, part: impl Into<String>) -> Self {
        Self { of_others: false, name: name.into(), part: Some(part.into()) }
    }

    /// The same, as others have added it.
    #[must_use]
    pub fn of_others(self) -> Self {
        Self { of_others: true, ..self }
    }

    /// Whether others have added it: it is shown, and it stays.
    pub fn is_of_others(&self) -> bool {
        self.of_others
    }

    /// What it is called, without which part of it is meant.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which part of it is meant, where it is not all.
    pub fn which(&self) -> Option<&str> {
        self.part.as_deref()
    }

    /// Its path, without a word about whose it is.
    pub fn path(&self) -> String {
        match &self.part {
            Some(part) => format!("{}.{part}", self.name),
            None => self.name.to_string(),
        }
    }

    /// Whether it is all or a part of our field of this name.
    pub(crate) fn is_in(&self, name: &str) -> bool {
        !self.of_others && self.name == name
    }
}

impl From<&'static str> for Field {
    /// The whole of one of our fields.
    fn from(name: &'static str) -> Self {
        Self { of_others: false, name: name.into(), part: None }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = if self.of_others { "foreign." } else { "" };
        write!(f, "{whose}{}", self.path())
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_shows_its_path_and_knows_whose_it_is() {
        let tag = Field::part(Field::TAGS, "Project");
        assert_eq!(
            (tag.to_string(), tag.clone().of_others().to_string()),
            ("tags.Project".to_owned(), "foreign.tags.Project".to_owned())
        );
        assert!(tag.is_in("tags") && !tag.is_in("tag") && !tag.of_others().is_in("tags"));
        assert_eq!(Field::from("status"), Field::STATUS);
    }
}
