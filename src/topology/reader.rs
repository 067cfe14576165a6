//! Who reads another account's logs, checked and with every default filled in.

use crate::address::{AccountName, Key, Region};

/// A role in the account that has logs, and who may assume it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Its key in the topology.
    pub key: Key,
    /// The account that has the logs.
    pub account: AccountName,
    /// Where `verify` and the printed profile look for them.
    pub region: Region,
    /// Name of the role that is assumed.
    pub role: String,
    /// ARNs of the policies attached to it.
    pub managed_policies: Vec<String>,
    /// Who reads.
    pub trusted: Trusted,
    /// Name of the policy in the account of who reads that lets it assume the role.
    pub policy: String,
}

/// Who may assume a reader's role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// Its account.
    pub account: AccountName,
    /// The role that reads, which is there already; `None` is whoever that account allows to.
    pub role: Option<String>,
}
