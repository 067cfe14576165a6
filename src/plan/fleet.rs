//! Runs over a part of the accounts: those that targets need, and those that can be entered. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::survey::observe::Seen;
use super::{Survey, TargetPattern, Targets};
use crate::address::{AccountId, AccountName, Address};
use crate::aws::{Accounts, CallError};
use crate::graph::dag::{closure, reversed};
use crate::graph::{Graph, SkippedAccount};
use crate::provider::Obstacle;
use crate::topology::Topology;

/// The accounts that targets mean and need, as far as the topology tells: what they send to, and who reads what. Whoever
/// lists the organisation is always among them.
pub(super) fn accounts_of_targets(topology: &Topology, targets: &Targets) -> BTreeSet<AccountName> {
    let all = topology.accounts_in_use();
    if targets.0.is_empty() {
        return all.into_keys().cloned().collect();
    }
    let meant = |name: &AccountName| targets.0.iter().any(|target| target.may_be_in(name));
    let mut needed: BTreeSet<AccountName> =
        all.into_keys().chain(topology.accounts.keys()).filter(|name| meant(name)).cloned().collect();
    needed.extend(topology.lister().map(|(name, _)| name.clone()));
    for source in topology.sources.values() {
        if source.accounts.iter().any(|account| needed.contains(account)) {
            needed.insert(topology.destinations[&source.destination].account.clone());
        }
    }
    for reader in topology.readers.values() {
        let both = [&reader.account, &reader.trusted.account];
        if both.iter().any(|account| needed.contains(*account)) {
            needed.extend(both.into_iter().cloned());
        }
    }
    needed
}

impl TargetPattern {
    /// Whether it may mean something in an account.
    fn may_be_in(&self, account: &AccountName) -> bool {
        match self {
            Self::Account(meant) => meant == account,
            Self::Exact(address) => address.account == *account,
            Self::Share(accounts) => accounts.contains(account),
            Self::Prefix(prefix) => match prefix.split_once('/') {
                Some((name, _)) => name == account.as_str(),
                None => account.as_str().starts_with(prefix.as_str()),
            },
        }
    }
}

/// The accounts of a graph that have not been entered, and should have been.
pub(super) fn not_entered(graph: &Graph, accounts: &Accounts) -> BTreeSet<AccountName> {
    let of_nodes = graph.nodes.keys().map(|address| &address.account);
    of_nodes.filter(|name| accounts.get(name).is_none()).cloned().collect()
}

/// The accounts that a run leaves out.
pub fn skipped(accounts: &Accounts) -> Vec<SkippedAccount> {
    let all = accounts.left_out().iter();
    all.map(|(name, left)| SkippedAccount {
        account: name.clone(),
        id: left.id.clone(),
        error: left.error.to_string(),
        code: left.error.code.clone(),
        hint: left.error.hint(),
    })
    .collect()
}

/// The graph without what is in accounts that are left out, and without what needs that. The documents of the rest
/// still name them: skipped accounts continue to send.
pub(super) fn without_left_out(mut graph: Graph, accounts: &Accounts) -> Graph {
    if accounts.left_out().is_empty() {
        return graph;
    }
    graph.skipped = skipped(accounts);
    let inside: Vec<Address> =
        graph.nodes.keys().filter(|address| graph.skips(&address.account)).cloned().collect();
    let out = closure(&reversed(&graph.needs()), inside);
    let rest = graph.nodes.keys().filter(|address| !out.contains(*address)).cloned().collect();
    graph.only(rest)
}

/// The accounts behind failures to read, where all of them are denials: such an account can be left out.
pub(super) fn unreadable(
    errors: &[CallError],
    topology: &Topology,
) -> Option<BTreeMap<AccountName, CallError>> {
    let name = |id: &AccountId| topology.accounts.values().find(|account| account.id == *id);
    let accounts = errors.iter().map(|error| {
        let account = name(&error.place.account).filter(|_| error.denied())?;
        Some((account.name.clone(), error.clone()))
    });
    accounts.collect::<Option<BTreeMap<_, _>>>().filter(|accounts| !accounts.is_empty())
}

/// Why something is left out in an account that could be entered. Its words are here and not in `ui/`, because it is told
/// in an event too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// It cannot be made.
    Obstacle(Obstacle),
    /// It needs something that cannot be made.
    Needs(Address),
}

impl LeftOut {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Obstacle(obstacle) => obstacle.code(),
            Self::Needs(_) => "needs_what_is_left_out",
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Obstacle(obstacle) => obstacle.fmt(f),
            Self::Needs(address) => write!(f, "it needs {address}"),
        }
    }
}

/// What is named in the topology and cannot be made, because what it is to be made in or with is not there; and what
/// needs that.
pub fn left_out(survey: &Survey) -> BTreeMap<Address, LeftOut> {
    let Survey { graph, observed, .. } = survey;
    let named = graph.nodes.values().filter(|node| !node.found);
    let mut left: BTreeMap<Address, LeftOut> = named
        .filter_map(|node| match observed.of(&node.address) {
            Seen::Impossible(obstacle) => {
                Some((node.address.clone(), LeftOut::Obstacle(Obstacle::clone(obstacle))))
            }
            Seen::Absent | Seen::Live(_) => None,
        })
        .collect();
    let needed_by = reversed(&graph.needs());
    for (address, _) in left.clone() {
        for dependent in closure(&needed_by, [address.clone()]) {
            left.entry(dependent).or_insert_with(|| LeftOut::Needs(address.clone()));
        }
    }
    left
}
