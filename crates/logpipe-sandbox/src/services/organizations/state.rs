//! The organisation as a tree: a root, units, and accounts with their states and tags.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use logpipe_identifiers::AccountId;

/// The root of the organisation.
pub(super) const ROOT: &str = "r-ab12";

/// Who and what is in the organisation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Directory {
    /// The account that may list the others.
    pub(crate) management: Option<AccountId>,
    /// Units with their parents.
    pub(crate) units: BTreeMap<String, String>,
    /// Accounts.
    pub(crate) members: BTreeMap<AccountId, Member>,
    /// Whether every second page is empty.
    pub(crate) empty_pages: bool,
}

/// An account of the organisation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Member {
    /// The unit it is in, or the root.
    pub(crate) parent: String,
    /// `ACTIVE`, `SUSPENDED` and so on.
    pub(crate) state: String,
    /// What it is called, where it was given a name.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
}

impl Directory {
    pub(crate) fn add_unit(&mut self, id: &str, parent: Option<&str>) {
        self.units.entry(id.to_owned()).or_insert_with(|| parent.unwrap_or(ROOT).to_owned());
    }

    pub(crate) fn add_member(&mut self, account: &AccountId, unit: Option<&str>) {
        self.members.entry(account.clone()).or_insert_with(|| Member {
            parent: unit.unwrap_or(ROOT).to_owned(),
            state: "ACTIVE".to_owned(),
            name: None,
            tags: BTreeMap::new(),
        });
    }

    pub(crate) fn name_member(&mut self, account: &AccountId, name: &str) {
        if let Some(member) = self.members.get_mut(account) {
            member.name = Some(name.to_owned());
        }
    }

    pub(crate) fn tag_member(&mut self, account: &AccountId, key: &str, value: &str) {
        if let Some(member) = self.members.get_mut(account) {
            member.tags.insert(key.to_owned(), value.to_owned());
        }
    }

    pub(crate) fn set_state(&mut self, account: &AccountId, state: &str) {
        if let Some(member) = self.members.get_mut(account) {
            state.clone_into(&mut member.state);
        }
    }

    /// Where an account is, from the root down, as `aws:PrincipalOrgPaths` has it behind the organisation.
    pub(crate) fn path_of(&self, account: &AccountId) -> String {
        let mut unit = self.members.get(account).map_or(ROOT, |member| member.parent.as_str());
        let mut path = String::new();
        // Units are never below themselves, so this ends with the root.
        for _ in 0..=self.units.len() {
            path = format!("{unit}/{path}");
            match self.units.get(unit) {
                Some(parent) => unit = parent,
                None => break,
            }
        }
        path
    }

    /// Whether there is a unit, or the root, of this id.
    pub(super) fn has_parent(&self, id: &str) -> bool {
        id == ROOT || self.units.contains_key(id)
    }
}
