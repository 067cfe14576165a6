//! Checks what `ownership` cannot decide from the record alone: what an unfinished run intended to make or delete.

use std::collections::{BTreeMap, BTreeSet};

use super::observe::{Observed, ReadFailures, observe_more};
use crate::address::{AccountName, Address};
use crate::aws::Accounts;
use crate::clock::Clock;
use crate::event::Events;
use crate::graph::{Graph, Node};
use crate::plan::decide::ownership::{is_unsettled, witness};
use crate::record::Record;

/// Looks at everything that is unsettled and has not been looked at.
///
/// # Errors
/// Every read that failed: what cannot be looked at may not be deleted.
pub async fn observe_unsettled(
    observed: Observed,
    record: &Record,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> Result<Observed, ReadFailures> {
    let unsettled = record.entries().iter().filter(|(address, entry)| is_unsettled(address, entry));
    let all = unsettled.flat_map(|(address, entry)| std::iter::once(address).chain(witness(address, entry)));
    let known: BTreeSet<&Address> = all.filter(|address| accounts.get(&address.account).is_some()).collect();
    let nodes: BTreeMap<Address, Node> =
        known.into_iter().map(|address| (address.clone(), Node::to_look_at(address))).collect();
    if nodes.is_empty() {
        return Ok(observed);
    }
    let graph = Graph { nodes, ..Graph::default() };
    observe_more(observed, &graph, accounts, clock, events).await
}

/// The accounts of unsettled things that have not been entered, because the topology has no other use for them.
pub fn accounts_unsettled<'r>(record: &'r Record, accounts: &Accounts) -> BTreeSet<&'r AccountName> {
    let unsettled = record.entries().iter().filter(|(address, entry)| is_unsettled(address, entry));
    unsettled.map(|(address, _)| &address.account).filter(|name| accounts.get(name).is_none()).collect()
}
