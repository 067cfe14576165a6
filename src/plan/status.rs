//! The status of every resource: a plan made now, in other words. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::decide::decision::differs;
use super::drift::{Drift, drift};
use super::model::reason::{Fate, Sign, Why};
use super::survey::observe::Observed;
use super::{Action, Plan, Reason, Refusal, Step, Survey, trail};
use crate::address::{Address, Region};
use crate::provider::FieldChange;
use crate::record::Record;

/// How one resource stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There, and as the topology says.
    InSync,
    /// There and as the topology says, and others have added to it, which stays.
    Amended,
    /// There and logpipe's, but changed.
    Drifted,
    /// Not there.
    Missing,
    /// There, but not logpipe's.
    Foreign,
    /// Logpipe's, but no longer in the topology.
    Orphan,
    /// A successor has taken over from it, and it is still to be drained and deleted.
    Retired,
}

impl ResourceStatus {
    /// That of a resource of which is not known where a difference comes from.
    pub fn new(address: &Address, status: Standing, changes: Vec<FieldChange>, reason: Reason) -> Self {
        Self { address: address.clone(), status, changes, reason, drift: None, applied_at: None, trail: None }
    }

    /// Whether an apply would have something to do about it. What others have added stays, whatever it is.
    pub fn pending(&self) -> bool {
        match self.status {
            Standing::InSync | Standing::Amended | Standing::Orphan => false,
            Standing::Drifted | Standing::Missing | Standing::Foreign | Standing::Retired => true,
        }
    }
}

/// One line of `status`.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceStatus {
    /// Which resource.
    pub address: Address,
    /// How it stands.
    pub status: Standing,
    /// What differs.
    pub changes: Vec<FieldChange>,
    /// Why.
    pub reason: Reason,
    /// Where that comes from, of what is drifted or amended.
    pub drift: Option<Drift>,
    /// When the last apply that touched it did so, of what somebody has changed since.
    pub applied_at: Option<SystemTime>,
    /// Where CloudTrail tells who has changed it since.
    pub trail: Option<String>,
}

/// How every resource stands: what the topology names by address, then what successors have taken over from, then what it
/// no longer names. `plan` is made from `survey` without leave to adopt or to prune anything.
pub fn standings(plan: &Plan, survey: &Survey, record: &Record, now: SystemTime) -> Vec<ResourceStatus> {
    let graph = &survey.graph;
    let steps: BTreeMap<&Address, &Step> = plan.steps.iter().map(|step| (&step.address, step)).collect();
    let mut standings = each(plan, &steps, survey);
    let partition = graph.nodes.keys().find_map(|address| address.place.region().map(Region::partition));
    for standing in &mut standings {
        let (address, entry) = (&standing.address, record.get(&standing.address));
        let named = graph.nodes.get(address).map(|node| &node.resource);
        let planned = steps.get(address).and_then(|step| step.action.resource());
        let differs = matches!(standing.status, Standing::Drifted | Standing::Amended);
        let Some(wanted) = planned.or(named).filter(|_| differs) else { continue };
        let drift = drift(wanted, &standing.changes, entry);
        standing.drift = Some(drift);
        let applied_at = entry.map(|entry| SystemTime::UNIX_EPOCH + Duration::from_secs(entry.changed_at));
        standing.applied_at = applied_at.filter(|_| drift.is_of_others());
        let trail = |from| trail::events(address, partition?, from, now);
        standing.trail = standing.applied_at.and_then(trail);
    }
    standings
}

/// How each stands, without where a drift comes from.
fn each(plan: &Plan, steps: &BTreeMap<&Address, &Step>, survey: &Survey) -> Vec<ResourceStatus> {
    let graph = &survey.graph;
    let added = plan.foreign.iter().map(|amended| (&amended.address, amended.changes.as_slice()));
    let added: BTreeMap<&Address, &[FieldChange]> = added.collect();
    let named = graph.nodes.values().filter_map(|node| Some((node, *steps.get(&node.address)?)));
    let mut standings: Vec<ResourceStatus> = named
        .map(|(node, step)| {
            // A plan does not say what others have added to what it refuses.
            let refused = matches!(step.action, Action::Refuse(Refusal::Unchangeable));
            let live = survey.observed.live(&node.address).filter(|_| refused);
            let beside = live.map(|live| node.resource.foreign(live));
            let planned = added.get(&node.address).copied().unwrap_or_default();
            standing(step, beside.as_deref().unwrap_or(planned), &survey.observed)
        })
        .collect();
    let retired = graph.retiring.iter().filter(|retirement| steps.contains_key(&retirement.address));
    standings.extend(retired.map(|retirement| {
        let reason = Why::GivenOver { to: retirement.successor.name.to_string() }.into();
        ResourceStatus::new(&retirement.address, Standing::Retired, Vec::new(), reason)
    }));
    let gone = steps.values().filter(|step| matches!(step.action, Action::Forget)).map(|step| &step.address);
    let gone: BTreeSet<&Address> = gone.collect();
    let orphans: BTreeSet<&Address> = plan.orphans.iter().chain(gone.iter().copied()).collect();
    standings.extend(orphans.into_iter().map(|address| {
        let reason = match gone.contains(address) {
            true => Why::GoneOrphan.into(),
            false => Why::Orphan.into(),
        };
        ResourceStatus::new(address, Standing::Orphan, Vec::new(), reason)
    }));
    standings
}

/// How something stands that the topology names, by what would be done about it.
fn standing(step: &Step, added: &[FieldChange], observed: &Observed) -> ResourceStatus {
    let (status, reason) = match &step.action {
        Action::Create(_) => (Standing::Missing, Why::Absent.into()),
        Action::Keep if added.is_empty() => (Standing::InSync, step.reason.clone()),
        Action::Keep => (Standing::Amended, step.reason.clone()),
        Action::Update(_) | Action::Replace(_) => (Standing::Drifted, differs(&step.changes).into()),
        Action::Supersede(_) | Action::Adopt(_) | Action::Recover(_) => (Standing::Foreign, unknown()),
        Action::Delete | Action::Retire | Action::Forget => (Standing::Orphan, step.reason.clone()),
        Action::Refuse(refusal) => refused(*refusal, step, observed),
        Action::Await(_) => match observed.live(&step.address) {
            Some(_) => (Standing::Drifted, step.reason.clone()),
            None => (Standing::Missing, Why::Absent.into()),
        },
    };
    let mut changes = match status {
        Standing::Missing => Vec::new(),
        _ => step.changes.clone(),
    };
    if matches!(status, Standing::Amended | Standing::Drifted) {
        changes.extend_from_slice(added);
    }
    ResourceStatus::new(&step.address, status, changes, reason)
}

/// It is there, and whose it is is all there is to say.
fn unknown() -> Reason {
    Why::OfOthers { sign: Sign::Unknown, begun: false, fate: Fate::Unsaid }.into()
}

/// How something stands about which nothing can be done without the user's word.
fn refused(refusal: Refusal, step: &Step, observed: &Observed) -> (Standing, Reason) {
    match refusal {
        Refusal::Impossible => (Standing::Missing, step.reason.clone()),
        Refusal::Unchangeable if step.changes.is_empty() => (Standing::Drifted, step.reason.clone()),
        Refusal::Unchangeable => (Standing::Drifted, differs(&step.changes).into()),
        Refusal::Foreign => (Standing::Foreign, unknown()),
        Refusal::Unproved => (Standing::Foreign, step.reason.clone()),
        Refusal::Elsewhere | Refusal::OutOfReach => match observed.live(&step.address) {
            Some(_) => (Standing::Foreign, step.reason.clone()),
            None => (Standing::Missing, step.reason.clone()),
        },
    }
}
