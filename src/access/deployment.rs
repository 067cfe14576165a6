//! The input from which permissions are computed.

use std::collections::BTreeSet;

use super::collect::Collection;
use super::need::{Holder, MEMBER, Need, Needs};
use super::wanted::Wanted;
use crate::address::AccountId;
use crate::plan::with_recorded;
use crate::record::Record;
use crate::topology::{Include, Topology};

/// A topology and what the record owns of it, with the accounts of both.
#[derive(Debug, Clone)]
pub struct Deployment<'r> {
    topology: Topology,
    record: &'r Record,
}

impl<'r> Deployment<'r> {
    /// A topology with the accounts that only its record knows.
    pub fn of(topology: &Topology, record: &'r Record) -> Self {
        Self { topology: with_recorded(topology, record), record }
    }

    /// The same with every account in its sources that the organisation may turn out to have: those that it names, and
    /// one that stands for all others. Without asking, no unit and no tag tells which those are.
    #[must_use]
    pub fn with_possible_members(self) -> Self {
        let possible = possible_members(&self.topology);
        self.with_members(&possible)
    }

    /// The same with these accounts of the organisation in its sources, but for those that the topology excludes.
    #[must_use]
    pub fn with_members(self, members: &BTreeSet<AccountId>) -> Self {
        let Some((_, organization)) = self.topology.lister() else { return self };
        let topology = self.topology.with_members(&(members - &organization.exclude));
        Self { topology, ..self }
    }

    /// What it needs, together with what the record still owns of what the topology no longer declares. Pure.
    pub fn needs(&self, wanted: &Wanted) -> Needs {
        let mut needs = Collection::of(&self.topology, self.record, wanted).into_needs();
        needs.sort_by_key(|need| {
            let rank = match (&need.holder, need.accounts.is_empty()) {
                (Holder::Start, _) => 0,
                (_, true) => 3,
                (holder, _) if holder.is_member() => 2,
                _ => 1,
            };
            (rank, need.accounts.clone(), need.holder.clone())
        });
        let notes = needs.iter().filter_map(Need::note).collect();
        Needs { needs, notes }
    }
}

fn possible_members(topology: &Topology) -> BTreeSet<AccountId> {
    let mut possible = BTreeSet::new();
    let Some((_, organization)) = topology.lister() else { return possible };
    let mut open = organization.include.is_empty();
    for include in &organization.include {
        match include {
            Include::Account(id) => drop(possible.insert(id.clone())),
            Include::Unit(_) | Include::Name(_) | Include::Tags(_) => open = true,
        }
    }
    if open {
        possible.extend(MEMBER.parse::<AccountId>());
        possible.extend(topology.accounts.values().map(|account| account.id.clone()));
    }
    possible
}
