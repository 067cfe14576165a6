//! `--prune` removes what the record owns and the topology no longer names, dependents first, and only once the
//! replacement exists. Pure.
//!
//! It loses no event and no stored log: resources that events may still pass through wait for them, a stream is
//! drained, and buckets and log groups stay, since nobody asked to delete the logs in them.

use std::collections::{BTreeMap, BTreeSet};

use super::ownership::{Claim, Ownership};
use crate::address::Address;
use crate::graph::Graph;
use crate::graph::dag::Needs;
use crate::plan::lifecycle::held::holders;
use crate::plan::model::note::Stays;
use crate::plan::model::reason::{Removed, Why};
use crate::plan::survey::gone;
use crate::plan::survey::uses::Use;
use crate::plan::{Action, Step, Survey, Targets};
use crate::provider::{Consent, Contents, Facts, Flow, Reach, Removal, parts_of};
use crate::record::{Entry, Record};

/// What becomes of orphans.
#[derive(Debug, Default)]
pub(crate) struct Pruning {
    /// What would be removed, or forgotten.
    pub(crate) removed: Vec<Step>,
    /// What is gone already, and is forgotten with and without pruning.
    pub(crate) forgotten: Vec<Step>,
    /// What stays, and why.
    pub(crate) left: BTreeMap<Address, Stays>,
}

/// Plans it. `steps` are those of what the topology names.
pub(crate) fn prune(survey: &Survey, record: &Record, targets: &Targets, steps: &[Step]) -> Pruning {
    let forgotten = gone::steps(survey, record, targets);
    let gone: BTreeSet<Address> = forgotten.iter().map(|step| step.address.clone()).collect();
    let is_gone = |address: &Address| gone.contains(address);
    let orphans: BTreeMap<Address, &Entry> = orphans(&survey.graph, record, targets)
        .into_iter()
        .filter(|address| !is_gone(address))
        .filter_map(|address| record.get(&address).map(|entry| (address, entry)))
        .collect();
    if orphans.is_empty() {
        return Pruning { forgotten, ..Pruning::default() };
    }
    let topology = crate::plan::with_recorded(&survey.topology, record);
    let ownership = Ownership::new(&topology, record, &survey.observed);
    let mut left: BTreeMap<Address, Stays> = orphans
        .iter()
        .filter_map(|(address, entry)| Some((address.clone(), stays(address, entry, &ownership, survey)?)))
        .collect();
    let mut holders = holders(record);
    // What is gone holds nothing.
    holders.values_mut().for_each(|holders| holders.retain(|holder| !is_gone(holder)));
    hold_back(&orphans, &holders, &survey.graph, &mut left);
    let going = orphans.keys().filter(|address| !left.contains_key(*address)).cloned().collect();
    let writes = steps.iter().filter(|step| step.writes()).map(|step| &step.address).collect();
    let around = Around { holders: &holders, going, ownership, writes };
    let going = orphans.iter().filter(|(address, _)| around.going.contains(*address));
    let removed = going.map(|(address, entry)| around.step(address, entry)).collect();
    Pruning { removed, forgotten, left }
}

/// What the record owns and the graph no longer names.
pub(crate) fn orphans(graph: &Graph, record: &Record, targets: &Targets) -> Vec<Address> {
    let retiring: BTreeSet<&Address> = graph.retiring.iter().map(|retirement| &retirement.address).collect();
    let named = |address: &Address| {
        graph.nodes.contains_key(address) || graph.outside.contains_key(address) || retiring.contains(address)
    };
    let owned = record.entries().keys();
    // Of what is in accounts that are left out nobody knows whether a glob still finds it.
    let known = owned.filter(|address| !graph.skips(&address.account));
    known.filter(|address| !named(address) && targets.matches(address)).cloned().collect()
}

/// Why an orphan is not for pruning.
fn stays(address: &Address, entry: &Entry, ownership: &Ownership<'_>, survey: &Survey) -> Option<Stays> {
    let claim = ownership.claim(address, entry);
    if claim == Claim::TakenOver {
        return None;
    }
    if !ownership.is_within_reach(address, entry) {
        return Some(Stays::OutOfReach { id: entry.account_id.clone() });
    }
    if claim == Claim::Unsettled {
        return Some(Stays::Unsettled);
    }
    match Facts::of(address.kind).removal {
        Removal::Deleted | Removal::Drained(_) => None,
        Removal::HoldsData(contents) => holds_data(address, &contents, survey),
        Removal::Guards(whole) => Some(Stays::Guards(whole.word)),
        Removal::PartOf(whole) => {
            let of = whole.of(address);
            let stays = survey.graph.nodes.contains_key(&of) || survey.graph.outside.contains_key(&of);
            stays.then_some(Stays::PartOf(whole.word))
        }
    }
}

/// Why something stays that holds data of users, or on which others have something.
fn holds_data(address: &Address, contents: &Contents, survey: &Survey) -> Option<Stays> {
    if is_sent_from(address, &survey.graph) {
        return Some(Stays::SentFrom);
    }
    let uses = survey.observed.uses(address);
    if !uses.is_empty() {
        return Some(Stays::Used(Use::of(uses)));
    }
    if Facts::of(address.kind).expendable(&address.name).is_some() {
        return None;
    }
    let by_name = match contents.consent {
        Consent::Destroy => false,
        Consent::ByName => true,
    };
    Some(Stays::HoldsData { holds: contents.holds, by_name })
}

/// Whether a subscription of the topology is on a log group, or on all groups of its account.
fn is_sent_from(group: &Address, graph: &Graph) -> bool {
    let Flow::Starts = Facts::of(group.kind).flow else { return false };
    graph.nodes.keys().chain(graph.outside.keys()).any(|address| {
        (&address.account, &address.place) == (&group.account, &group.place)
            && match Facts::of(address.kind).flow {
                Flow::Sends(Reach::LogGroup) => address.name_parts().0 == group.name,
                Flow::Sends(Reach::Account) => true,
                Flow::Aside | Flow::Starts | Flow::Passes | Flow::Carries => false,
            }
    })
}

/// What something that stays is tied to stays with it.
fn hold_back(
    orphans: &BTreeMap<Address, &Entry>,
    holders: &Needs<Address>,
    graph: &Graph,
    left: &mut BTreeMap<Address, Stays>,
) {
    loop {
        let held = |address: &&Address| {
            let held_by = holders.get(*address)?.iter().find(|holder| {
                let named = graph.nodes.contains_key(*holder);
                graph.outside.contains_key(*holder)
                    || left.contains_key(*holder)
                    || !(named || orphans.contains_key(*holder) || is_retiring(graph, holder))
            })?;
            Some(((*address).clone(), Stays::Needed { by: held_by.clone() }))
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
    ownership: Ownership<'a>,
    /// Steps of what the topology names.
    writes: BTreeSet<&'a Address>,
}

impl Around<'_> {
    fn step(&self, address: &Address, entry: &Entry) -> Step {
        let (action, reason) = match self.ownership.claim(address, entry) {
            Claim::Theirs => (Action::Forget, Why::Theirs),
            Claim::TakenOver => {
                let sends = Facts::of(address.kind).flow.sends();
                (Action::Forget, Why::Unnamed(Removed::Forgotten { sends }))
            }
            Claim::Made | Claim::Unsettled => {
                removal(Facts::of(address.kind), &address.name, is_calm(address, self.holders, &self.going))
            }
        };
        Step {
            account: entry.account_id.clone(),
            address: address.clone(),
            action,
            changes: Vec::new(),
            after: self.first(address).into_iter().collect(),
            needs: entry.needs.iter().cloned().collect(),
            reason: reason.into(),
            narrowing: None,
        }
    }

    /// What must be done before it is removed: nothing may use it any more, and its replacement must exist.
    fn first(&self, address: &Address) -> BTreeSet<Address> {
        // The record must not forget it while it is still there, with what it is part of.
        if let Removal::PartOf(whole) = Facts::of(address.kind).removal {
            return [whole.of(address)].into();
        }
        let parts: Vec<Address> = parts_of(address).collect();
        let holders = parts.iter().chain([address]).filter_map(|whole| self.holders.get(whole)).flatten();
        let mut first: BTreeSet<Address> =
            holders.filter(|holder| !parts.contains(holder)).cloned().collect();
        if Facts::of(address.kind).flow.sends() {
            first.extend(self.writes.iter().copied().filter(|other| replaces(other, address)).cloned());
        }
        first
    }
}

/// Whether all that uses a role waits for what is on its way before it goes.
fn is_calm(role: &Address, holders: &Needs<Address>, going: &BTreeSet<Address>) -> bool {
    let mut users = holders.get(role).into_iter().flatten().peekable();
    users.peek().is_some()
        && users.all(|user| {
            let facts = Facts::of(user.kind);
            match facts.flow {
                Flow::Passes | Flow::Carries => going.contains(user),
                Flow::Sends(_) => false,
                // Through what only has the role, such as a profile, nothing is on its way; another role is used itself.
                Flow::Aside | Flow::Starts => matches!(facts.removal, Removal::Deleted),
            }
        })
}

/// How one of this name is removed, and why so. `is_calm` is whether nothing is on its way through it.
fn removal(facts: &Facts, name: &str, is_calm: bool) -> (Action, Why) {
    let (action, removed) = match facts.removal {
        Removal::Drained(drained) if drained.unless_users_waited && is_calm => {
            (Action::Delete, Removed::Deleted)
        }
        Removal::Drained(drained) => (Action::Retire, Removed::How(drained.pruned)),
        Removal::HoldsData(contents) => match facts.expendable(name) {
            Some(loses) => (Action::Delete, Removed::How(loses)),
            None => (Action::Keep, Removed::Kept(contents.holds)),
        },
        Removal::PartOf(whole) | Removal::Guards(whole) => (Action::Delete, Removed::With(whole.word)),
        Removal::Deleted => (Action::Delete, Removed::Deleted),
    };
    (action, Why::Unnamed(removed))
}

/// Whether a subscription takes events from where another one does.
fn replaces(other: &Address, subscription: &Address) -> bool {
    let reach = |of: &Address| match Facts::of(of.kind).flow {
        Flow::Sends(reach) => Some(reach),
        Flow::Aside | Flow::Starts | Flow::Passes | Flow::Carries => None,
    };
    let meet = match (reach(other), reach(subscription)) {
        (Some(Reach::LogGroup), Some(Reach::LogGroup)) => other.name_parts().0 == subscription.name_parts().0,
        (Some(_), Some(_)) => true,
        (None, _) | (_, None) => false,
    };
    meet && (&other.account, &other.place) == (&subscription.account, &subscription.place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::KindName;

    #[test]
    fn what_holds_data_is_never_deleted_and_what_events_pass_lets_them_through() {
        for kind in KindName::ALL {
            let facts = Facts::of(kind);
            let (action, reason) = removal(facts, "any", false);
            let expected = match facts.removal {
                Removal::HoldsData(_) => matches!(action, Action::Keep),
                Removal::Drained(_) => matches!(action, Action::Retire),
                Removal::Deleted | Removal::Guards(_) | Removal::PartOf(_) => {
                    matches!(action, Action::Delete)
                }
            };
            assert!(expected, "{kind}: {reason:?}");
        }
    }

    #[test]
    fn a_role_goes_at_once_only_where_all_that_uses_it_has_waited() {
        let at = |kind: KindName, name: &str| Address::global(&"app".parse().unwrap(), kind, name);
        let role = at(KindName::IamRole, "own");
        let check = |users: &[KindName], expect: bool| {
            let users: BTreeSet<Address> = users.iter().map(|kind| at(*kind, "user")).collect();
            let going = users.clone();
            let holders = [(role.clone(), users)].into();
            assert_eq!(is_calm(&role, &holders, &going), expect, "{holders:?}");
        };
        check(&[], false);
        check(&[KindName::FirehoseStream, KindName::IamInstanceProfile], true);
        check(&[KindName::IamRolePolicyAttachment], true);
        check(&[KindName::IamInstanceProfile, KindName::SubscriptionFilter], false);
        check(&[KindName::LogsAccountPolicy], false);
        check(&[KindName::IamRole], false);
    }

    #[test]
    fn only_delivery_errors_are_tidied_away() {
        let check = |kind: KindName, name: &str, expect: Removed| {
            let (_, reason) = removal(Facts::of(kind), name, true);
            assert_eq!(reason, Why::Unnamed(expect), "{kind} {name}");
        };
        let errors = Removed::How("the delivery errors in it are deleted with it");
        check(KindName::LogGroup, "/aws/kinesisfirehose/logs-central", errors);
        check(KindName::LogGroup, "/app/web", Removed::Kept("log events"));
        check(KindName::S3Bucket, "/aws/kinesisfirehose/logs-central", Removed::Kept("the delivered logs"));
        check(KindName::IamRole, "writer", Removed::Deleted);
    }
}
