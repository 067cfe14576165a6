//! What IAM keeps in an account: roles as the IAM API shows them, and roles as other services will see them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::caller::RoleSession;
use crate::identifiers::unique_id;
use crate::principals::PolicyText;
use crate::state::document::Document;
use crate::state::world::World;
use logpipe_identifiers::{AccountId, Partition};

use super::profile_propagation::SeenProfile;
use super::profiles::InstanceProfile;
use super::propagation::Seen;
use super::versions::Versions;

/// IAM in one account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct IamState {
    /// Roles by name in lower case: names are unique whatever their case.
    roles: BTreeMap<String, Role>,
    /// Roles as other services see them, by name.
    #[serde(default)]
    pub(super) seen: BTreeMap<String, Seen>,
    /// Customer managed policies, by ARN.
    #[serde(default)]
    pub(crate) policies: BTreeMap<String, ManagedPolicy>,
    /// Instance profiles by name in lower case.
    #[serde(default)]
    pub(super) profiles: BTreeMap<String, InstanceProfile>,
    /// Instance profiles as EC2 sees them, by name in lower case.
    #[serde(default)]
    pub(super) seen_profiles: BTreeMap<String, SeenProfile>,
}

/// A role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Role {
    /// Its account.
    pub(crate) account: AccountId,
    /// Its partition, as text.
    pub(crate) partition: String,
    /// Its path, with slashes at both ends.
    pub(crate) path: String,
    /// Its name.
    pub(crate) name: String,
    /// Its unique id (`AROA…`).
    pub(crate) id: String,
    /// When it was made.
    pub(crate) created_ms: u64,
    /// Its description.
    pub(crate) description: Option<String>,
    /// The longest session, in seconds.
    pub(crate) max_session_s: u64,
    /// Who may assume it.
    pub(crate) trust: PolicyText,
    /// Inline policies by name.
    pub(crate) inline: BTreeMap<String, String>,
    /// ARNs of attached managed policies.
    pub(crate) attached: BTreeSet<String>,
    /// ARN of the managed policy that bounds what it may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) boundary: Option<String>,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
}

/// A role as other services see it: some seconds behind what IAM shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoleView {
    /// Its account.
    pub(crate) account: AccountId,
    /// Its name.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Its unique id.
    pub(crate) id: String,
    /// Its trust policy.
    pub(crate) trust: PolicyText,
    /// The documents of its inline and attached policies.
    pub(crate) policies: Vec<Document>,
    /// The document of the policy that bounds what it may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) boundary: Option<Document>,
    /// The longest session, in seconds.
    pub(crate) max_session_s: u64,
    /// Its tags, which its sessions have too.
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
}

/// A customer managed policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ManagedPolicy {
    /// Its name.
    pub(crate) name: String,
    /// Its path.
    pub(crate) path: String,
    /// Its unique id (`ANPA…`).
    pub(crate) id: String,
    /// Its description.
    pub(crate) description: Option<String>,
    /// When it was made.
    pub(crate) created_ms: u64,
    /// Its documents.
    pub(super) versions: Versions,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
}

impl ManagedPolicy {
    /// A policy with one version, which has been there since `created_ms`.
    pub(crate) fn new(path: &str, name: &str, id: String, document: &str, created_ms: u64) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            id,
            description: None,
            created_ms,
            versions: Versions::first(document, created_ms),
            tags: BTreeMap::new(),
        }
    }
}

impl Role {
    /// A role without trust, policies or tags. `number` becomes its unique id.
    pub(crate) fn new(
        account: &AccountId,
        partition: Partition,
        path: &str,
        name: &str,
        number: u64,
        created_ms: u64,
    ) -> Self {
        Self {
            account: account.clone(),
            partition: partition.to_string(),
            path: path.to_owned(),
            name: name.to_owned(),
            id: unique_id("AROA", number),
            created_ms,
            description: None,
            max_session_s: 3_600,
            trust: PolicyText::unnamed(""),
            inline: BTreeMap::new(),
            attached: BTreeSet::new(),
            boundary: None,
            tags: BTreeMap::new(),
        }
    }

    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        format!("arn:{}:iam::{}:role{}{}", self.partition, self.account, self.path, self.name)
    }

    /// The role as services will see it.
    pub(crate) fn view(&self, world: &World) -> RoleView {
        let attached = self.attached.iter().filter_map(|arn| world.managed_policy(arn));
        RoleView {
            account: self.account.clone(),
            name: self.name.clone(),
            arn: self.arn(),
            id: self.id.clone(),
            trust: self.trust.clone(),
            policies: self.inline.values().cloned().chain(attached).map(Document::from).collect(),
            boundary: self.boundary.as_deref().and_then(|arn| world.managed_policy(arn)).map(Document::from),
            max_session_s: self.max_session_s,
            tags: self.tags.clone(),
        }
    }
}

impl RoleView {
    /// A session of the role.
    pub(crate) fn session(&self, name: &str) -> RoleSession {
        RoleSession {
            account: self.account.clone(),
            role: self.name.clone(),
            role_arn: self.arn.clone(),
            role_id: self.id.clone(),
            session: name.to_owned(),
        }
    }
}

impl IamState {
    /// A role as IAM shows it.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(&name.to_lowercase())
    }

    /// A role, to change it. [`World::role_changed`] must follow.
    pub(crate) fn role_mut(&mut self, name: &str) -> Option<&mut Role> {
        self.roles.get_mut(&name.to_lowercase())
    }

    /// Every role, by name.
    pub(crate) fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    /// Adds a role, or replaces the one of that name.
    pub(crate) fn insert(&mut self, role: Role) {
        self.roles.insert(role.name.to_lowercase(), role);
    }

    /// Removes a role.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Role> {
        self.roles.remove(&name.to_lowercase())
    }
}

impl World {
    /// The document of a managed policy: one of AWS's own, or a customer's.
    pub(crate) fn managed_policy(&self, arn: &str) -> Option<String> {
        if let Some(document) = super::managed_document(arn) {
            return Some(document);
        }
        let account: AccountId = arn.split(':').nth(4)?.parse().ok()?;
        let policy = self.accounts.get(&account)?.iam.policies.get(arn)?;
        Some(policy.versions.current().to_owned())
    }
}
