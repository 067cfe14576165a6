//! Conflicts between agents and sources over the same log groups.
//!
//! Works on the checked model and asks the tree only where to point.

use crate::topology::finding::{Findings, Span};
use crate::topology::model::{Agent, LogGroupClass, LogGroupSelector, LogTarget, Source, Topology};
use crate::topology::yaml::Node;

/// The lists of an agent that name log groups.
const LISTS: [&str; 3] = ["files", "journald", "windows_events"];

/// Checks all of them.
pub(in crate::topology) fn topology(topology: &Topology, root: &Node, findings: &mut Findings) {
    for agent in topology.agents.values() {
        let places: Vec<(&str, Span)> = LISTS
            .into_iter()
            .flat_map(|list| root.item_values(&["agents", agent.key.as_str(), list], "log_group"))
            .collect();
        for target in agent.collected.targets() {
            let written = places.iter().find(|(name, _)| *name == target.log_group);
            let Some((_, span)) = written else { continue };
            for source in topology.sources.values().filter(|source| names(source, agent, &target.log_group)) {
                let list = root.item_places(&["sources", source.key.as_str(), "log_groups"]);
                let other = list.get(target.log_group.as_str()).copied().unwrap_or(*span);
                said_twice(target, source, (*span, other), findings);
            }
        }
    }
}

/// Whether a source names a log group that an agent writes to; a glob may mean others.
fn names(source: &Source, agent: &Agent, group: &str) -> bool {
    let exact =
        |selector: &LogGroupSelector| matches!(selector, LogGroupSelector::Exact(name) if name == group);
    source.regions.contains(&agent.region)
        && source.accounts.iter().any(|account| agent.accounts.contains(account))
        && source.log_groups.iter().any(exact)
}

fn said_twice(target: &LogTarget, source: &Source, spans: (Span, Span), findings: &mut Findings) {
    let (group, key) = (&target.log_group, &source.key);
    // CloudWatch Logs User Guide, "Log classes": no subscription filters.
    if target.log_group_class == Some(LogGroupClass::InfrequentAccess) {
        let message = format!("`{group}` is `INFREQUENT_ACCESS`, and source `{key}` delivers it");
        let why = "log groups of that class do not support subscription filters";
        let help = "remove `log_group_class`, or the log group from the source";
        findings.add_conflict(spans, message, why, help);
    }
    let ours = source.retention_days.filter(|_| source.create);
    if let (Some(theirs), Some(ours)) = (target.retention_days, ours)
        && theirs != ours
    {
        let message =
            format!("`{group}` keeps events for {theirs} days here, and for {ours} in source `{key}`");
        let why = "the agent and logpipe would keep overwriting each other's retention";
        findings.add_conflict(spans, message, why, "write the same `retention_days` in both places");
    }
}
