//! Decides what to do about every resource. Pure: desired state, live state and record in, plan out.

use std::collections::BTreeMap;

use super::observe::{Observed, Seen};
use super::status::{ResourceStatus, Standing};
use super::{Action, Plan, Step};
use crate::address::{AccountId, AccountName, Address, KindName, Place};
use crate::graph::dag::{Cycle, order};
use crate::graph::{Graph, Node, OWNERSHIP_TAG};
use crate::provider::{FieldChange, Live};
use crate::record::{Entry, Origin, Record, State};
use crate::topology::Topology;

/// What the user has allowed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowed {
    /// `--adopt`: take over existing resources of the planned names.
    pub adopt: bool,
}

/// One decision: what to do, what differs, why.
struct Decision {
    action: Action,
    changes: Vec<FieldChange>,
    reason: String,
}

/// Makes the plan.
///
/// # Errors
/// [`Cycle`], when resources need each other in a circle, which a topology cannot express.
pub fn decide(
    topology: &Topology,
    graph: &Graph,
    observed: &Observed,
    record: &Record,
    allowed: Allowed,
) -> Result<Plan, Cycle> {
    let owned: Owned<'_> = record
        .entries()
        .iter()
        .map(|(address, entry)| (resource_in(&entry.account_id, address), address))
        .collect();
    let mut steps = Vec::with_capacity(graph.nodes.len());
    for address in order(&graph.needs())? {
        let node = &graph.nodes[&address];
        let account = topology.accounts[&address.account].id.clone();
        let decision = match elsewhere(&address, &account, record, &owned) {
            Some(reason) => Decision { action: Action::Refuse, changes: Vec::new(), reason },
            None => decide_one(node, observed.of(&address), record, topology.name.as_str(), allowed),
        };
        steps.push(Step {
            account,
            after: node.needs.iter().map(|need| need.address.clone()).collect(),
            address,
            action: decision.action,
            changes: decision.changes,
            reason: decision.reason,
        });
    }
    let orphans = orphans(graph, record);
    let mut notes = graph.notes.clone();
    if orphans.iter().any(|orphan| orphan.kind == KindName::SubscriptionFilter) {
        notes.push(
            "subscription filters that no source names any more stay, but deliver only while their account is a sender of the destination: put the source back to keep them delivering, or delete them"
                .to_owned(),
        );
    }
    Ok(Plan { topology: topology.name.to_string(), steps, orphans, notes })
}

/// Whether the record knows the address in another account, or the resource under another name of its account. Going
/// on would lose track of what is there, so that has to be settled first.
fn elsewhere(address: &Address, account: &AccountId, record: &Record, owned: &Owned<'_>) -> Option<String> {
    if let Some(entry) = record.get(address) {
        return (entry.account_id != *account).then(|| {
            format!(
                "the record knows it in account {}, and `{}` is {account} now: destroy it there first, or give this topology another `record`",
                entry.account_id, address.account
            )
        });
    }
    let known = owned.get(&resource_in(account, address))?;
    Some(format!("the record knows it as {known}: give the account its name `{}` back", known.account))
}

/// What the record owns, whatever its account is called.
type Owned<'a> = BTreeMap<(&'a AccountId, &'a Place, KindName, &'a str), &'a Address>;

fn resource_in<'a>(
    account: &'a AccountId,
    address: &'a Address,
) -> (&'a AccountId, &'a Place, KindName, &'a str) {
    (account, &address.place, address.kind, &address.name)
}

/// What the record owns and the graph no longer names.
fn orphans(graph: &Graph, record: &Record) -> Vec<Address> {
    record.entries().keys().filter(|address| !graph.nodes.contains_key(address)).cloned().collect()
}

fn decide_one(node: &Node, seen: &Seen, record: &Record, topology: &str, allowed: Allowed) -> Decision {
    let resource = &node.resource;
    let owned = record.get(&node.address);
    let live = match seen {
        Seen::Live(live) => live,
        Seen::Homeless => {
            let (group, _) = node.address.name_parts();
            let reason =
                format!("the log group {group} does not exist; `create: true` on its source makes it");
            return Decision { action: Action::Refuse, changes: Vec::new(), reason };
        }
        Seen::Absent => {
            let reason = match owned.map(|entry| entry.state) {
                Some(State::Present) => "logpipe made it, and it is gone",
                Some(State::Intended | State::Deleting) => "an earlier run stopped before it was made",
                None => "it does not exist",
            };
            let action = Action::Create(resource.clone());
            return Decision { action, changes: resource.fields(), reason: reason.to_owned() };
        }
    };
    // A creation that an earlier run only intended, found without the tag that it would have had from the first
    // moment, is somebody else's.
    let theirs = |entry: &Entry| {
        entry.state == State::Intended
            && entry.origin == Origin::Created
            && resource.tagged_at_creation()
            && tagged(live).is_none()
    };
    if owned.is_none_or(theirs) {
        return decide_foreign(node, live, topology, allowed);
    }
    if let Some(why) = resource.replacement(live) {
        return Decision {
            action: Action::Replace(resource.clone()),
            changes: resource.diff(live),
            reason: why,
        };
    }
    let changes = resource.diff(live);
    if changes.is_empty() {
        let reason = with_foreign("as declared".to_owned(), node, live);
        return Decision { action: Action::Keep, changes, reason };
    }
    let reason = with_foreign(differs(&changes), node, live);
    Decision { action: Action::Update(resource.clone()), changes, reason }
}

/// It is there, and the record does not know it.
fn decide_foreign(node: &Node, live: &Live, topology: &str, allowed: Allowed) -> Decision {
    if node.resource.uses_existing() {
        let reason = "it was there before logpipe, and is used as it is".to_owned();
        return Decision { action: Action::Keep, changes: Vec::new(), reason };
    }
    let changes = node.resource.diff(live);
    let sign = tagged(live).map_or("it exists, and logpipe's record does not know it".to_owned(), |owner| {
        if owner == topology {
            format!(
                "it exists with this topology's tag {OWNERSHIP_TAG}, but logpipe's record does not know it"
            )
        } else {
            format!("it exists and carries the tag of another topology, `{owner}`")
        }
    });
    if allowed.adopt
        && let Some(why) = node.resource.replacement(live)
    {
        let reason = format!("{sign}; it cannot be taken over, because {why}");
        return Decision { action: Action::Refuse, changes, reason };
    }
    if allowed.adopt {
        let reason = with_foreign(format!("{sign}; taken over"), node, live);
        return Decision { action: Action::Adopt(node.resource.clone()), changes, reason };
    }
    Decision { action: Action::Refuse, changes, reason: format!("{sign}; --adopt takes it over") }
}

fn tagged(live: &Live) -> Option<&str> {
    live.tags()?.get(OWNERSHIP_TAG).map(String::as_str)
}

fn differs(changes: &[FieldChange]) -> String {
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    format!("differs in {}", fields.join(", "))
}

/// What others have added is said and left.
fn with_foreign(reason: String, node: &Node, live: &Live) -> String {
    let foreign = node.resource.foreign(live);
    if foreign.is_empty() {
        return reason;
    }
    let fields: Vec<String> = foreign.iter().map(|change| change.field.replace("foreign.", "")).collect();
    format!("{reason}; others have added {}, left as they are", fields.join(", "))
}

/// How every resource stands.
pub fn standings(graph: &Graph, observed: &Observed, record: &Record) -> Vec<ResourceStatus> {
    let mut standings: Vec<ResourceStatus> = graph
        .nodes
        .values()
        .map(|node| standing(node, observed.of(&node.address), record.get(&node.address).is_some()))
        .collect();
    standings.extend(orphans(graph, record).into_iter().map(|address| ResourceStatus {
        address,
        status: Standing::Orphan,
        changes: Vec::new(),
        reason: "logpipe's, but no longer in the topology".to_owned(),
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
        Seen::Homeless => return line(Standing::Missing, Vec::new(), "its log group does not exist"),
    };
    if !owned && node.resource.uses_existing() {
        return line(Standing::InSync, Vec::new(), "it was there before logpipe, and is used as it is");
    }
    let mut changes = node.resource.diff(live);
    if !owned {
        return line(Standing::Foreign, changes, "it exists, and logpipe's record does not know it");
    }
    changes.extend(node.resource.foreign(live));
    if changes.is_empty() {
        line(Standing::InSync, changes, "as declared")
    } else {
        let reason = differs(&changes);
        line(Standing::Drifted, changes, &reason)
    }
}

/// The accounts that carrying out a plan needs, by name.
pub fn accounts_of(plan: &Plan) -> std::collections::BTreeSet<&AccountName> {
    plan.steps.iter().map(|step| &step.address.account).collect()
}
