//! What a subscription says of system fields: which events it takes by them, and which it adds to what it sends
//! (CloudWatch Logs API Reference, PutSubscriptionFilter).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::faults::fault::Fault;
use crate::state::site::Site;
use logpipe_patterns::selection;

use super::rules;

/// The system fields there are.
const FIELDS: [&str; 3] = ["@aws.account", "@aws.region", "@source.log"];
const LONGEST_CRITERIA: usize = 2_000;

/// The members of a subscription that are about system fields, and about transformers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SystemFields {
    /// Which events are taken.
    #[serde(default, alias = "FieldSelectionCriteria", skip_serializing_if = "Option::is_none")]
    field_selection_criteria: Option<String>,
    /// Which fields are added to them.
    #[serde(default, alias = "EmitSystemFields", skip_serializing_if = "Vec::is_empty")]
    emit_system_fields: Vec<String>,
    /// Whether events are taken as a transformer leaves them. No log group has one here.
    #[serde(default, alias = "ApplyOnTransformedLogs")]
    apply_on_transformed_logs: bool,
}

impl SystemFields {
    /// Checks them as a subscription is put.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if let Some(criteria) = self.criteria() {
            if criteria.chars().count() > LONGEST_CRITERIA {
                let rule = format!("have length less than or equal to {LONGEST_CRITERIA}");
                return Err(rules::broken(criteria, "fieldSelectionCriteria", &rule));
            }
            selection(criteria).map_err(|_| rules::invalid("Invalid field selection criteria"))?;
        }
        match self.emit_system_fields.iter().find(|field| !FIELDS.contains(&field.as_str())) {
            Some(other) => Err(rules::invalid(format!("Invalid system field: {other}"))),
            None => Ok(()),
        }
    }

    fn criteria(&self) -> Option<&str> {
        self.field_selection_criteria.as_deref().filter(|criteria| !criteria.is_empty())
    }

    /// Whether the events of a log group are taken.
    pub(crate) fn take(&self, site: &Site, group: &str) -> bool {
        // They were checked when the subscription was put.
        let selection = self.criteria().and_then(|criteria| selection(criteria).ok());
        selection.is_none_or(|selection| selection.takes(|field| value(field, site, group)) == Some(true))
    }

    /// The fields that are added to the events of a log group.
    pub(crate) fn emitted<'a>(&'a self, site: &'a Site, group: &'a str) -> BTreeMap<&'a str, &'a str> {
        let fields = self.emit_system_fields.iter();
        fields.filter_map(|field| Some((field.as_str(), value(field, site, group)?))).collect()
    }
}

fn value<'a>(field: &str, site: &'a Site, group: &'a str) -> Option<&'a str> {
    match field {
        "@aws.account" => Some(site.account.as_str()),
        "@aws.region" => Some(site.region.as_str()),
        "@source.log" => Some(group),
        _ => None,
    }
}
