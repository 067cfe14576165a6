//! CloudWatch agents on EC2: the role that instances have and what it may do, checked and with every default filled in.

use std::collections::BTreeMap;

use serde_json::Value;

use super::collected::Collected;
use crate::address::{AccountName, Key, Region, last_part};

/// The IAM of CloudWatch agents, the same in each of its accounts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Agent {
    /// Its key in the topology.
    pub key: Key,
    /// The accounts it covers.
    pub accounts: Vec<AccountName>,
    /// Where its instances and its stored configuration are.
    pub region: Region,
    /// The agent's own policy, if it gets one.
    pub policy: Option<AgentPolicy>,
    /// Further policies that logpipe makes and attaches.
    pub extra_policies: Vec<ExtraPolicy>,
    /// The role that all of them are attached to.
    pub holder: Holder,
    /// What the agent collects.
    pub collected: Collected,
    /// What the role must be allowed, which `verify` proves.
    pub check: Vec<Check>,
}

impl Agent {
    /// The ids of the instances that it names.
    pub fn instances(&self) -> &[String] {
        match &self.holder {
            Holder::Own(own) => &own.associate_with,
            Holder::Role(_) => &[],
            Holder::RoleOf(instances) => instances,
        }
    }

    /// Name of the role that the policies are attached to, where the topology says it; of instances only reading tells.
    pub fn role_name(&self) -> Option<&str> {
        match &self.holder {
            Holder::Own(own) => Some(&own.name),
            Holder::Role(role) => Some(last_part(role)),
            Holder::RoleOf(_) => None,
        }
    }

    /// Names of the policies that logpipe makes for it.
    pub fn policy_names(&self) -> impl Iterator<Item = &str> {
        let own = self.policy.iter().map(|policy| policy.name.as_str());
        own.chain(self.extra_policies.iter().map(|policy| policy.name.as_str()))
    }
}

/// What the agent itself needs: to write logs, to read its configuration, to describe its instance.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AgentPolicy {
    /// Name of the managed policy.
    pub name: String,
    /// Names of the log groups it may write to; `*` and `?` as in IAM.
    pub log_groups: Vec<String>,
    /// Names of the SSM parameters it may use; `*` and `?` as in IAM.
    pub parameters: Vec<String>,
    /// Tags that the role must have for the policy to allow anything.
    pub principal_tags: BTreeMap<String, String>,
}

/// A policy of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ExtraPolicy {
    /// Name of the managed policy.
    pub name: String,
    /// What it says.
    pub document: Value,
    /// Tags of it alone.
    pub tags: BTreeMap<String, String>,
}

/// Who holds the policies.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A role and an instance profile that logpipe makes.
    Own(OwnRole),
    /// An existing role, by its name.
    Role(String),
    /// The role that these instances have already, by the ids of the instances.
    RoleOf(Vec<String>),
}

/// A role for EC2 with the instance profile around it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OwnRole {
    /// Name of the role.
    pub name: String,
    /// ARNs of the policies attached to it that logpipe does not make.
    pub managed_policies: Vec<String>,
    /// Tags of it alone.
    pub tags: BTreeMap<String, String>,
    /// Name of the instance profile.
    pub instance_profile: String,
    /// The instances that get the profile.
    pub associate_with: Vec<String>,
    /// Whether an existing profile may be replaced by ours.
    pub replace: bool,
}

/// What a role must be allowed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// IAM actions.
    pub actions: Vec<String>,
    /// ARNs.
    pub resources: Vec<String>,
}
