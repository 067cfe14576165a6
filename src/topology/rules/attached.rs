//! How many policies this topology attaches to a role.

use std::collections::BTreeMap;

use super::iam::{Borrowed, borrowed};
use crate::topology::finding::{Findings, Span};
use crate::topology::keys::agents::MOST_POLICIES;
use crate::topology::model::{Agent, Holder, Reader, Topology};
use crate::topology::yaml::Node;

/// Checks every role.
pub(in crate::topology) fn topology(topology: &Topology, root: &Node, findings: &mut Findings) {
    for agent in topology.agents.values() {
        let there = match &agent.holder {
            Holder::Own(role) => role.managed_policies.len(),
            Holder::Role(_) | Holder::RoleOf(_) => 0,
        };
        let span = root.place(&["agents", agent.key.as_str(), "extra_policies"]);
        count(there + made(agent), &format!("the role of `{}`", agent.key), span, findings);
    }
    for reader in topology.readers.values() {
        let span = root.place(&["readers", reader.key.as_str(), "managed_policies"]);
        count(reader.managed_policies.len(), &format!("the role `{}`", reader.role), span, findings);
    }
    together(topology, root, findings);
}

/// Existing roles may be named in several places.
fn together(topology: &Topology, root: &Node, findings: &mut Findings) {
    let agents = topology.agents.values().filter(|agent| matches!(agent.holder, Holder::Role(_)));
    let of_agents = agents.flat_map(|agent| agent.accounts.iter().map(|_| made(agent)));
    let readers = topology.readers.values().filter(|reader| reader.trusted.role.is_some());
    let of_readers = readers.map(|_: &Reader| 1);
    let roles = borrowed(topology, root);
    let mut all: BTreeMap<(&str, String), (usize, usize, Span)> = BTreeMap::new();
    for (role, policies) in roles.iter().zip(of_agents.chain(of_readers)) {
        let Borrowed { account, name, span, .. } = role;
        let entry = all.entry((account, name.to_lowercase())).or_insert((0, 0, *span));
        *entry = (entry.0 + policies, entry.1 + 1, entry.2.max(*span));
    }
    // One that is named in one place is counted there.
    for ((account, name), (policies, _, span)) in all.into_iter().filter(|(_, (_, places, _))| *places > 1) {
        count(policies, &format!("the role `{name}` in {account}"), span, findings);
    }
}

fn made(agent: &Agent) -> usize {
    agent.extra_policies.len() + usize::from(agent.policy.is_some())
}

fn count(policies: usize, role: &str, span: Span, findings: &mut Findings) {
    if policies > MOST_POLICIES {
        let message = format!("{policies} policies for {role}");
        let why = format!("IAM allows {MOST_POLICIES} managed policies on a role");
        findings.add(span, message, why, "combine some of them, or leave some out");
    }
}
