//! Whether there is a way into every account: starting credentials are one account's own.

use std::collections::BTreeMap;

use crate::topology::finding::Findings;
use crate::topology::model::{Account, Topology};
use crate::topology::read::accounts::listed;
use crate::topology::yaml::Node;

/// Refuses accounts that could only be entered with starting credentials that are another account's.
///
/// Nothing is said where one account is left to the starting credentials: they may be its own. Where an account says
/// `assume_role: false`, or names a profile for itself, that is its way in.
pub(in crate::topology) fn topology(topology: &Topology, root: &Node, findings: &mut Findings) {
    let mut starting: BTreeMap<Option<&str>, Vec<&Account>> = BTreeMap::new();
    for account in topology.accounts_in_use().into_values() {
        if account.access.role_arn.is_none() {
            starting.entry(account.access.profile.as_deref()).or_default().push(account);
        }
    }
    let shared = starting.into_values().filter(|accounts| accounts.len() > 1).flatten();
    let unnamed: Vec<&Account> = shared.filter(|account| !says_how(root, account)).collect();
    if unnamed.is_empty() {
        return;
    }
    let names: Vec<String> = unnamed.iter().map(|account| account.name.to_string()).collect();
    let message = format!("there is no way into {}", listed(&names));
    let why = "the starting credentials belong to one account, and entering any other takes a role";
    let help = "add `access: { role_name: LogpipeDeployer }`, the name of a role in every account that trusts whoever runs logpipe; or give an account its own `role_arn`, `profile` or `assume_role: false`";
    let place =
        if root.entry("access").is_some() { root.place(&["access"]) } else { root.place(&["accounts"]) };
    findings.add(place, message, why, help);
}

/// Whether the account itself says with which credentials it is entered.
fn says_how(root: &Node, account: &Account) -> bool {
    let own = root.entry("accounts").and_then(|accounts| accounts.value.entry(account.name.as_str()));
    own.is_some_and(|own| ["profile", "assume_role"].iter().any(|key| own.value.entry(key).is_some()))
}
