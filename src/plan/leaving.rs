//! The steps of streams that are left: those that go, and those that stay without the right to be sent to. Pure.

use super::{Action, Step};
use crate::address::Address;
use crate::graph::Graph;
use crate::record::Record;
use crate::topology::Topology;

/// The streams that successors have taken over from, each once everything has let go of it.
pub(super) fn retirements(topology: &Topology, graph: &Graph, record: &Record) -> Vec<Step> {
    let owned = graph.retiring.iter().filter(|retirement| record.get(&retirement.address).is_some());
    owned
        .map(|retirement| Step {
            account: topology.accounts[&retirement.address.account].id.clone(),
            address: retirement.address.clone(),
            action: Action::Retire(retirement.role.clone().into_iter().collect()),
            changes: Vec::new(),
            after: retirement.after.clone(),
            needs: Vec::new(),
            reason: format!(
                "{} takes over; it is deleted once it is drained, 3 min and its buffer time after nothing points at it any more",
                retirement.successor.name
            ),
        })
        .collect()
}

/// Streams that are no longer sent to, and stay. One that is a resource of this topology again has a step already;
/// the next plan lets go of it.
pub(super) fn releases(topology: &Topology, graph: &Graph, steps: &[Step]) -> Vec<Step> {
    let taken = |address: &Address| steps.iter().any(|step| step.address == *address);
    let releasing = graph.releasing.iter().filter(|release| !taken(&release.address));
    releasing
        .map(|release| Step {
            account: topology.accounts[&release.address.account].id.clone(),
            address: release.address.clone(),
            action: Action::Release(release.role.clone().into_iter().collect()),
            changes: Vec::new(),
            after: release.after.clone(),
            needs: Vec::new(),
            reason: format!(
                "{} takes its place; 3 min after nothing points at it any more, the right to put records on it goes, and it stays",
                release.successor.name
            ),
        })
        .collect()
}
