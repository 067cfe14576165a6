//! Differences between the live and the desired state, field by field.

use serde_json::Value;

use super::field::Field;
use super::tags::{OwnTags, Tags};

/// One field that differs between what is there and what should be.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FieldChange {
    /// Which.
    pub field: Field,
    /// What is there; null when nothing is.
    pub from: Value,
    /// What should be; null when it is to be removed.
    pub to: Value,
}

/// Collects the differences of one resource in the order its kind names them.
#[derive(Debug, Default)]
pub(crate) struct Diff(Vec<FieldChange>);

impl Diff {
    /// Compares a plain field.
    pub(crate) fn field(
        mut self,
        field: impl Into<Field>,
        from: impl Into<Value>,
        to: impl Into<Value>,
    ) -> Self {
        let (from, to) = (from.into(), to.into());
        if from != to {
            self.0.push(FieldChange { field: field.into(), from, to });
        }
        self
    }

    /// Compares a policy document by meaning.
    pub(crate) fn policy(
        mut self,
        field: impl Into<Field>,
        from: Option<&Value>,
        to: Option<&Value>,
    ) -> Self {
        let equal = match (from, to) {
            (Some(from), Some(to)) => crate::policy::same(from, to),
            (None, None) => true,
            _ => false,
        };
        if !equal {
            let value = |policy: Option<&Value>| policy.cloned().unwrap_or(Value::Null);
            self.0.push(FieldChange { field: field.into(), from: value(from), to: value(to) });
        }
        self
    }

    /// Compares our tags; others are somebody else's and stay.
    pub(crate) fn tags(mut self, live: &Tags, own: &OwnTags) -> Self {
        self.0.extend(own.diff(live));
        self
    }

    /// The differences.
    pub(crate) fn done(self) -> Vec<FieldChange> {
        self.0
    }
}

/// Whether any of `changes` is about our field of this name or a part of it.
pub(crate) fn touches(changes: &[FieldChange], name: &str) -> bool {
    changes.iter().any(|change| change.field.is_in(name))
}

/// What the fields that differ are called.
#[cfg(test)]
pub(crate) fn paths(changes: &[FieldChange]) -> Vec<String> {
    changes.iter().map(|change| change.field.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_of_a_part_touches_the_whole() {
        let changes = [FieldChange { field: Field::part("tags", "Team"), from: Value::Null, to: json!("a") }];
        assert!(touches(&changes, "tags") && !touches(&changes, "tag"));
    }

    #[test]
    fn policies_are_compared_by_meaning() {
        let a = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]});
        let b = json!({"Statement": {"Resource": ["*"], "Action": "s3:GetObject", "Effect": "Allow"}, "Version": "2012-10-17"});
        assert!(Diff::default().policy("policy", Some(&a), Some(&b)).done().is_empty());
        assert_eq!(Diff::default().policy("policy", None, Some(&b)).done().len(), 1);
    }
}
