//! The steps for streams that have been replaced by successors. Pure.

use crate::graph::Graph;
use crate::plan::model::reason::Why;
use crate::plan::{Action, Step};
use crate::record::Record;
use crate::topology::Topology;

/// The streams that have successors, each once nothing uses it any more.
pub(in crate::plan) fn retirements(topology: &Topology, graph: &Graph, record: &Record) -> Vec<Step> {
    let owned = graph.retiring.iter().filter(|retirement| record.get(&retirement.address).is_some());
    owned
        .map(|retirement| Step {
            account: topology.accounts[&retirement.address.account].id.clone(),
            address: retirement.address.clone(),
            action: Action::Retire,
            changes: Vec::new(),
            after: retirement.after.clone(),
            needs: Vec::new(),
            reason: Why::GivesOver { to: retirement.successor.name.to_string() }.into(),
            narrowing: None,
        })
        .collect()
}
