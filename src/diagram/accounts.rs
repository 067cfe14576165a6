//! The accounts in the order in which a log line comes to them.

use std::collections::BTreeMap;

use super::model::{DrawnAccount, Station, StationKind};
use crate::address::AccountName;
use crate::topology::Topology;

/// The accounts that anything is in: those that only send first, then those that receive, then those that only read, each
/// in the order of their names.
pub(super) fn in_order(topology: &Topology, stations: &[Station]) -> Vec<DrawnAccount> {
    let mut ranks: BTreeMap<&AccountName, u8> = BTreeMap::new();
    for station in stations {
        let rank = match station.kind {
            StationKind::Agent | StationKind::LogGroups { .. } | StationKind::ReaderRole => 0,
            StationKind::Reader => 1,
            StationKind::Destination { .. } | StationKind::Stream { .. } | StationKind::Bucket { .. } => 2,
        };
        let known = ranks.entry(&station.account).or_default();
        *known = rank.max(*known);
    }
    // Who both reads and sends stands with the senders.
    for station in stations.iter().filter(|station| matches!(station.kind, StationKind::LogGroups { .. })) {
        ranks.entry(&station.account).and_modify(|rank| *rank = if *rank == 1 { 0 } else { *rank });
    }
    let mut order: Vec<(u8, &AccountName)> =
        ranks.into_iter().map(|(account, rank)| (if rank == 1 { 3 } else { rank }, account)).collect();
    order.sort_unstable();
    let drawn = order.into_iter().map(|(_, name)| DrawnAccount {
        name: name.clone(),
        id: topology.accounts.get(name).map(|account| account.id.clone()),
    });
    drawn.collect()
}
