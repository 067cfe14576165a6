//! Accounts that go by another name than in the record. Pure.

use std::collections::BTreeMap;

use crate::address::{AccountId, AccountName, Address};
use crate::record::Record;
use crate::topology::Topology;

/// What an account is called now, when that is not what it was called: by the topology, or by its id where its name is
/// another account's now.
pub fn renamed(topology: &Topology, name: &AccountName, id: &AccountId) -> Option<AccountName> {
    let holder = topology.accounts.get(name);
    if holder.is_some_and(|account| account.id == *id) {
        return None;
    }
    let named = topology.accounts.values().find(|account| account.id == *id);
    match (named, holder) {
        (Some(account), _) => Some(account.name.clone()),
        (None, Some(_)) => id.as_str().parse().ok(),
        (None, None) => None,
    }
}

/// What the user should know of accounts that have been renamed.
pub(super) fn notes(record: &Record) -> Vec<String> {
    let mut renamed: BTreeMap<(&AccountName, &AccountName), (usize, Option<&AccountId>)> = BTreeMap::new();
    for (from, to) in record.moved() {
        let counted = renamed.entry((&from.account, &to.account)).or_default();
        counted.0 += 1;
        counted.1 = counted.1.or(record.get(to).map(|entry| &entry.account_id));
    }
    let note = |((from, to), (count, id)): (_, (usize, Option<&AccountId>))| {
        let id = id.map(ToString::to_string).unwrap_or_default();
        let what = if count == 1 {
            "1 recorded resource follows".to_owned()
        } else {
            format!("{count} recorded resources follow")
        };
        if id == AccountName::as_str(to) {
            return format!("`{from}` is another account now: what was made in {id} goes by that id");
        }
        format!("account {id} is called `{to}` now and was `{from}`: {what}, and nothing changes in AWS")
    };
    renamed.into_iter().map(note).collect()
}

/// What has been called otherwise, for programs.
pub(super) fn moved(record: &Record) -> Vec<(Address, Address)> {
    record.moved().iter().map(|(from, to)| (from.clone(), to.clone())).collect()
}
