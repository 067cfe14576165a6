//! What others can set on a subscription of ours beside where it sends to: which events it takes by their system fields,
//! in which form, and what is added to them (CloudWatch Logs API Reference, PutSubscriptionFilter).
//!
//! The topology declares every event that matches the pattern, as it was written. So a setting that drops or changes
//! events is a difference, and is removed. A setting that only adds to them is shown and stays; it must be sent again
//! with every change, because AWS replaces a subscription whole.

use aws_sdk_cloudwatchlogs::types::SubscriptionFilter;
use serde_json::{Map, Value, json};

use crate::provider::change::{Diff, FieldChange};
use crate::provider::field::Field;

/// The members of an account policy's document that are compared one by one (same reference, PutAccountPolicy).
const OWN_MEMBERS: [&str; 4] = ["DestinationArn", "RoleArn", "FilterPattern", "Distribution"];

/// Of a subscription as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct EventSelection {
    /// Which events it takes by their system fields.
    criteria: Option<String>,
    /// Whether it takes events as a transformer leaves them.
    transformed: bool,
    /// What is added to events, and what else a document says.
    additions: Additions,
}

/// What stays, in the form in which it is sent again.
#[derive(Debug, Clone, PartialEq)]
enum Additions {
    /// System fields of a filter.
    Fields(Vec<String>),
    /// Members of a policy document.
    Members(Map<String, Value>),
}

impl Default for Additions {
    fn default() -> Self {
        Self::Fields(Vec::new())
    }
}

impl EventSelection {
    /// That of a filter.
    pub(super) fn of_filter(filter: &SubscriptionFilter) -> Self {
        Self {
            criteria: filter
                .field_selection_criteria()
                .filter(|text| !text.trim().is_empty())
                .map(str::to_owned),
            transformed: filter.apply_on_transformed_logs,
            additions: Additions::Fields(filter.emit_system_fields().to_vec()),
        }
    }

    /// That of an account policy, from its document.
    pub(super) fn of_document(document: &Value) -> Self {
        let mut members = document.as_object().cloned().unwrap_or_default();
        members.retain(|name, _| !OWN_MEMBERS.contains(&name.as_str()));
        let criteria = members.shift_remove("FieldSelectionCriteria");
        let transformed = members.shift_remove("ApplyOnTransformedLogs");
        Self {
            criteria: criteria
                .as_ref()
                .and_then(Value::as_str)
                .filter(|text| !text.trim().is_empty())
                .map(str::to_owned),
            transformed: transformed == Some(Value::Bool(true)),
            additions: Additions::Members(members),
        }
    }

    /// Which events it takes by their system fields, where it takes not all.
    pub(crate) fn criteria(&self) -> Option<&str> {
        self.criteria.as_deref()
    }

    /// Whether its pattern is compared with what a transformer makes of events.
    pub(crate) fn transformed(&self) -> bool {
        self.transformed
    }

    /// Compares what decides about delivery.
    pub(super) fn compare(&self, diff: Diff) -> Diff {
        diff.field("field_selection_criteria", self.criteria(), Value::Null).field(
            "apply_on_transformed_logs",
            self.transformed,
            false,
        )
    }

    /// What others have added.
    pub(super) fn foreign(&self) -> Vec<FieldChange> {
        let change = |field: Field, there: Value| FieldChange {
            field: field.of_others(),
            from: there,
            to: Value::Null,
        };
        match &self.additions {
            Additions::Fields(fields) if fields.is_empty() => Vec::new(),
            Additions::Fields(fields) => vec![change("emit_system_fields".into(), json!(fields))],
            Additions::Members(members) => {
                let named = members.iter();
                named
                    .map(|(name, there)| change(Field::part("policy_document", name), there.clone()))
                    .collect()
            }
        }
    }

    /// What is added to events, by name.
    pub(super) fn added(&self) -> Vec<String> {
        match &self.additions {
            Additions::Fields(fields) => fields.clone(),
            Additions::Members(members) => members.keys().cloned().collect(),
        }
    }

    /// The system fields to send again with a filter.
    pub(super) fn emitted(&self) -> Option<Vec<String>> {
        match &self.additions {
            Additions::Fields(fields) if !fields.is_empty() => Some(fields.clone()),
            _ => None,
        }
    }

    /// The members to send again in a policy document.
    pub(super) fn members(&self) -> Map<String, Value> {
        match &self.additions {
            Additions::Members(members) => members.clone(),
            Additions::Fields(_) => Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::change::paths;

    #[test]
    fn what_takes_events_away_is_a_difference_and_what_adds_to_them_stays() {
        let filter = SubscriptionFilter::builder()
            .field_selection_criteria("@aws.region = \"us-east-1\"")
            .apply_on_transformed_logs(true)
            .emit_system_fields("@aws.account")
            .build();
        let selection = EventSelection::of_filter(&filter);
        let differs = paths(&selection.compare(Diff::default()).done());
        assert_eq!(differs, ["field_selection_criteria", "apply_on_transformed_logs"]);
        assert_eq!(paths(&selection.foreign()), ["foreign.emit_system_fields"]);
        assert_eq!(selection.emitted(), Some(vec!["@aws.account".to_owned()]));
        let plain = SubscriptionFilter::builder().field_selection_criteria("").build();
        let plain = EventSelection::of_filter(&plain);
        assert!(plain.compare(Diff::default()).done().is_empty() && plain.foreign().is_empty());
        assert_eq!(plain.emitted(), None);
    }

    #[test]
    fn members_of_a_document_that_we_do_not_write_are_kept_or_named() {
        let document = json!({
            "DestinationArn": "d", "FilterPattern": "", "FieldSelectionCriteria": "@aws.account = \"1\"",
            "EmitSystemFields": ["@aws.region"], "Later": { "x": 1 },
        });
        let selection = EventSelection::of_document(&document);
        assert_eq!(selection.criteria(), Some("@aws.account = \"1\""));
        let kept: Vec<String> = selection.members().keys().cloned().collect();
        assert_eq!(kept, ["EmitSystemFields", "Later"]);
        assert_eq!(
            paths(&selection.foreign()),
            ["foreign.policy_document.EmitSystemFields", "foreign.policy_document.Later"]
        );
    }
}
