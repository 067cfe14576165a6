//! Accounts that have another name than in the record. Pure.

use std::collections::BTreeMap;

use crate::address::{AccountId, AccountName, Address};
use crate::plan::Note;
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
pub(crate) fn notes(record: &Record) -> Vec<Note> {
    let mut renamed: BTreeMap<(&AccountName, &AccountName), (usize, Option<&AccountId>)> = BTreeMap::new();
    for (from, to) in record.moved() {
        let counted = renamed.entry((&from.account, &to.account)).or_default();
        counted.0 += 1;
        counted.1 = counted.1.or(record.get(to).map(|entry| &entry.account_id));
    }
    let note =
        |((from, to), (count, id)): ((&AccountName, &AccountName), (usize, Option<&AccountId>))| match id
            .filter(|id| id.as_str() == to.as_str())
        {
            Some(id) => Note::GoesById { name: from.clone(), id: id.clone() },
            None => Note::Renamed { from: from.clone(), to: to.clone(), id: id.cloned(), count },
        };
    renamed.into_iter().map(note).collect()
}

/// What has been called otherwise, for programs.
pub(crate) fn moved(record: &Record) -> Vec<(Address, Address)> {
    record.moved().iter().map(|(from, to)| (from.clone(), to.clone())).collect()
}
