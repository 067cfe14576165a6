//! The IAM of agents and readers between parts of a topology: names, existing roles, instances.
//!
//! Works on the checked model and asks the tree only where to point.

use std::collections::{BTreeMap, BTreeSet};

use super::across::Named;
use crate::address::{AccountName, last_part};
use crate::topology::finding::{Findings, Span};
use crate::topology::model::{Agent, Holder, Reader, Topology};
use crate::topology::yaml::Node;

/// A role that the topology uses and does not make.
pub(in crate::topology) struct Borrowed<'t> {
    /// The id of its account.
    pub(in crate::topology) account: String,
    /// Its name, without its path.
    pub(in crate::topology) name: &'t str,
    /// Where it is named.
    pub(in crate::topology) span: Span,
    /// How it may be got otherwise.
    help: &'static str,
}

/// What agents and readers make, by names that IAM takes once.
pub(in crate::topology) fn named<'t>(topology: &'t Topology, root: &Node) -> Vec<Named<'t>> {
    let agents = topology.agents.values().flat_map(|agent| {
        agent.accounts.iter().flat_map(move |account| of_agent(agent, id(topology, account), root))
    });
    let readers = topology.readers.values().flat_map(|reader| of_reader(reader, topology, root));
    agents.chain(readers).collect()
}

fn of_agent<'t>(agent: &'t Agent, account: String, root: &Node) -> Vec<Named<'t>> {
    let at = ["agents", agent.key.as_str()];
    let place = |path: &[&str]| root.place(&[&at, path].concat());
    let named = |what, name, span| Named { what, scope: account.clone(), name, span };
    let mut all = Vec::new();
    if let Some(policy) = &agent.policy {
        all.push(named("policy", policy.name.as_str(), place(&["policy", "name"])));
    }
    let places = root.item_values(&[&at[..], &["extra_policies"]].concat(), "name");
    let extra: BTreeSet<&str> = agent.extra_policies.iter().map(|policy| policy.name.as_str()).collect();
    for name in extra {
        // One that is given twice has two places; each stands for itself.
        let spans = places.iter().filter(|(written, _)| *written == name).map(|(_, span)| *span);
        all.extend(spans.map(|span| named("policy", name, span)));
    }
    if let Holder::Own(role) = &agent.holder {
        all.push(named("role", role.name.as_str(), place(&["role", "name"])));
        let profile = role.instance_profile.as_str();
        all.push(named("instance profile", profile, place(&["instance_profile"])));
    }
    all
}

fn of_reader<'t>(reader: &'t Reader, topology: &Topology, root: &Node) -> [Named<'t>; 2] {
    let place = |key: &str| root.place(&["readers", reader.key.as_str(), key]);
    [
        Named { what: "role", scope: id(topology, &reader.account), name: &reader.role, span: place("role") },
        Named {
            what: "policy",
            scope: id(topology, &reader.trusted.account),
            name: &reader.policy,
            span: place("policy"),
        },
    ]
}

/// The existing roles.
pub(in crate::topology) fn borrowed<'t>(topology: &'t Topology, root: &Node) -> Vec<Borrowed<'t>> {
    let mut all = Vec::new();
    for agent in topology.agents.values() {
        let Holder::Role(name) = &agent.holder else { continue };
        let span = root.place(&["agents", agent.key.as_str(), "attach_to", "role"]);
        let help = "add the policies to the agent that makes the role, as `extra_policies`";
        all.extend(agent.accounts.iter().map(|account| Borrowed {
            account: id(topology, account),
            name: last_part(name),
            span,
            help,
        }));
    }
    for reader in topology.readers.values() {
        let Some(name) = &reader.trusted.role else { continue };
        let span = root.place(&["readers", reader.key.as_str(), "trusted", "role"]);
        let account = id(topology, &reader.trusted.account);
        let help = "name an existing role";
        all.push(Borrowed { account, name: last_part(name), span, help });
    }
    all
}

/// A role is either made or exists already.
pub(in crate::topology) fn not_our_own(
    borrowed: &[Borrowed<'_>],
    named: &[Named<'_>],
    findings: &mut Findings,
) {
    for role in borrowed {
        let ours = named.iter().find(|named| {
            named.what == "role" && named.scope == role.account && named.name.eq_ignore_ascii_case(role.name)
        });
        if let Some(ours) = ours.filter(|_| !role.name.is_empty()) {
            let message = format!("`{}` is a role that this topology makes", role.name);
            let why = "a role that is named here must exist already, and logpipe does not change it";
            findings.add_conflict((role.span, ours.span), message, why, role.help);
        }
    }
}

/// An instance has one profile, so it is associated once, and not by one agent while another counts on its role.
pub(in crate::topology) fn instances(topology: &Topology, root: &Node, findings: &mut Findings) {
    let mut associated: BTreeMap<&str, Span> = BTreeMap::new();
    let mut all: Vec<(Span, &str)> = Vec::new();
    for agent in topology.agents.values() {
        let Holder::Own(role) = &agent.holder else { continue };
        let places = root.item_places(&["agents", agent.key.as_str(), "associate_with", "instances"]);
        let ids = role.associate_with.iter().map(String::as_str);
        all.extend(ids.filter_map(|id| Some((*places.get(id)?, id))));
    }
    all.sort_unstable();
    for (span, id) in all {
        if let Some(other) = associated.insert(id, span) {
            let message = format!("two agents associate a profile with `{id}`");
            let why = "an instance has one instance profile";
            findings.add_conflict((span, other), message, why, "remove it from one of them");
        }
    }
    for agent in topology.agents.values() {
        let Holder::RoleOf(ids) = &agent.holder else { continue };
        let places = root.item_places(&["agents", agent.key.as_str(), "attach_to", "instances"]);
        for id in ids {
            let (Some(span), Some(other)) = (places.get(id.as_str()), associated.get(id.as_str())) else {
                continue;
            };
            let message = format!("`{id}` gets another profile through `associate_with`");
            let why = "it then no longer has its current role";
            let help = "remove it here, and add the policies to the agent that gives it a profile";
            findings.add_conflict((*span, *other), message, why, help);
        }
    }
}

pub(in crate::topology) fn id(topology: &Topology, account: &AccountName) -> String {
    topology.accounts.get(account).map(|account| account.id.to_string()).unwrap_or_default()
}
