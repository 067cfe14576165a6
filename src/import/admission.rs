//! Whom the policy of a destination admits.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::address::{AccountId, Arn, OrganizationId};
use crate::policy::{listed, says, statements};

/// Whom a policy of a destination admits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Admitted {
    /// An organisation.
    pub(super) organization: Option<OrganizationId>,
    /// Accounts, one by one.
    pub(super) accounts: BTreeSet<AccountId>,
    /// Statements that admit anybody else, in a line each.
    pub(super) others: Vec<String>,
}

/// Whom a policy admits.
pub(super) fn admitted(policy: &Value) -> Admitted {
    let mut admitted = Admitted::default();
    for statement in statements(policy).iter().filter(|statement| statement["Effect"] == "Allow") {
        let organizations = organizations(&statement["Condition"]);
        if let [one] = organizations.as_slice()
            && admitted.organization.as_ref().is_none_or(|other| other == one)
        {
            admitted.organization = Some(one.clone());
            continue;
        }
        let principals = match &statement["Principal"] {
            Value::Object(kinds) => kinds.get("AWS").map_or(&[][..], listed),
            other => listed(other),
        };
        let accounts: Option<Vec<AccountId>> = principals.iter().map(account_of).collect();
        match accounts.filter(|accounts| !accounts.is_empty() && statement.get("Condition").is_none()) {
            Some(accounts) => admitted.accounts.extend(accounts),
            None => {
                let alone = serde_json::json!({ "Statement": [statement] });
                admitted.others.push(says(&alone));
            }
        }
    }
    admitted
}

/// The account that a principal stands for as a whole.
fn account_of(principal: &Value) -> Option<AccountId> {
    let text = principal.as_str()?;
    let root = Arn::parse(text).filter(|arn| arn.resource == "root").and_then(|arn| arn.account_id());
    text.parse().ok().or(root)
}

/// The organisations that conditions name, if they ask for nothing else.
fn organizations(conditions: &Value) -> Vec<OrganizationId> {
    let Some(operators) = conditions.as_object().filter(|operators| operators.len() == 1) else {
        return Vec::new();
    };
    let keys = operators.iter().filter(|(operator, _)| operator.starts_with("StringEquals"));
    let keys = keys.filter_map(|(_, keys)| keys.as_object().filter(|keys| keys.len() == 1));
    let ids = keys.flatten().filter(|(key, _)| key.eq_ignore_ascii_case("aws:PrincipalOrgID"));
    ids.flat_map(|(_, ids)| listed(ids)).filter_map(|id| id.as_str()?.parse().ok()).collect()
}
