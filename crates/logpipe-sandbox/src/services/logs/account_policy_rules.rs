//! What an account policy may say (CloudWatch Logs API Reference, PutAccountPolicy).

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::faults::fault::Fault;

use super::system_fields::SystemFields;
use super::{pattern, rules};

const LONGEST_DOCUMENT: usize = 30_720;
const LONGEST_CRITERIA: usize = 25 * 1_024;

/// The document of a subscription policy.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Document {
    /// Where events go.
    #[serde(default)]
    pub(super) destination_arn: String,
    /// The sender's role.
    pub(super) role_arn: Option<String>,
    /// Which events.
    #[serde(default)]
    pub(super) filter_pattern: String,
    /// How they are spread.
    pub(super) distribution: Option<String>,
    /// What it says of system fields, under the names that a filter has for them.
    #[serde(flatten)]
    pub(super) system_fields: SystemFields,
}

impl Document {
    /// Reads a document.
    pub(super) fn checked(text: &str) -> Result<Self, Fault> {
        let malformed = || rules::invalid("Malformed Subscription filter policy");
        if text.chars().count() > LONGEST_DOCUMENT {
            let rule = format!("have length less than or equal to {LONGEST_DOCUMENT}");
            return Err(rules::broken(text, "policyDocument", &rule));
        }
        let value: Value = serde_json::from_str(text).map_err(|_| malformed())?;
        let document = Self::deserialize(value).map_err(|_| malformed())?;
        if document.destination_arn.is_empty() {
            return Err(rules::invalid("MissingDestinationArnfield in policy document"));
        }
        pattern::compile(&document.filter_pattern)?;
        document.system_fields.check()?;
        Ok(document)
    }
}

/// The log groups that selection criteria leave out: `LogGroupName NOT IN ["a","b"]` is all they can say.
pub(super) fn excluded(criteria: Option<&str>) -> Result<BTreeSet<String>, Fault> {
    let Some(criteria) = criteria.filter(|criteria| !criteria.is_empty()) else { return Ok(BTreeSet::new()) };
    if criteria.len() > LONGEST_CRITERIA {
        let rule = format!("have length less than or equal to {LONGEST_CRITERIA}");
        return Err(rules::broken(criteria, "selectionCriteria", &rule));
    }
    let words = criteria.trim().strip_prefix("LogGroupName");
    let words = words.and_then(|rest| rest.trim_start().strip_prefix("NOT"));
    let list = words.and_then(|rest| rest.trim_start().strip_prefix("IN"));
    list.and_then(|list| serde_json::from_str(list).ok())
        .ok_or_else(|| rules::invalid("The provided SelectionCriteria string is invalid."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(criteria: &str, expect: Option<&[&str]>) {
        let found = excluded(Some(criteria)).ok();
        let names = found.as_ref().map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(names.as_deref(), expect, "{criteria}");
    }

    #[test]
    fn criteria_only_leave_out() {
        check("", Some(&[]));
        check(r#"LogGroupName NOT IN ["/a","/b"]"#, Some(&["/a", "/b"]));
        check(r#" LogGroupName NOT IN [ "/a" ] "#, Some(&["/a"]));
        check("LogGroupName NOT IN []", Some(&[]));
        check(r#"LogGroupName IN ["/a"]"#, None);
        check(r#"LogGroupNamePrefix NOT IN ["/a"]"#, None);
        check(r#"LogGroupName NOT IN "/a""#, None);
        check("LogGroupName NOT IN [/a]", None);
    }
}
