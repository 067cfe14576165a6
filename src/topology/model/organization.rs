//! The organisation of a topology: which of its accounts sources mean, and how to get into them.

use std::collections::{BTreeMap, BTreeSet};

use super::topology::{Access, Account, Topology, whether_set};
use crate::address::{AccountId, AccountName, OrganizationId, OrganizationalUnitId, Partition, arn};

/// An AWS organisation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Organization {
    /// The account whose credentials list the others. Every topology with a source that covers them has one.
    pub account: Option<AccountName>,
    /// Its id.
    pub id: Option<OrganizationId>,
    /// The included accounts; empty means all of them.
    pub include: Vec<Include>,
    /// Accounts that are left out, even if `include` matches them.
    pub exclude: BTreeSet<AccountId>,
    /// Accounts that are meant and not in use, as far as the organisation was asked.
    #[serde(skip)]
    pub inactive: BTreeSet<AccountId>,
    /// Accounts that it is known to have, those included that are not meant, as far as it was asked.
    #[serde(skip)]
    pub members: BTreeSet<AccountId>,
}

/// What makes an account one of those that are meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Include {
    /// It is this one.
    Account(AccountId),
    /// It is in this organisational unit, or in one below it.
    Unit(OrganizationalUnitId),
    /// What it is called in the organisation matches this glob.
    Name(String),
    /// It has all of these tags.
    Tags(BTreeMap<String, String>),
}

/// How logpipe gets into accounts that are found, into those that are only named by their id, and into those that are no
/// longer named.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct MemberAccess {
    /// Name of the role to assume, with its path.
    pub role_name: String,
    /// Named profile of the starting credentials.
    pub profile: Option<String>,
    /// External id sent with the last AssumeRole. Never printed.
    #[serde(serialize_with = "whether_set")]
    pub external_id: Option<String>,
    /// Role session name.
    pub session_name: String,
    /// Role ARNs assumed first, in order.
    pub via: Vec<String>,
}

impl std::fmt::Debug for MemberAccess {
    /// Leaves the external id out: it is never printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberAccess")
            .field("role_name", &self.role_name)
            .field("profile", &self.profile)
            .field("external_id", &self.external_id.as_ref().map(|_| "…"))
            .field("session_name", &self.session_name)
            .field("via", &self.via)
            .finish()
    }
}

impl MemberAccess {
    fn account(&self, name: &AccountName, id: &AccountId, partition: Partition) -> Account {
        let access = Access {
            profile: self.profile.clone(),
            role_arn: Some(arn::role(partition, id, &self.role_name)),
            external_id: self.external_id.clone(),
            session_name: self.session_name.clone(),
            via: self.via.clone(),
        };
        Account { name: name.clone(), id: id.clone(), access }
    }
}

impl Topology {
    /// The account whose credentials list those of the organisation, where some source covers them.
    pub fn lister(&self) -> Option<(&AccountName, &Organization)> {
        let asked = self.sources.values().any(|source| source.organization);
        let organization = self.organization.as_ref().filter(|_| asked)?;
        Some((organization.account.as_ref()?, organization))
    }

    /// The topology in which every source that covers the organisation names the accounts found through it. One that
    /// has a name in the topology goes by that.
    #[must_use]
    pub fn with_members(&self, found: &BTreeSet<AccountId>) -> Self {
        let mut expanded = self.clone();
        let mut known: BTreeMap<&AccountId, &AccountName> = BTreeMap::new();
        for account in self.accounts.values() {
            known.entry(&account.id).or_insert(&account.name);
        }
        let meet = |id| known.get(id).map(|name| (*name).clone()).or_else(|| expanded.meet(id));
        let names: Vec<AccountName> = found.iter().filter_map(meet).collect();
        for source in expanded.sources.values_mut().filter(|source| source.organization) {
            let named: BTreeSet<AccountName> = source.accounts.iter().cloned().collect();
            source.accounts.extend(names.iter().filter(|name| !named.contains(*name)).cloned());
        }
        expanded
    }

    /// The topology that knows which accounts that it means are not in use.
    #[must_use]
    pub fn without_use_of(mut self, inactive: BTreeSet<AccountId>) -> Self {
        if let Some(organization) = &mut self.organization {
            organization.inactive = inactive;
        }
        self
    }

    /// The topology that knows which accounts its organisation has, whether it means them or not.
    #[must_use]
    pub fn knowing(mut self, members: BTreeSet<AccountId>) -> Self {
        if let Some(organization) = &mut self.organization {
            organization.members = members;
        }
        self
    }

    /// The topology with accounts that it does not name, under names that are free, as far as `access` says how to get
    /// into them.
    #[must_use]
    pub fn with_unnamed<'a>(
        &self,
        accounts: impl IntoIterator<Item = (&'a AccountName, &'a AccountId)>,
    ) -> Self {
        let mut extended = self.clone();
        accounts.into_iter().for_each(|(name, id)| extended.admit(name, id));
        extended
    }

    fn admit(&mut self, name: &AccountName, id: &AccountId) {
        if let Some(access) = self.access.as_ref().filter(|_| !self.accounts.contains_key(name)) {
            let account = access.account(name, id, self.region.partition());
            self.accounts.insert(name.clone(), account);
        }
    }

    /// The name of an account that the topology does not name, which is added when it can get into it.
    fn meet(&mut self, id: &AccountId) -> Option<AccountName> {
        let name: AccountName = id.as_str().parse().ok()?;
        self.admit(&name, id);
        self.accounts.contains_key(&name).then_some(name)
    }
}
