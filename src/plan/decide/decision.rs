//! Decides what to do about every resource. Pure: desired state, live state and record in, plan out.

use std::collections::{BTreeMap, BTreeSet};

use super::narrowing::narrow;
use super::notices::{Amended, Notices, added, fields};
use super::own_steps::own_steps;
use super::ownership::{Elsewhere, Owner, Ownership, Whereabouts, tagged_by};
use super::prune::{Pruning, orphans, prune};
use super::{deliverable, names, throughput};
use crate::address::{AccountId, AccountName, Address};
use crate::graph::dag::{Cycle, order};
use crate::graph::{Graph, Node};
use crate::plan::fleet::left_out;
use crate::plan::lifecycle::held::with_held;
use crate::plan::lifecycle::organization_migration::OrganizationMigration;
use crate::plan::lifecycle::retirements::retirements;
use crate::plan::model::reason::{Also, Fate, Sign, Why};
use crate::plan::survey::observe::Seen;
use crate::plan::{Action, Change, Note, Plan, Reason, Refusal, Step, Survey, Targets, roles};
use crate::provider::logs::destination_policy::Migration;
use crate::provider::{Facts, FieldChange, Live, Obstacle, Replacement, Resource};
use crate::record::{Origin, Record, State};
use crate::share::Share;

/// What the user has allowed.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// `--adopt`: take over existing resources of the planned names.
    pub adopt: bool,
    /// `--tighten`: take the policies of others off the roles that events pass.
    pub tighten: bool,
    /// `--prune`: remove what the record owns and the topology no longer names.
    pub prune: bool,
    /// `--target`: what the run is about.
    pub targets: Targets,
    /// `--skip-unreachable`: continue without what is missing, and what needs it.
    pub skip_unreachable: bool,
    /// `--shard`: only steps in the accounts of one of several processes.
    pub share: Option<Share>,
}

/// One decision: what to do, what differs, why.
struct Decision {
    action: Action,
    changes: Vec<FieldChange>,
    reason: Reason,
}

/// Makes the plan.
///
/// # Errors
/// [`Cycle`], when resources need each other in a circle, which a topology cannot express.
pub fn decide(survey: &Survey, record: &Record, allowed: &Allowed) -> Result<Plan, Cycle> {
    let Survey { topology, graph, observed, .. } = survey;
    let deciding = Deciding::new(survey, record, allowed);
    let mut steps = Vec::with_capacity(graph.nodes.len());
    let mut notes = names::notes(record);
    notes.extend(graph.notes.iter().cloned().map(Note::Meaning));
    notes.extend(deliverable::notes(survey));
    notes.extend(throughput::notes(survey));
    let (mut said, mut foreign) = (Notices::default(), Vec::new());
    let left_out = if allowed.skip_unreachable { left_out(survey) } else { BTreeMap::new() };
    for address in order(&deciding.migration.needs())? {
        let node = &graph.nodes[&address];
        if let (true, Seen::Impossible(obstacle)) = (node.found, observed.of(&address)) {
            notes.push(Note::LeftOut { address, obstacle: Obstacle::clone(obstacle) });
            continue;
        }
        if left_out.contains_key(&address) {
            continue;
        }
        let step = deciding.step(node);
        if !matches!(step.action, Action::Refuse(_)) {
            let resource = step.action.resource().unwrap_or(&node.resource);
            said.about(&address, resource, observed);
            let owned = record.get(&address).is_some() || !matches!(step.action, Action::Keep);
            let added = observed.live(&address).map(|live| added(node, live, owned)).unwrap_or_default();
            if matches!(step.action, Action::Keep) {
                said.left_as_it_is(&address, &added);
            }
            if !added.is_empty() {
                foreign.push(Amended { address: address.clone(), changes: added });
            }
        }
        steps.push(step);
    }
    notes.extend(said.notes());
    steps.extend(retirements(topology, graph, record));
    for step in &mut steps {
        step.after.retain(|address| !left_out.contains_key(address));
    }
    let orphans = let_go(&deciding, &mut steps, &mut notes);
    narrow(survey, record, &mut steps);
    in_order(&mut steps)?;
    if let Some(share) = allowed.share {
        steps = own_steps(steps, share, graph);
        let all = topology.accounts_in_use();
        let accounts = all.values().filter(|account| share.has(&account.id)).count();
        notes.push(Note::Shard { share, accounts, of: all.len() });
    }
    let (moved, roles) = (names::moved(record), roles::borrowed(survey, &steps));
    Ok(Plan {
        topology: topology.name.to_string(),
        steps,
        orphans,
        roles,
        moved,
        foreign,
        notes,
        skipped: graph.skipped.clone(),
        left_out: left_out.into_iter().collect(),
        warnings: survey.warnings.clone(),
        allowed: topology.allowed.clone(),
        share: allowed.share,
    })
}

/// What is decided from.
struct Deciding<'a> {
    survey: &'a Survey,
    record: &'a Record,
    allowed: &'a Allowed,
    whereabouts: Whereabouts<'a>,
    migration: OrganizationMigration<'a>,
}

impl<'a> Deciding<'a> {
    fn new(survey: &'a Survey, record: &'a Record, allowed: &'a Allowed) -> Self {
        Self {
            survey,
            record,
            allowed,
            whereabouts: Whereabouts::of(record),
            migration: OrganizationMigration::of(survey),
        }
    }

    fn step(&self, node: &Node) -> Step {
        let address = &node.address;
        let account = self.survey.topology.accounts[&address.account].id.clone();
        let decision = match self.whereabouts.elsewhere(address, &account) {
            Some(known) => elsewhere(address, &account, known),
            None => self.decide(node),
        };
        let decision = with_predecessor(decision, address, &self.survey.graph);
        let decision = with_migration(decision, address, &self.migration);
        Step {
            account,
            after: self.migration.after(node),
            needs: node.needs.iter().map(|need| need.address.clone()).collect(),
            address: address.clone(),
            action: decision.action,
            changes: decision.changes,
            reason: decision.reason,
            narrowing: None,
        }
    }

    /// What to do about one resource, as far as only it and what is there of it say.
    fn decide(&self, node: &Node) -> Decision {
        let resource = &node.resource;
        let live = match self.survey.observed.of(&node.address) {
            Seen::Live(live) => live,
            Seen::Impossible(obstacle) => {
                let action = Action::Refuse(Refusal::Impossible);
                let reason = Why::Obstacle(Obstacle::clone(obstacle)).into();
                return Decision { action, changes: Vec::new(), reason };
            }
            Seen::Absent => return self.make(node),
        };
        let origin = match Ownership::of(self.survey, self.record).owner(node, live) {
            Owner::Recorded(origin) => origin,
            Owner::Recoverable => return self.of_others(node, live, true),
            Owner::Other => return self.of_others(node, live, false),
        };
        let unchangeable = Action::Refuse(Refusal::Unchangeable);
        if let Some(obstacle) = resource.refusal(live) {
            let reason = Why::Obstacle(obstacle).into();
            return Decision { action: unchangeable, changes: resource.diff(live), reason };
        }
        match resource.replacement(live) {
            Some(Replacement::InPlace(obstacle)) => {
                let resource = made(resource);
                let reason = Why::Obstacle(obstacle).into();
                let changes = resource.diff(live);
                return Decision { action: Action::Replace(Change::new(live, resource)), changes, reason };
            }
            Some(Replacement::Successor(obstacle)) => {
                // See `generations`.
                let reason = Why::NoSuccessor { obstacle, taken_over: origin == Origin::Adopted }.into();
                return Decision { action: unchangeable, changes: resource.diff(live), reason };
            }
            None => {}
        }
        let changes = resource.diff(live);
        if changes.is_empty() {
            let reason = with_foreign(Why::AsDeclared.into(), node, live);
            return Decision { action: Action::Keep, changes, reason };
        }
        let reason = with_foreign(differs(&changes).into(), node, live);
        Decision { action: Action::Update(Change::new(live, resource.clone())), changes, reason }
    }

    /// There is none.
    fn make(&self, node: &Node) -> Decision {
        let reason = match self.record.get(&node.address).map(|entry| entry.state) {
            Some(State::Present) => Why::Gone,
            Some(State::Intended | State::Deleting) => Why::NeverMade,
            None => Why::Absent,
        };
        let resource = made(&node.resource);
        let changes = resource.fields();
        Decision { action: Action::Create(resource), changes, reason: reason.into() }
    }

    /// It is there, and the record does not prove it logpipe's; it is `recoverable` where everything else does.
    fn of_others(&self, node: &Node, live: &Live, recoverable: bool) -> Decision {
        let adopt = self.allowed.adopt;
        if node.resource.uses_existing() && !(recoverable && adopt) {
            let reason = Why::UsedAsItIs.into();
            return Decision { action: Action::Keep, changes: Vec::new(), reason };
        }
        let begun = self.record.get(&node.address).is_some();
        let refused = Action::Refuse(if begun { Refusal::Unproved } else { Refusal::Foreign });
        if let Some(obstacle) = node.resource.refusal(live) {
            let reason = self.of_somebody(live, false, Fate::Objection(obstacle));
            return Decision { action: refused, changes: node.resource.diff(live), reason };
        }
        if let Some(obstacle) = node.resource.supersedes(live) {
            let reason = Why::Obstacle(obstacle).into();
            let action = Action::Supersede(Change::new(live, node.resource.clone()));
            return Decision { action, changes: node.resource.diff(live), reason };
        }
        let mut resource = node.resource.clone();
        if !recoverable {
            resource.taken_over();
        }
        let changes = resource.diff(live);
        let reason = |fate| self.of_somebody(live, begun, fate);
        let (action, reason) = match resource.replacement(live).filter(|_| adopt) {
            Some(why) => (refused, reason(Fate::NotAdoptable(why.why().clone()))),
            None if !adopt => (refused, reason(Fate::Adoptable)),
            None if recoverable => {
                let recovered = with_foreign(reason(Fate::Recovered), node, live);
                (Action::Recover(Change::new(live, resource)), recovered)
            }
            None => {
                let taken_over = with_foreign(reason(Fate::TakenOver), node, live);
                (Action::Adopt(Change::new(live, resource)), taken_over)
            }
        };
        Decision { action, changes, reason }
    }

    /// Who seems to own it, if the record does not know it; with `begun`, what a run intended to do.
    fn of_somebody(&self, live: &Live, begun: bool, fate: Fate) -> Reason {
        let sign = match tagged_by(live) {
            None => Sign::Unknown,
            Some(owner) if owner == self.survey.topology.name.as_str() => Sign::ThisTopology,
            Some(owner) => Sign::OtherTopology(owner.to_owned()),
        };
        Why::OfOthers { sign, begun, fate }.into()
    }

    /// Decides again about what holds rights for something that goes now.
    fn without(&self, going: &BTreeSet<Address>, steps: &mut [Step]) {
        if going.is_empty() {
            return;
        }
        let Survey { topology, graph, .. } = self.survey;
        let held = with_held(graph, self.record, topology.region.partition(), going);
        for (address, bare) in &graph.bare {
            let (Some(node), Some(step)) =
                (graph.nodes.get(address), steps.iter_mut().find(|step| step.address == *address))
            else {
                continue;
            };
            let resource = held.get(address).unwrap_or(bare).clone();
            *step = self.step(&Node { resource, ..node.clone() });
        }
    }
}

/// Puts steps behind what they come after, and otherwise leaves them as they are.
fn in_order(steps: &mut [Step]) -> Result<(), Cycle> {
    let mut before = BTreeSet::new();
    let all: BTreeSet<&Address> = steps.iter().map(|step| &step.address).collect();
    let sorted = steps.iter().all(|step| {
        let sorted = step.after.iter().all(|first| before.contains(first) || !all.contains(first));
        before.insert(&step.address);
        sorted
    });
    if sorted {
        return Ok(());
    }
    let needs = steps.iter().map(|step| (step.address.clone(), step.after.iter().cloned().collect()));
    let places: BTreeMap<Address, usize> = order(&needs.collect())?.into_iter().zip(0..).collect();
    steps.sort_by_key(|step| places.get(&step.address).copied());
    Ok(())
}

/// The record has it elsewhere, and going on would lose track of what is there.
fn elsewhere(address: &Address, account: &AccountId, known: Elsewhere<'_>) -> Decision {
    let why = match known {
        Elsewhere::Account(recorded) => Why::InOtherAccount {
            recorded: recorded.clone(),
            account: address.account.clone(),
            id: account.clone(),
        },
        Elsewhere::Address(recorded) => Why::UnderOtherName { recorded: recorded.clone() },
    };
    Decision { action: Action::Refuse(Refusal::Elsewhere), changes: Vec::new(), reason: why.into() }
}

/// Adds what is gone and what `--prune` removes, since no permissions must stay for either. Returns what stays although
/// nothing names it any more.
fn let_go(deciding: &Deciding<'_>, steps: &mut Vec<Step>, notes: &mut Vec<Note>) -> Vec<Address> {
    let Deciding { survey, record, allowed, .. } = deciding;
    let Pruning { removed, forgotten, left } = prune(survey, record, &allowed.targets, steps);
    let mut going: BTreeSet<Address> = forgotten.iter().map(|step| step.address.clone()).collect();
    if !allowed.prune {
        let orphans = left_alone(deciding, removed.len(), notes);
        deciding.without(&going, steps);
        steps.extend(forgotten);
        return orphans;
    }
    migrate_after(&deciding.migration, &removed, steps);
    let retired = survey.graph.retiring.iter().map(|retirement| &retirement.address);
    going.extend(removed.iter().map(|step| &step.address).chain(retired).cloned());
    deciding.without(&going, steps);
    steps.extend(removed.into_iter().chain(forgotten));
    let orphans = left.keys().cloned().collect();
    notes.extend(left.into_iter().map(|(address, why)| Note::Stays { address, why }));
    orphans
}

/// Has a destination migrate to its organisation when what it cuts off is gone.
fn migrate_after(migration: &OrganizationMigration<'_>, removed: &[Step], steps: &mut [Step]) {
    for orphan in removed.iter().filter(|step| Facts::of(step.address.kind).flow.sends()) {
        let policies = steps.iter_mut().filter(|step| {
            migration.direction(&step.address) == Migration::ToOrganization
                && orphan.needs.contains(&step.address)
        });
        policies.for_each(|step| step.after.push(orphan.address.clone()));
    }
}

/// What nothing names any more and nobody has asked to remove; this many could be removed.
fn left_alone(deciding: &Deciding<'_>, prunable: usize, notes: &mut Vec<Note>) -> Vec<Address> {
    let Deciding { survey, record, allowed, migration, .. } = deciding;
    let mut orphans = orphans(&survey.graph, record, &allowed.targets);
    orphans.retain(|orphan| !survey.observed.is_gone(orphan));
    let sending = orphans.iter().filter(|orphan| Facts::of(orphan.kind).flow.sends());
    let (cut_off, delivering): (Vec<_>, Vec<_>) = sending
        .map(|orphan| (orphan, record.get(orphan).and_then(|entry| migration.cuts_off(entry))))
        .partition(|(_, policy)| policy.is_some());
    if !delivering.is_empty() {
        notes.push(Note::SubscriptionsStay);
    }
    notes.extend(cut_off.into_iter().filter_map(|(subscription, policy)| {
        Some(Note::CutOff { subscription: subscription.clone(), policy: policy?.clone() })
    }));
    notes.extend(survey.graph.later.iter().map(|(policy, subscription)| Note::OrganizationLater {
        policy: policy.clone(),
        subscription: subscription.clone(),
    }));
    let kept = survey.graph.kept.iter().filter(|(address, _)| orphans.contains(address));
    notes.extend(
        kept.map(|(stream, sender)| Note::StreamStays { stream: stream.clone(), sender: sender.clone() }),
    );
    if prunable > 0 {
        notes.push(Note::Prunable { removable: prunable, orphans: orphans.len() });
    }
    orphans
}

/// What logpipe makes is its own, also where it stands in for what it took over from others once.
fn made(resource: &Resource) -> Resource {
    let mut made = resource.clone();
    made.made();
    made
}

/// A new stream that takes over says from which one.
fn with_predecessor(decision: Decision, address: &Address, graph: &Graph) -> Decision {
    let Some(old) = graph.retiring.iter().rfind(|retirement| retirement.successor == *address) else {
        return decision;
    };
    let reason = match decision.action {
        Action::Create(_) => Why::TakesOver { from: old.address.name.to_string() }.into(),
        _ => decision.reason,
    };
    Decision { reason, ..decision }
}

/// An access policy that migrates waits for events in transit. To an organisation it migrates by force, and only
/// together with everything that it admits today.
fn with_migration(
    mut decision: Decision,
    address: &Address,
    migrating: &OrganizationMigration<'_>,
) -> Decision {
    let (Action::Update(Change { to: Resource::LogsDestinationPolicy(policy), .. })
    | Action::Adopt(Change { to: Resource::LogsDestinationPolicy(policy), .. })
    | Action::Recover(Change { to: Resource::LogsDestinationPolicy(policy), .. })) = &mut decision.action
    else {
        return decision;
    };
    if migrating.is_partial(address) {
        let reason = Why::PartOfMigration.into();
        return Decision { action: Action::Refuse(Refusal::Unchangeable), reason, ..decision };
    }
    let migration = migrating.direction(address);
    let also = match migration {
        Migration::None => return decision,
        Migration::ToOrganization => Also::ToOrganization,
        Migration::ToAccounts => Also::ToAccounts,
    };
    policy.migration = migration;
    Decision { reason: decision.reason.and(also), ..decision }
}

pub(crate) fn differs(changes: &[FieldChange]) -> Why {
    Why::Differs(changes.iter().map(|change| change.field.clone()).collect())
}

/// What others have added is said and left.
fn with_foreign(reason: Reason, node: &Node, live: &Live) -> Reason {
    reason.and_added(fields(&node.resource.foreign(live)))
}

/// The accounts that carrying out a plan needs, by name.
pub fn accounts_of(plan: &Plan) -> std::collections::BTreeSet<&AccountName> {
    plan.steps.iter().map(|step| &step.address.account).collect()
}
