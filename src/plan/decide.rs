//! Decides what to do about every resource. Pure: desired state, live state and record in, plan out.

use std::collections::{BTreeMap, BTreeSet};

use super::deliverable;
use super::fleet::left_out;
use super::lifecycle::held::with_held;
use super::lifecycle::organization_migration::OrganizationMigration;
use super::lifecycle::retirements::retirements;
use super::narrowing::narrow;
use super::notices::{Amended, Notices, added, fields};
use super::observe::Seen;
use super::ownership::{Elsewhere, Owner, Ownership, Whereabouts, tagged_by};
use super::prune::{Pruning, orphans, prune};
use super::{Action, Change, Plan, Refusal, Step, Survey, Targets, names, roles};
use crate::address::{AccountId, AccountName, Address};
use crate::graph::dag::{Cycle, order};
use crate::graph::{Graph, Node, OWNERSHIP_TAG};
use crate::provider::logs::destination_policy::Migration;
use crate::provider::{Facts, FieldChange, Live, Replacement, Resource};
use crate::record::{Origin, Record, State};

/// Why nothing is done about what others have made for us to use.
pub(super) const USED_AS_IT_IS: &str = "it was there before logpipe, and is used as it is";

/// What is said of what is there and is somebody else's.
pub(super) const UNKNOWN: &str = "it exists, and logpipe's record does not know it";

/// Why most of a first plan is created.
pub const ABSENT: &str = "it does not exist";

/// What the user has allowed.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// `--adopt`: take over existing resources of the planned names.
    pub adopt: bool,
    /// `--prune`: remove what the record owns and the topology no longer names.
    pub prune: bool,
    /// `--target`: what the run is about.
    pub targets: Targets,
    /// `--skip-unreachable`: go on without what is not there, and what needs it.
    pub skip_unreachable: bool,
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
pub fn decide(survey: &Survey, record: &Record, allowed: &Allowed) -> Result<Plan, Cycle> {
    let Survey { topology, graph, observed, .. } = survey;
    let deciding = Deciding::new(survey, record, allowed);
    let mut steps = Vec::with_capacity(graph.nodes.len());
    let mut notes = names::notes(record);
    notes.extend(graph.notes.iter().cloned());
    notes.extend(deliverable::notes(survey));
    let (mut said, mut foreign) = (Notices::default(), Vec::new());
    let left_out = if allowed.skip_unreachable { left_out(survey) } else { BTreeMap::new() };
    for address in order(&deciding.migration.needs())? {
        let node = &graph.nodes[&address];
        if let (true, Seen::Impossible(why)) = (node.found, observed.of(&address)) {
            notes.push(format!("{address} is left out: {why}"));
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
            Seen::Impossible(why) => {
                let action = Action::Refuse(Refusal::Impossible);
                return Decision { action, changes: Vec::new(), reason: why.clone() };
            }
            Seen::Absent => return self.make(node),
        };
        let origin = match Ownership::of(self.survey, self.record).owner(node, live) {
            Owner::Recorded(origin) => origin,
            Owner::Recoverable => return self.of_others(node, live, true),
            Owner::Other => return self.of_others(node, live, false),
        };
        let unchangeable = Action::Refuse(Refusal::Unchangeable);
        if let Some(reason) = resource.refusal(live) {
            return Decision { action: unchangeable, changes: resource.diff(live), reason };
        }
        match resource.replacement(live) {
            Some(Replacement::InPlace(reason)) => {
                let resource = made(resource);
                let changes = resource.diff(live);
                return Decision { action: Action::Replace(Change::new(live, resource)), changes, reason };
            }
            Some(Replacement::Successor(why)) => {
                let reason = without_successor(&why, origin);
                return Decision { action: unchangeable, changes: resource.diff(live), reason };
            }
            None => {}
        }
        let changes = resource.diff(live);
        if changes.is_empty() {
            let reason = with_foreign("as declared".to_owned(), node, live);
            return Decision { action: Action::Keep, changes, reason };
        }
        let reason = with_foreign(differs(&changes), node, live);
        Decision { action: Action::Update(Change::new(live, resource.clone())), changes, reason }
    }

    /// There is none.
    fn make(&self, node: &Node) -> Decision {
        let reason = match self.record.get(&node.address).map(|entry| entry.state) {
            Some(State::Present) => "logpipe made it, and it is gone",
            Some(State::Intended | State::Deleting) => "an earlier run stopped before it was made",
            None => ABSENT,
        };
        let resource = made(&node.resource);
        let changes = resource.fields();
        Decision { action: Action::Create(resource), changes, reason: reason.to_owned() }
    }

    /// It is there, and the record does not prove it logpipe's; it is `recoverable` where everything else does.
    fn of_others(&self, node: &Node, live: &Live, recoverable: bool) -> Decision {
        let adopt = self.allowed.adopt;
        if node.resource.uses_existing() && !(recoverable && adopt) {
            let reason = USED_AS_IT_IS.to_owned();
            return Decision { action: Action::Keep, changes: Vec::new(), reason };
        }
        let begun = self.record.get(&node.address).is_some();
        let refused = Action::Refuse(if begun { Refusal::Unproved } else { Refusal::Foreign });
        if let Some(why) = node.resource.refusal(live) {
            let reason = format!("{}; {why}", self.sign(live, false));
            return Decision { action: refused, changes: node.resource.diff(live), reason };
        }
        if let Some(reason) = node.resource.supersedes(live) {
            let action = Action::Supersede(Change::new(live, node.resource.clone()));
            return Decision { action, changes: node.resource.diff(live), reason };
        }
        let mut resource = node.resource.clone();
        if !recoverable {
            resource.taken_over();
        }
        let changes = resource.diff(live);
        let sign = self.sign(live, begun);
        let (action, reason) = match resource.replacement(live).filter(|_| adopt) {
            Some(why) => (refused, format!("{sign}; it cannot be taken over, because {}", why.why())),
            None if !adopt => (refused, format!("{sign}; --adopt takes it over")),
            None if recoverable => {
                let recovered =
                    format!("{sign}; recovered as logpipe's own, which `destroy` and `--prune` remove");
                (Action::Recover(Change::new(live, resource)), with_foreign(recovered, node, live))
            }
            None => (
                Action::Adopt(Change::new(live, resource)),
                with_foreign(format!("{sign}; taken over"), node, live),
            ),
        };
        Decision { action, changes, reason }
    }

    /// Whose it seems to be, where the record knows nothing of it or, with `begun`, what a run set out to do.
    fn sign(&self, live: &Live, begun: bool) -> String {
        let there = match tagged_by(live) {
            None if begun => "what is there now is not what it was to make".to_owned(),
            None => UNKNOWN.to_owned(),
            Some(owner) if owner == self.survey.topology.name.as_str() => format!(
                "it exists with this topology's tag {OWNERSHIP_TAG}, but logpipe's record does not know it"
            ),
            Some(owner) => format!("it exists and carries the tag of another topology, `{owner}`"),
        };
        match begun {
            true => format!("an earlier run stopped before it was done with it, and {there}"),
            false => there,
        }
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
    let reason = match known {
        Elsewhere::Account(other) => format!(
            "the record knows it in account {other}, and `{}` is {account} now: destroy it there first, or give this topology another `record`",
            address.account
        ),
        Elsewhere::Address(known) => {
            format!("the record knows it as {known}: give the account its name `{}` back", known.account)
        }
    };
    Decision { action: Action::Refuse(Refusal::Elsewhere), changes: Vec::new(), reason }
}

/// Adds what is gone, and what goes with `--prune`, for neither of which rights have to stay; what stays although nothing
/// names it any more is returned.
fn let_go(deciding: &Deciding<'_>, steps: &mut Vec<Step>, notes: &mut Vec<String>) -> Vec<Address> {
    let Deciding { survey, record, allowed, .. } = deciding;
    let Pruning { removed, forgotten, left } = prune(survey, record, &allowed.targets, steps);
    let mut going: BTreeSet<Address> = forgotten.iter().map(|step| step.address.clone()).collect();
    if !allowed.prune {
        let orphans = left_alone(survey, record, allowed, removed.len(), notes);
        deciding.without(&going, steps);
        steps.extend(forgotten);
        return orphans;
    }
    let retired = survey.graph.retiring.iter().map(|retirement| &retirement.address);
    going.extend(removed.iter().map(|step| &step.address).chain(retired).cloned());
    deciding.without(&going, steps);
    steps.extend(removed.into_iter().chain(forgotten));
    notes.extend(left.iter().map(|(address, why)| format!("{address} stays: {why}")));
    left.into_keys().collect()
}

/// What nothing names any more and nobody has said to remove; so many of it could be.
fn left_alone(
    survey: &Survey,
    record: &Record,
    allowed: &Allowed,
    prunable: usize,
    notes: &mut Vec<String>,
) -> Vec<Address> {
    let mut orphans = orphans(&survey.graph, record, &allowed.targets);
    orphans.retain(|orphan| !survey.observed.is_gone(orphan));
    if orphans.iter().any(|orphan| Facts::of(orphan.kind).flow.sends()) {
        notes.push(
            "subscriptions that no source names any more stay and go on delivering, and what lets their events through stays for them; beside another one on the same log group every event arrives twice: put the source back, or remove them with `--prune`"
                .to_owned(),
        );
    }
    let kept = survey.graph.kept.iter().filter(|(address, _)| orphans.contains(address));
    notes.extend(kept.map(|(address, holder)| {
        format!("{address} stays, because {holder}, which no source needs any more, still sends to it")
    }));
    if prunable > 0 {
        notes.push(format!(
            "`--prune` removes {prunable} of {} that the topology no longer names",
            orphans.len()
        ));
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
        Action::Create(_) => {
            format!("it takes over from {}, which cannot be changed in place", old.address.name)
        }
        _ => decision.reason,
    };
    Decision { reason, ..decision }
}

/// An access policy that migrates waits for what is under way; to an organisation it does so by force, and only with all that
/// it admits today.
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
        let reason = "it turns from accounts to an organisation, for which every subscription on it has to show a role first: leave `--target` out".to_owned();
        return Decision { action: Action::Refuse(Refusal::Unchangeable), reason, ..decision };
    }
    let migration = migrating.direction(address);
    let how = match migration {
        Migration::None => return decision,
        Migration::ToOrganization => {
            "it turns from accounts to an organisation 3 min after the subscriptions of this topology show their roles, and those of others that show none stop delivering"
        }
        Migration::ToAccounts => {
            "it turns from an organisation to accounts in 3 min, so that what is under way arrives, and subscriptions of other accounts stop delivering"
        }
    };
    policy.migration = migration;
    let reason = format!("{}; {how}", decision.reason);
    Decision { reason, ..decision }
}

/// Why a stream that has to be made anew got no successor (see `generations`).
fn without_successor(why: &str, origin: Origin) -> String {
    if origin == Origin::Adopted {
        return format!(
            "{why}, and it was taken over and not made by logpipe, so it stays: give `stream.name` another name, and what points at it moves over"
        );
    }
    format!(
        "{why}: a successor takes over only together with every destination that points at it, which `--target` leaves out, and under its name with a number behind it, for which 64 characters must do"
    )
}

pub(super) fn differs(changes: &[FieldChange]) -> String {
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    format!("differs in {}", fields.join(", "))
}

/// What others have added is said and left.
fn with_foreign(reason: String, node: &Node, live: &Live) -> String {
    let added = node.resource.foreign(live);
    if added.is_empty() {
        return reason;
    }
    format!("{reason}; others have added {}, left as they are", fields(&added))
}

/// The accounts that carrying out a plan needs, by name.
pub fn accounts_of(plan: &Plan) -> std::collections::BTreeSet<&AccountName> {
    plan.steps.iter().map(|step| &step.address.account).collect()
}
