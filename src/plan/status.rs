//! How every resource stands, as `status` tells it.

use super::Targets;
use super::decide::{USED_AS_IT_IS, differs};
use super::notices::{added, fields};
use super::observe::{Observed, Seen};
use super::prune::orphans;
use crate::address::Address;
use crate::graph::{Graph, Node};
use crate::provider::FieldChange;
use crate::record::Record;

/// How one resource stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There, and as the topology says.
    InSync,
    /// There and as the topology says, and others have added to it, which stays.
    Amended,
    /// There and logpipe's, but changed.
    Drifted,
    /// Not there.
    Missing,
    /// There, but not logpipe's.
    Foreign,
    /// Logpipe's, but no longer in the topology.
    Orphan,
    /// A successor has taken over from it, and it is still to be drained and deleted.
    Retired,
}

impl ResourceStatus {
    /// Whether an apply would have something to do about it. What others have added stays, whatever it is.
    pub fn pending(&self) -> bool {
        match self.status {
            Standing::InSync | Standing::Amended | Standing::Orphan => false,
            Standing::Drifted | Standing::Missing | Standing::Foreign | Standing::Retired => true,
        }
    }
}

/// One line of `status`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ResourceStatus {
    /// Which resource.
    pub address: Address,
    /// How it stands.
    pub status: Standing,
    /// What differs.
    pub changes: Vec<FieldChange>,
    /// Why, in one sentence.
    pub reason: String,
}

/// How every resource stands.
pub fn standings(
    graph: &Graph,
    observed: &Observed,
    record: &Record,
    targets: &Targets,
) -> Vec<ResourceStatus> {
    let mut standings: Vec<ResourceStatus> = graph
        .nodes
        .values()
        // A group that a glob found and that takes no filter is left out by plans, which say so.
        .filter(|node| !(node.found && matches!(observed.of(&node.address), Seen::Impossible(_))))
        .map(|node| standing(node, observed.of(&node.address), record.get(&node.address).is_some()))
        .collect();
    let retired = graph.retiring.iter().filter(|retirement| record.get(&retirement.address).is_some());
    standings.extend(retired.map(|retirement| ResourceStatus {
        address: retirement.address.clone(),
        status: Standing::Retired,
        changes: Vec::new(),
        reason: format!(
            "{} takes over; apply deletes it once nothing points at it and it is drained",
            retirement.successor.name
        ),
    }));
    standings.extend(orphans(graph, record, targets).into_iter().map(|address| {
        ResourceStatus {
            status: Standing::Orphan,
            changes: Vec::new(),
            reason: match observed.is_gone(&address) {
                true => "no longer in the topology, and gone; the next apply takes it out of the record",
                false => "logpipe's, but no longer in the topology",
            }
            .to_owned(),
            address,
        }
    }));
    standings
}

fn standing(node: &Node, seen: &Seen, owned: bool) -> ResourceStatus {
    let line = |status, changes: Vec<FieldChange>, reason: &str| ResourceStatus {
        address: node.address.clone(),
        status,
        changes,
        reason: reason.to_owned(),
    };
    let live = match seen {
        Seen::Live(live) => live,
        Seen::Absent => return line(Standing::Missing, Vec::new(), "it does not exist"),
        Seen::Impossible(why) => return line(Standing::Missing, Vec::new(), why),
    };
    if !owned && node.resource.uses_existing() {
        return line(Standing::InSync, Vec::new(), USED_AS_IT_IS);
    }
    if !owned {
        let mut resource = node.resource.clone();
        resource.taken_over();
        let changes = resource.diff(live);
        return line(Standing::Foreign, changes, "it exists, and logpipe's record does not know it");
    }
    let mut changes = node.resource.diff(live);
    let added = added(node, live, owned);
    let (standing, reason) = match (changes.is_empty(), added.is_empty()) {
        (true, true) => (Standing::InSync, "as declared".to_owned()),
        (true, false) => (
            Standing::Amended,
            format!("as declared; others have added {}, left as they are", fields(&added)),
        ),
        (false, _) => (Standing::Drifted, differs(&changes)),
    };
    changes.extend(added);
    line(standing, changes, &reason)
}
