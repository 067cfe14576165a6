//! `--prune`: what the record owns and the topology no longer names goes, dependents first, and only once what takes
//! its place is there. Pure.
//!
//! No event and no stored log is lost by it: what events may still be on their way through waits for them, a stream is
//! drained, and buckets and log groups stay, since the logs in them are nobody's to tidy away.

use std::collections::{BTreeMap, BTreeSet};

use super::doubt::{THEIRS, is_doubtful, is_ours};
use super::held::holders;
use super::uses::in_words;
use super::{Action, Step, Survey, Targets, gone};
use crate::address::{Address, KindName};
use crate::graph::Graph;
use crate::graph::dag::Needs;
use crate::record::{Entry, Origin, Record};
use crate::shell::quoted;
use crate::topology::Topology;

/// Where Firehose logs the errors of a stream that logpipe made.
pub(super) const ERROR_LOGS: &str = "/aws/kinesisfirehose/";

/// What becomes of orphans.
#[derive(Debug, Default)]
pub(super) struct Pruning {
    /// What is removed or forgotten.
    pub(super) steps: Vec<Step>,
    /// What stays, and why.
    pub(super) left: BTreeMap<Address, String>,
}

/// Plans it. `steps` are those of what the topology names.
pub(super) fn prune(survey: &Survey, record: &Record, targets: &Targets, steps: &[Step]) -> Pruning {
    let topology = super::with_recorded(&survey.topology, record);
    let forgotten = gone::steps(survey, record, targets);
    let is_gone = |address: &Address| forgotten.iter().any(|step| step.address == *address);
    let orphans: BTreeMap<Address, &Entry> = orphans(&survey.graph, record, targets)
        .into_iter()
        .filter(|address| !is_gone(address))
        .filter_map(|address| record.get(&address).map(|entry| (address, entry)))
        .collect();
    let mut left: BTreeMap<Address, String> = orphans
        .iter()
        .filter_map(|(address, entry)| Some((address.clone(), stays(address, entry, &topology, survey)?)))
        .collect();
    let mut holders = holders(record);
    // What is gone holds nothing.
    holders.values_mut().for_each(|holders| holders.retain(|holder| !is_gone(holder)));
    hold_back(&orphans, &holders, &survey.graph, &mut left);
    let going = orphans.keys().filter(|address| !left.contains_key(*address)).cloned().collect();
    let writes = steps.iter().filter(|step| step.writes()).map(|step| &step.address).collect();
    let theirs = orphans.iter().filter(|(address, entry)| {
        is_doubtful(address, entry) && !is_ours(address, entry, &survey.topology, record, &survey.observed)
    });
    let theirs = theirs.map(|(address, _)| address.clone()).collect();
    let around = Around { holders: &holders, going, theirs, writes };
    let gone = orphans.iter().filter(|(address, _)| around.going.contains(*address));
    let removed = gone.map(|(address, entry)| around.step(address, entry));
    Pruning { steps: removed.chain(forgotten.iter().cloned()).collect(), left }
}

/// What the record owns and the graph no longer names.
pub(super) fn orphans(graph: &Graph, record: &Record, targets: &Targets) -> Vec<Address> {
    let retiring: BTreeSet<&Address> = graph.retiring.iter().map(|retirement| &retirement.address).collect();
    let named = |address: &Address| {
        graph.nodes.contains_key(address) || graph.outside.contains(address) || retiring.contains(address)
    };
    let owned = record.entries().keys();
    // Of what is in accounts that are left out nobody knows whether a glob still finds it.
    let known = owned.filter(|address| !graph.skips(&address.account));
    known.filter(|address| !named(address) && targets.matches(address)).cloned().collect()
}

/// Whether events leave by it, which an access policy of a destination must admit.
pub(super) fn subscribes(kind: KindName) -> bool {
    matches!(kind, KindName::SubscriptionFilter | KindName::LogsAccountPolicy)
}

/// Why an orphan is not for pruning.
fn stays(address: &Address, entry: &Entry, topology: &Topology, survey: &Survey) -> Option<String> {
    if entry.origin == Origin::Adopted {
        return None;
    }
    let known = topology.accounts.get(&address.account).is_some_and(|account| account.id == entry.account_id);
    if !known {
        return Some(format!(
            "`accounts` does not name {} any more, and `access` has no role_name to get into it by; put it back until this is pruned",
            entry.account_id
        ));
    }
    let target = quoted(&address.to_string());
    if is_doubtful(address, entry) && !survey.observed.knows(address) {
        return Some(format!(
            "an earlier run stopped before it was done with it, and whose it is could not be looked at; `logpipe destroy --target {target}` says why, or removes it if it is logpipe's"
        ));
    }
    match address.kind {
        KindName::S3Bucket => Some(format!(
            "it holds the delivered logs; `logpipe destroy --target {target} --delete-data` removes it with them"
        )),
        KindName::S3BucketPolicy => Some("it guards the bucket, which stays".to_owned()),
        KindName::LogGroup if is_sent_from(address, &survey.graph) => {
            Some("a source sends from it, although none makes it any more".to_owned())
        }
        KindName::LogGroup if !survey.observed.uses(address).is_empty() => Some(format!(
            "others have {} on it, which would go with it: have them take that off; `logpipe destroy --target {target} --delete-data` takes it along",
            in_words(survey.observed.uses(address))
        )),
        KindName::LogGroup if !address.name.starts_with(ERROR_LOGS) => {
            Some(format!("it holds log events; `logpipe destroy --target {target}` removes it with them"))
        }
        KindName::LogsDestinationPolicy
            if survey.graph.nodes.contains_key(&destination_of(address))
                || survey.graph.outside.contains(&destination_of(address)) =>
        {
            Some("AWS deletes it only with its destination, which stays".to_owned())
        }
        _ => None,
    }
}

fn destination_of(policy: &Address) -> Address {
    Address { kind: KindName::LogsDestination, ..policy.clone() }
}

/// Whether a subscription of the topology is on a log group, or on all groups of its account.
fn is_sent_from(group: &Address, graph: &Graph) -> bool {
    graph.nodes.keys().chain(&graph.outside).any(|address| {
        (&address.account, &address.place) == (&group.account, &group.place)
            && match address.kind {
                KindName::SubscriptionFilter => address.name_parts().0 == group.name,
                KindName::LogsAccountPolicy => true,
                _ => false,
            }
    })
}

/// What something that stays is tied to stays with it.
fn hold_back(
    orphans: &BTreeMap<Address, &Entry>,
    holders: &Needs<Address>,
    graph: &Graph,
    left: &mut BTreeMap<Address, String>,
) {
    loop {
        let held = |address: &&Address| {
            let held_by = holders.get(*address)?.iter().find(|holder| {
                let named = graph.nodes.contains_key(*holder);
                graph.outside.contains(*holder)
                    || left.contains_key(*holder)
                    || !(named || orphans.contains_key(*holder) || is_retiring(graph, holder))
            })?;
            Some(((*address).clone(), format!("{held_by}, which stays, needs it")))
        };
        let more = orphans.keys().filter(|address| !left.contains_key(*address));
        let Some((address, why)) = more.filter_map(|address| held(&address)).next() else { return };
        left.insert(address, why);
    }
}

fn is_retiring(graph: &Graph, address: &Address) -> bool {
    graph.retiring.iter().any(|retirement| retirement.address == *address)
}

/// What a removal depends on.
struct Around<'a> {
    holders: &'a Needs<Address>,
    going: BTreeSet<Address>,
    /// What turned out not to be logpipe's.
    theirs: BTreeSet<Address>,
    /// Steps of what the topology names.
    writes: BTreeSet<&'a Address>,
}

impl Around<'_> {
    fn step(&self, address: &Address, entry: &Entry) -> Step {
        let (action, reason) = match entry.origin {
            Origin::Created | Origin::Recovered if self.theirs.contains(address) => (Action::Forget, THEIRS),
            Origin::Adopted if subscribes(address.kind) => (
                Action::Forget,
                "the topology no longer names it, and logpipe did not make it: it stays as it is, is no longer in the record, and delivers nothing from now on unless its account sends to the destination by another source",
            ),
            Origin::Adopted => (
                Action::Forget,
                "the topology no longer names it, and logpipe did not make it: it stays as it is, and is no longer in the record",
            ),
            Origin::Created | Origin::Recovered => self.removal(address),
        };
        Step {
            account: entry.account_id.clone(),
            address: address.clone(),
            action,
            changes: Vec::new(),
            after: self.first(address).into_iter().collect(),
            needs: entry.needs.iter().cloned().collect(),
            reason: reason.to_owned(),
            narrowing: None,
        }
    }

    /// How it is removed, and why so.
    fn removal(&self, address: &Address) -> (Action, &'static str) {
        match address.kind {
            KindName::FirehoseStream => (
                Action::Retire,
                "the topology no longer names it; it is deleted once it is drained, 3 min and its buffer time after nothing points at it any more",
            ),
            KindName::LogsDestination => (
                Action::Retire,
                "the topology no longer names it; it is deleted 3 min after the last subscription has left it",
            ),
            KindName::IamRole if !self.is_calm(address) => (
                Action::Retire,
                "the topology no longer names it; it is deleted 3 min after nothing is sent as it any more",
            ),
            KindName::LogGroup => {
                (Action::Delete, "the topology no longer names it; the delivery errors in it go with it")
            }
            KindName::LogsDestinationPolicy => {
                (Action::Delete, "the topology no longer names it; it goes with its destination")
            }
            _ => (Action::Delete, "the topology no longer names it"),
        }
    }

    /// Whether all that uses a role waits for what is on its way before it goes.
    fn is_calm(&self, role: &Address) -> bool {
        let mut users = self.holders.get(role).into_iter().flatten().peekable();
        users.peek().is_some()
            && users.all(|user| {
                match user.kind {
                    KindName::LogsDestination | KindName::FirehoseStream => self.going.contains(user),
                    // Through the role of an agent or a reader nothing is on its way.
                    kind => matches!(kind, KindName::IamRolePolicyAttachment | KindName::IamInstanceProfile),
                }
            })
    }

    /// What has to be done before it is removed: whatever is tied to it lets go, and what takes its place is there.
    fn first(&self, address: &Address) -> BTreeSet<Address> {
        let holders = |of: &Address| self.holders.get(of).into_iter().flatten();
        let mut first: BTreeSet<Address> = match address.kind {
            // The record must not forget it while it is still there, with its destination.
            KindName::LogsDestinationPolicy => return [destination_of(address)].into(),
            KindName::LogsDestination => {
                let policy = Address { kind: KindName::LogsDestinationPolicy, ..address.clone() };
                holders(address)
                    .chain(holders(&policy))
                    .filter(|holder| **holder != policy)
                    .cloned()
                    .collect()
            }
            _ => holders(address).cloned().collect(),
        };
        if subscribes(address.kind) {
            first.extend(self.writes.iter().copied().filter(|other| replaces(other, address)).cloned());
        }
        first
    }
}

/// Whether a subscription takes events from where another one does.
fn replaces(other: &Address, subscription: &Address) -> bool {
    let filter = KindName::SubscriptionFilter;
    let one_group = other.kind != filter
        || subscription.kind != filter
        || other.name_parts().0 == subscription.name_parts().0;
    subscribes(other.kind)
        && (&other.account, &other.place) == (&subscription.account, &subscription.place)
        && one_group
}
