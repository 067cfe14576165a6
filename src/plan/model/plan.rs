//! The plan as a value: what would be done, to what, in which order, and why.
//!
//! Holds no live client and no clock; two runs over the same input give the same bytes.

use std::time::Duration;

use crate::address::{AccountId, Address};
use crate::event::Verb;
use crate::graph::SkippedAccount;
use crate::graph::dag::Needs;
use crate::lint::{AllowedFinding, Warning};
use crate::plan::fleet::LeftOut;
use crate::plan::{Amended, BorrowedRole, Note, Reason};
use crate::provider::{FieldChange, Live, Resource};
use crate::record::Origin;
use crate::share::Share;

/// A change of something that is there.
#[derive(Debug, Clone)]
pub struct Change {
    /// How it was seen.
    pub from: Box<Live>,
    /// How it is to be.
    pub to: Resource,
}

impl Change {
    /// A change from what was seen.
    pub fn new(from: &Live, to: Resource) -> Self {
        Self { from: Box::new(from.clone()), to }
    }
}

/// What a step carries out. Each means one thing: a step that meets what its plan did not expect fails and says so.
#[derive(Debug, Clone)]
pub enum Action {
    /// Make what is not there.
    Create(Resource),
    /// Change in place what is logpipe's.
    Update(Change),
    /// Delete what is logpipe's, and make it again.
    Replace(Change),
    /// Put it in the place of what somebody else has there, where the topology says so.
    Supersede(Change),
    /// Take it over: bring what is there to the desired state, keeping what is shared.
    Adopt(Change),
    /// Take it over as logpipe's own, which its tag says it was before the record was lost.
    Recover(Change),
    /// Remove it.
    Delete,
    /// Remove it once nothing is on its way through it any more and, if it is a stream, it is drained.
    Retire,
    /// Leave it, and remove it from the record.
    Forget,
    /// Nothing to do.
    Keep,
    /// Not possible without the user's word.
    Refuse(Refusal),
    /// Wait until another process has done it.
    Await(Awaited),
}

/// What another process is to bring about.
#[derive(Debug, Clone)]
pub struct Awaited {
    /// How it is to be.
    pub to: Box<Resource>,
    /// How it may be as well, until rights go that nothing here needs.
    pub or: Option<Box<Resource>>,
    /// The process that has its account.
    pub share: Share,
}

impl Awaited {
    /// Whether what is there is that.
    pub(crate) fn is_met_by(&self, live: &Live) -> bool {
        let forms = [Some(&self.to), self.or.as_ref()];
        forms.into_iter().flatten().any(|resource| resource.diff(live).is_empty())
    }
}

/// Why something is refused, as far as others decide by it; the step's reason says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is not there and cannot be made.
    Impossible,
    /// It is logpipe's, and cannot be brought to what is wanted.
    Unchangeable,
    /// It is somebody else's.
    Foreign,
    /// An earlier run set out to make it and did not end, and what is there now is not what that run was to make.
    Unproved,
    /// The record has it in another account, or under another name of its account.
    Elsewhere,
    /// Nothing leads into its account.
    OutOfReach,
}

impl Action {
    /// What is to be there after it.
    pub fn resource(&self) -> Option<&Resource> {
        match self {
            Self::Create(resource) => Some(resource),
            Self::Update(change)
            | Self::Replace(change)
            | Self::Supersede(change)
            | Self::Adopt(change)
            | Self::Recover(change) => Some(&change.to),
            Self::Delete | Self::Retire | Self::Forget | Self::Keep | Self::Refuse(_) | Self::Await(_) => {
                None
            }
        }
    }

    /// What it changes and keeps.
    pub fn change_in_place(&self) -> Option<&Change> {
        match self {
            Self::Update(change) | Self::Adopt(change) | Self::Recover(change) => Some(change),
            Self::Create(_)
            | Self::Replace(_)
            | Self::Supersede(_)
            | Self::Delete
            | Self::Retire
            | Self::Forget
            | Self::Keep
            | Self::Refuse(_)
            | Self::Await(_) => None,
        }
    }

    /// Whose it is from the first call on; nothing where that does not change.
    pub fn claims(&self) -> Option<Origin> {
        match self {
            Self::Create(_) | Self::Replace(_) | Self::Supersede(_) => Some(Origin::Created),
            Self::Adopt(_) => Some(Origin::Adopted),
            Self::Recover(_) => Some(Origin::Recovered),
            Self::Update(_)
            | Self::Delete
            | Self::Retire
            | Self::Forget
            | Self::Keep
            | Self::Refuse(_)
            | Self::Await(_) => None,
        }
    }

    /// The verb of this action.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Create(_) => Verb::Create,
            Self::Update(_) => Verb::Update,
            Self::Replace(_) | Self::Supersede(_) => Verb::Replace,
            Self::Adopt(_) | Self::Recover(_) => Verb::Adopt,
            Self::Delete | Self::Retire => Verb::Delete,
            Self::Forget => Verb::Forget,
            Self::Keep => Verb::Keep,
            Self::Refuse(_) => Verb::Refuse,
            Self::Await(_) => Verb::Await,
        }
    }
}

/// Permissions that a step removes once the events they admitted have arrived.
#[derive(Debug, Clone)]
pub struct Narrowing {
    /// How it is until then.
    pub meanwhile: Meanwhile,
    /// Steps that must be done before: after them, nothing uses those permissions.
    pub after: Vec<Address>,
    /// How long earlier events may still be in transit.
    pub wait: Duration,
}

/// How a resource is until the rights go that its step takes away.
#[derive(Debug, Clone)]
pub enum Meanwhile {
    /// It is changed to this first, which lets through what is sent now and what was sent before.
    Changed(Box<Resource>),
    /// It is as it was, which lets through both.
    AsItIs,
    /// A policy for both would be too long for AWS, so the policy stays as it is, and whatever needs the step waits.
    Waiting,
}

/// One step of a plan.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it is about.
    pub address: Address,
    /// The account's id.
    pub account: AccountId,
    /// What is done.
    pub action: Action,
    /// What differs, empty for create, delete and keep.
    pub changes: Vec<FieldChange>,
    /// Steps that must be done first.
    pub after: Vec<Address>,
    /// What must outlive it, which is what the record notes.
    pub needs: Vec<Address>,
    /// Why.
    pub reason: Reason,
    /// The rights that go later than the rest is done.
    pub narrowing: Option<Narrowing>,
}

impl Step {
    /// Whether it is only waited for.
    pub fn is_wait(&self) -> bool {
        matches!(self.action, Action::Await(_))
    }

    /// Whether carrying it out writes anything, even if only into the record, or waits for what another process writes.
    pub fn writes(&self) -> bool {
        !matches!(self.action, Action::Keep | Action::Refuse(_))
    }

    /// Whether anything is done before rights go, which what needs it waits for.
    pub fn changes_first(&self) -> bool {
        let as_it_is = |narrowing: &Narrowing| matches!(narrowing.meanwhile, Meanwhile::AsItIs);
        self.writes() && !self.narrowing.as_ref().is_some_and(as_it_is)
    }

    /// The rights that go after what needs it has gone on.
    pub fn narrows_later(&self) -> Option<&Narrowing> {
        self.narrowing.as_ref().filter(|narrowing| !matches!(narrowing.meanwhile, Meanwhile::Waiting))
    }
}

/// A plan: the steps in an order that respects every `after`, and what the record owns but nothing names any more.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Name of the topology.
    pub topology: String,
    /// The steps.
    pub steps: Vec<Step>,
    /// Owned resources that the topology no longer names.
    pub orphans: Vec<Address>,
    /// Roles that others made and the topology attaches to, with what the steps do to them.
    pub roles: Vec<BorrowedRole>,
    /// What the record knew by another name of its account: what it was, and what it is.
    pub moved: Vec<(Address, Address)>,
    /// What others have added to what the topology names, which stays.
    pub foreign: Vec<Amended>,
    /// What the user should know beside the steps.
    pub notes: Vec<Note>,
    /// Accounts that are left out.
    pub skipped: Vec<SkippedAccount>,
    /// What is left out in other accounts, since what it needs is not there, and why.
    pub left_out: Vec<(Address, LeftOut)>,
    /// What the topology says that is most likely not meant.
    pub warnings: Vec<Warning>,
    /// What of that is allowed.
    pub allowed: Vec<AllowedFinding>,
    /// Which of several processes it is for, if it is for one of them.
    pub share: Option<Share>,
}

/// How many steps of each verb a plan has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// To create.
    pub create: usize,
    /// To change in place.
    pub update: usize,
    /// To delete and create again.
    pub replace: usize,
    /// To remove.
    pub delete: usize,
    /// To forget, and leave in place.
    pub forget: usize,
    /// In order already.
    pub keep: usize,
    /// To take over.
    pub adopt: usize,
    /// Refused.
    pub refuse: usize,
    /// Done by other processes, and waited for.
    #[serde(skip_serializing_if = "is_zero", rename = "await")]
    pub awaited: usize,
    /// Owned, no longer named, and left alone.
    pub orphan: usize,
    /// Kept or changed, with something that others have added to it, which stays.
    pub foreign: usize,
    /// Accounts that are left out.
    pub skipped_accounts: usize,
    /// Resources that are left out in other accounts.
    pub skipped_resources: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Plan {
    /// The edges between the steps.
    pub fn needs(&self) -> Needs<Address> {
        self.steps.iter().map(|step| (step.address.clone(), step.after.iter().cloned().collect())).collect()
    }

    /// Counts the steps by verb.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary {
            orphan: self.orphans.len(),
            foreign: self.foreign.len(),
            skipped_accounts: self.skipped.len(),
            skipped_resources: self.left_out.len(),
            ..Summary::default()
        };
        for step in &self.steps {
            *match step.action.verb() {
                Verb::Create => &mut summary.create,
                Verb::Update => &mut summary.update,
                Verb::Replace => &mut summary.replace,
                Verb::Delete => &mut summary.delete,
                Verb::Forget => &mut summary.forget,
                Verb::Keep => &mut summary.keep,
                Verb::Adopt => &mut summary.adopt,
                Verb::Refuse => &mut summary.refuse,
                Verb::Await => &mut summary.awaited,
            } += 1;
        }
        summary
    }

    /// Whether anything of what the topology asks for is left out.
    pub fn is_partial(&self) -> bool {
        !self.skipped.is_empty() || !self.left_out.is_empty()
    }

    /// Whether carrying it out would write anything.
    pub fn writes(&self) -> bool {
        self.steps.iter().any(Step::writes)
    }
}
