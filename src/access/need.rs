//! Who needs which permissions: every account's role, the intermediate roles, and the principal that starts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::{self, IdentityPolicy};
use super::entry::{self, Principal, Trust};
use super::right::Right;
use crate::address::arn::role_in;
use crate::address::{AccountId, AccountName};
use crate::topology::Topology;

/// The id that stands for accounts which only their organisation knows. AWS gives it to nobody.
pub const MEMBER: &str = "000000000000";

/// Most managed policies of a role until the quota is raised (IAM User Guide, "IAM and AWS STS quotas").
const ATTACHED: usize = 10;

/// Who holds rights.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// Whoever runs logpipe, with the credentials it starts with.
    Start,
    /// The same, whose credentials are this account's already.
    StartIn(AccountId),
    /// A role of this account, by its ARN.
    Role(AccountId, String),
}

impl Holder {
    /// Its account, where that is known.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Start => None,
            Self::StartIn(account) | Self::Role(account, _) => Some(account),
        }
    }

    /// Whether it stands for every account that only the organisation knows.
    pub fn is_member(&self) -> bool {
        self.account().is_some_and(|account| account.as_str() == MEMBER)
    }

    /// Name of the role with its path, as behind `role/`.
    pub fn role(&self) -> Option<&str> {
        match self {
            Self::Role(_, arn) => role_in(arn),
            _ => None,
        }
    }
}

/// What one holder needs.
#[derive(Debug, Clone)]
pub struct Need {
    /// Who.
    pub holder: Holder,
    /// The accounts that it is the way into; none for a role that only leads on to others.
    pub accounts: BTreeSet<AccountName>,
    /// The ways into the role.
    pub ways: BTreeSet<Trust>,
    /// What it may do.
    pub policies: Vec<IdentityPolicy>,
    /// The actions in them.
    pub actions: BTreeSet<&'static str>,
}

impl Need {
    pub(super) fn new(
        topology: &Topology,
        holder: Holder,
        (accounts, ways): (BTreeSet<AccountName>, BTreeSet<Trust>),
        rights: &[Right],
    ) -> Self {
        let policies = document::policies(&format!("logpipe-{}", topology.name), rights.iter());
        let actions = rights.iter().map(|right| right.action).collect();
        Self { holder, accounts, ways, policies, actions }
    }

    /// The trust policy of its role. `start` is whoever runs logpipe; the external id is never known here.
    pub fn trust(&self, start: &str, external_id: &str) -> Option<Value> {
        self.holder.role().map(|_| entry::document(&self.ways, start, external_id))
    }

    /// Whether whoever runs logpipe enters by it.
    pub fn is_entrance(&self) -> bool {
        self.ways.iter().any(|way| way.principal == Principal::Start)
    }

    /// Whether an external id comes along on some way.
    pub fn has_external_id(&self) -> bool {
        self.ways.iter().any(|way| way.external_id)
    }

    /// What the user should know about the sizes.
    pub(super) fn note(&self) -> Option<String> {
        (self.policies.len() > ATTACHED).then(|| {
            let names: Vec<&str> = self.accounts.iter().map(AccountName::as_str).collect();
            format!(
                "the role in {} needs {} managed policies, and AWS allows {ATTACHED} attached ones unless the quota is raised: select log groups with globs, which take one line each",
                names.join(", "),
                self.policies.len()
            )
        })
    }
}

/// What all of them need.
#[derive(Debug, Clone)]
pub struct Needs {
    /// Whoever starts first, then the accounts by name, those that only the organisation knows, and the roles on the
    /// way.
    pub needs: Vec<Need>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Rights by who holds them.
pub(super) type ByHolder = BTreeMap<Holder, (BTreeSet<AccountName>, BTreeSet<Trust>, Vec<Right>)>;
