//! Policies as they are stored: the text, and which roles its principals meant when it was put.
//!
//! Owns AWS's rule that a named role must exist, and that a policy goes on meaning the role it meant: a role that was
//! deleted and made again under the same name is another one, and the policy then shows the old one's unique id.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::address::AccountId;

use super::world::World;

/// A stored policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PolicyText {
    /// As it was put.
    text: String,
    /// Role ARN to the unique id it had.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    roles: BTreeMap<String, String>,
}

impl PolicyText {
    /// Takes a policy in. The error is the principal that does not exist.
    pub(crate) fn resolve(world: &World, text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let mut roles = BTreeMap::new();
        for arn in named_roles(&document) {
            let view = world.effective_role(&arn).ok_or_else(|| arn.clone())?;
            roles.insert(arn, view.id.clone());
        }
        Ok(Self { text: text.to_owned(), roles })
    }

    /// A policy that names no role.
    pub(crate) fn unnamed(text: &str) -> Self {
        Self { text: text.to_owned(), roles: BTreeMap::new() }
    }

    /// The policy as it reads now: unchanged, except that a role which no longer is the one that was meant appears as
    /// its unique id.
    pub(crate) fn read(&self, world: &World) -> String {
        self.roles
            .iter()
            .filter(|(arn, id)| world.effective_role(arn).is_none_or(|view| view.id != **id))
            .fold(self.text.clone(), |text, (arn, id)| {
                text.replace(&format!("\"{arn}\""), &format!("\"{id}\""))
            })
    }
}

/// The role ARNs among the principals of a policy.
fn named_roles(document: &Value) -> Vec<String> {
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(statement) => std::slice::from_ref(statement),
        None => &[],
    };
    statements
        .iter()
        .filter_map(|statement| statement.get("Principal")?.get("AWS"))
        .flat_map(|principals| match principals {
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect::<Vec<_>>(),
        })
        .filter(|principal| role_of(principal).is_some())
        .map(str::to_owned)
        .collect()
}

/// Account and name of the role in a role ARN, the path dropped.
pub(crate) fn role_of(arn: &str) -> Option<(AccountId, &str)> {
    let mut parts = arn.splitn(6, ':');
    let (Some("arn"), Some(_), Some("iam"), Some(_)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let account = parts.next()?.parse().ok()?;
    let name = parts.next()?.strip_prefix("role/")?;
    Some((account, name.rsplit('/').next().unwrap_or(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_arns_are_told_apart() {
        let account: AccountId = "111111111111".parse().unwrap();
        assert_eq!(role_of("arn:aws:iam::111111111111:role/a/b/c"), Some((account, "c")));
        assert_eq!(role_of("arn:aws:iam::111111111111:root"), None);
        assert_eq!(role_of("111111111111"), None);
    }
}
