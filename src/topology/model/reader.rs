//! Who reads another account's logs, checked and with every default filled in.

use crate::address::{AccountName, Key, Region, last_part};

/// A role in the account that has logs, and who may assume it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reader {
    /// Its key in the topology.
    pub key: Key,
    /// The account that has the logs.
    pub account: AccountName,
    /// Where `verify` and the printed profile look for them.
    pub region: Region,
    /// Name of the role to assume.
    pub role: String,
    /// ARNs of the policies attached to it.
    pub managed_policies: Vec<String>,
    /// Who reads.
    pub trusted: Trusted,
    /// Name of the policy in the reader's account that lets the reader assume the role.
    pub policy: String,
}

/// Who may assume a reader's role.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Trusted {
    /// Its account.
    pub account: AccountName,
    /// The role that reads, which exists already; `None` is anybody whom that account allows.
    pub role: Option<String>,
    /// The permission set of IAM Identity Center whose holders read, instead of a role: nobody can name its role, which
    /// has another name in every account.
    pub permission_set: Option<String>,
}

impl Trusted {
    /// Whether it is everybody whom the account allows to.
    pub fn is_whole_account(&self) -> bool {
        self.role.is_none() && self.permission_set.is_none()
    }

    /// Whether a role of the account, by its name without path, is that of who reads.
    pub fn is_role(&self, name: &str) -> bool {
        match (&self.role, &self.permission_set) {
            (Some(role), _) => last_part(role) == name,
            (None, Some(set)) => permission_set(name) == Some(set),
            (None, None) => true,
        }
    }
}

/// What the roles of IAM Identity Center are called in front of the name of their permission set.
const OF_SETS: &str = "AWSReservedSSO_";

/// The permission set of a role that IAM Identity Center made: its name stands between that and a number (IAM Identity
/// Center User Guide, "Referencing permission sets in resource policies").
pub fn permission_set(role: &str) -> Option<&str> {
    let (set, _) = role.strip_prefix(OF_SETS)?.rsplit_once('_')?;
    (!set.is_empty()).then_some(set)
}

/// Path and name of the role of a permission set, with `rest` instead of the number that nobody knows before.
pub fn role_of_permission_set(set: &str, rest: &str) -> String {
    format!("aws-reserved/sso.amazonaws.com/{OF_SETS}{set}_{rest}")
}
