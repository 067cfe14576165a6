//! All of these rules, and where they point.

use super::variables;
use crate::topology::finding::{Findings, Span};
use crate::topology::model::Topology;
use crate::topology::yaml::Node;

/// Warns of all of it.
pub(in crate::topology) fn topology(topology: &Topology, root: &Node, findings: &mut Findings) {
    let unmeant = Unmeant { topology, root };
    unmeant.log_groups(findings);
    unmeant.exclusions(findings);
    unmeant.retentions(findings);
    unmeant.distributions(findings);
    unmeant.other_regions(findings);
    unmeant.delivered_twice(findings);
    unmeant.accounts(findings);
    unmeant.unused_destinations(findings);
    unmeant.organization(findings);
    unmeant.trust(findings);
    unmeant.prefixes(findings);
    unmeant.extensions(findings);
    unmeant.keys_of_others(findings);
    unmeant.transitions(findings);
    unmeant.ways_in(findings);
    unmeant.agents(findings);
    unmeant.readers(findings);
    variables::of(root, findings);
}

/// A topology and its tree.
pub(super) struct Unmeant<'t> {
    pub(super) topology: &'t Topology,
    pub(super) root: &'t Node,
}

impl Unmeant<'_> {
    /// Where a key is written, if it is.
    pub(super) fn key(&self, path: &[&str]) -> Option<Span> {
        let (last, sections) = path.split_last()?;
        let section = sections.iter().try_fold(self.root, |node, step| Some(&*node.entry(step)?.value))?;
        section.entry(last).map(|entry| entry.key_span)
    }
}
