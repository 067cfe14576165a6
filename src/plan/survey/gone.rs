//! Resources that the topology no longer names and that no longer exist: the record forgets them.
//!
//! Most were deleted with their container: a filter with its log group, a policy with its bucket, an attachment with
//! its role. Checking costs one read per resource that nothing names; deciding is pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, UNIX_EPOCH};

use super::observe::{Observed, Seen, look};
use crate::address::Address;
use crate::aws::Accounts;
use crate::clock::Clock;
use crate::event::Events;
use crate::graph::{Graph, Node};
use crate::plan::decide::prune::orphans;
use crate::plan::model::reason::{Vanished, Why};
use crate::plan::{Action, Step, Survey, Targets};
use crate::provider::{Facts, Home, Removal};
use crate::record::{Entry, Record, State};

/// How long after its last change something may not be shown yet. IAM and S3 take seconds; nothing is lost by waiting.
const SETTLING: Duration = Duration::from_secs(600);

/// Looks whether what nothing names any more is still there, in the accounts that have been entered. What cannot be looked
/// at counts as there.
pub async fn observe_orphans(
    observed: Observed,
    graph: &Graph,
    record: &Record,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> Observed {
    let now = clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let settled = |entry: &Entry| Duration::from_secs(entry.changed_at) + SETTLING <= now;
    let asks = |address: &Address, entry: &Entry| {
        // Another account may have the name by now.
        let entered =
            accounts.get(&address.account).is_some_and(|connection| connection.id == entry.account_id);
        entered && entry.state == State::Present && settled(entry)
    };
    let mut nodes: BTreeMap<Address, Node> = orphans(graph, record, &Targets::default())
        .into_iter()
        .filter(|address| {
            !observed.knows(address) && record.get(address).is_some_and(|entry| asks(address, entry))
        })
        .map(|address| (address.clone(), Node::to_look_at(&address)))
        .collect();
    into_wholes(&mut nodes, graph, record);
    if nodes.is_empty() {
        return observed;
    }
    let graph = Graph { nodes, ..Graph::default() };
    let (seen, _) = Box::pin(look(&graph, accounts, clock, events)).await;
    observed.with_orphans(seen)
}

/// What is part of something has no read of its own: it is looked at in that. Where that is not looked at and may be there,
/// so may the part.
fn into_wholes(nodes: &mut BTreeMap<Address, Node>, graph: &Graph, record: &Record) {
    let looked_at: BTreeSet<Address> = nodes.keys().cloned().collect();
    nodes.retain(|address, node| {
        let Removal::PartOf(whole) = Facts::of(address.kind).removal else { return true };
        let whole = whole.of(address);
        let may_be_there = graph.nodes.contains_key(&whole) || record.get(&whole).is_some();
        if looked_at.contains(&whole) {
            node.container = Some(whole);
            return true;
        }
        !may_be_there
    });
}

/// The steps that forget it.
pub(crate) fn steps(survey: &Survey, record: &Record, targets: &Targets) -> Vec<Step> {
    let orphans = orphans(&survey.graph, record, targets);
    let gone = orphans.iter().filter(|address| survey.observed.is_gone(address));
    gone.filter_map(|address| Some((address, record.get(address)?)))
        .map(|(address, entry)| Step {
            account: entry.account_id.clone(),
            address: address.clone(),
            action: Action::Forget,
            changes: Vec::new(),
            after: Vec::new(),
            needs: entry.needs.iter().cloned().collect(),
            reason: Why::UnnamedAndGone(how(address, survey.observed.of(address))).into(),
            narrowing: None,
        })
        .collect()
}

/// How it went, as far as that was seen.
fn how(address: &Address, seen: &Seen) -> Vanished {
    match (Facts::of(address.kind).home, seen) {
        (Home::Seen(home), Seen::Impossible(_)) => {
            Vanished::With { home, name: address.name_parts().0.to_owned() }
        }
        (Home::In(home), _) => Vanished::WithOrBefore { home },
        (Home::Own | Home::Seen(_), _) => Vanished::Itself,
    }
}
