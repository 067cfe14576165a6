//! What accounts are called.

use std::collections::BTreeMap;

use crate::address::{AccountId, AccountName};

/// The names of accounts, by their ids.
#[derive(Debug, Clone, Default)]
pub struct AccountNames(BTreeMap<String, String>);

impl AccountNames {
    /// Those of a topology.
    pub fn of<'a>(accounts: impl Iterator<Item = (&'a AccountName, &'a AccountId)>) -> Self {
        Self(accounts.map(|(name, id)| (id.to_string(), name.to_string())).collect())
    }

    /// `app (111111111111)`, or `account 111111111111` where it has no name.
    pub(super) fn account(&self, id: &str) -> String {
        match self.0.get(id) {
            Some(name) if name != id => format!("{name} ({id})"),
            _ => format!("account {id}"),
        }
    }

    /// The account alone, where it stands behind something else.
    pub(super) fn short(&self, id: &str) -> String {
        self.0.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }
}
