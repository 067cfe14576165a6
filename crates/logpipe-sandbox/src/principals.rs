//! Policies as they are stored: the text, and which roles its principals meant when it was put.
//!
//! Owns AWS's rule that a named role must exist, and that a policy goes on meaning the role it meant: a role that was
//! deleted and made again under the same name is another one, and the policy then shows the old one's unique id.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use logpipe_identifiers::AccountId;
use logpipe_policy::{Policy, statements};

use super::caller::OPERATOR;
use super::services::Service;
use super::state::document::Document;
use super::state::world::World;

/// A stored policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PolicyText {
    /// As it was put.
    text: Document,
    /// Role ARN to the unique id it had.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    roles: BTreeMap<String, String>,
    /// The service that keeps it, and that has to see those roles.
    keeper: Service,
}

impl PolicyText {
    /// Takes a policy in, for the service that keeps it. The error is the principal that does not exist.
    pub(crate) fn resolve(world: &World, text: &str, keeper: Service) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let mut roles = BTreeMap::new();
        for arn in named(&document) {
            match identity(arn) {
                Identity::Role => {
                    let view = world.effective_role(arn, keeper).ok_or(arn)?;
                    roles.insert(arn.to_owned(), view.id.clone());
                }
                Identity::Missing => return Err(arn.to_owned()),
                Identity::Other => {}
            }
        }
        Ok(Self { text: text.into(), roles, keeper })
    }

    /// A policy that names no role.
    pub(crate) fn unnamed(text: &str) -> Self {
        Self { text: text.into(), roles: BTreeMap::new(), keeper: Service::Sts }
    }

    /// The policy as it reads now: unchanged, except that a role which no longer is the one that was meant appears as
    /// its unique id.
    pub(crate) fn read(&self, world: &World) -> String {
        self.as_it_reads(world).text().to_owned()
    }

    /// What it says now; nothing where it is not a policy.
    pub(crate) fn policy(&self, world: &World) -> Option<Cow<'_, Policy>> {
        match self.as_it_reads(world) {
            Cow::Borrowed(document) => document.policy().map(Cow::Borrowed),
            Cow::Owned(document) => document.policy().cloned().map(Cow::Owned),
        }
    }

    fn as_it_reads(&self, world: &World) -> Cow<'_, Document> {
        let is_another =
            |arn: &str, id: &str| world.effective_role(arn, self.keeper).is_none_or(|view| view.id != id);
        let mut document = Cow::Borrowed(&self.text);
        for (arn, id) in self.roles.iter().filter(|(arn, id)| is_another(arn, id)) {
            let text = document.text().replace(&format!("\"{arn}\""), &format!("\"{id}\""));
            document = Cow::Owned(text.into());
        }
        document
    }
}

/// The AWS principals of a policy.
fn named(document: &Value) -> Vec<&str> {
    let principals =
        statements(document).iter().filter_map(|statement| statement.get("Principal")?.get("AWS"));
    principals
        .flat_map(|named| match named {
            Value::Array(several) => several.as_slice(),
            one => std::slice::from_ref(one),
        })
        .filter_map(Value::as_str)
        .collect()
}

/// What a named principal is, as far as its existence matters.
enum Identity {
    /// A role, which must exist.
    Role,
    /// Something that does not exist here: users other than the operator, and texts that name nothing.
    Missing,
    /// An account, a session, or everybody.
    Other,
}

fn identity(principal: &str) -> Identity {
    if principal == "*" || principal.parse::<AccountId>().is_ok() {
        return Identity::Other;
    }
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    let ["arn", _, service, _, account, resource] = parts.as_slice() else { return Identity::Missing };
    if account.parse::<AccountId>().is_err() {
        return Identity::Missing;
    }
    match (*service, resource.split_once('/')) {
        ("iam", Some(("role", _))) => Identity::Role,
        ("iam", Some(("user", name))) if name == OPERATOR => Identity::Other,
        ("iam", None) if *resource == "root" => Identity::Other,
        ("sts", Some(("assumed-role" | "federated-user", _))) => Identity::Other,
        _ => Identity::Missing,
    }
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
