//! The input that is looked up before the graph is built: log groups by name, EC2 instances by id.

use std::collections::BTreeMap;

use crate::address::{AccountName, Region};

/// Log groups found in the accounts: name and class.
pub type LogGroups = BTreeMap<String, String>;

/// EC2 instances found in the accounts, by id.
pub type Instances = BTreeMap<String, Instance>;

/// What is known of the accounts when the graph is built.
#[derive(Debug, Clone)]
pub enum Discovered {
    /// Nobody was asked: globs stay unexpanded, and the graph notes that.
    NotAsked,
    /// What was looked up.
    Found(Inventory),
}

impl Discovered {
    /// What was looked up, if anything was.
    pub fn inventory(&self) -> Option<&Inventory> {
        match self {
            Self::NotAsked => None,
            Self::Found(inventory) => Some(inventory),
        }
    }
}

/// What was looked up, by account and region.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// Log groups that globs and whole accounts may mean.
    pub log_groups: BTreeMap<(AccountName, Region), LogGroups>,
    /// Instances that agents name.
    pub instances: BTreeMap<(AccountName, Region), Instances>,
}

impl Inventory {
    /// The groups of one account and region.
    pub fn log_groups_of(&self, account: &AccountName, region: &Region) -> LogGroups {
        self.log_groups.get(&(account.clone(), region.clone())).cloned().unwrap_or_default()
    }

    /// The instances of one account and region.
    pub fn instances_of(&self, account: &AccountName, region: &Region) -> Option<&Instances> {
        self.instances.get(&(account.clone(), region.clone()))
    }
}

/// An EC2 instance, as far as its role is concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Instance {
    /// Its id.
    pub id: String,
    /// What its tag `Name` says.
    pub name: Option<String>,
    /// EC2's word for its state, such as `running`.
    pub state: String,
    /// Its private address.
    pub address: Option<String>,
    /// ARN of its instance profile, if it has one.
    pub profile: Option<String>,
    /// ARN of the role in that profile, if there is one.
    pub role: Option<String>,
}

impl Instance {
    /// Its id, and its name where it has one.
    pub(crate) fn called(&self) -> String {
        match &self.name {
            Some(name) => format!("{} ({name})", self.id),
            None => self.id.clone(),
        }
    }
}
