//! The part of a plan that is shown: everything but the desired resources themselves.

use crate::address::{AccountId, Address};
use crate::event::Verb;
use crate::lint::{AllowedFinding, Warning};
use crate::plan::{
    Amended, BorrowedRole, FieldChange, LeftOut, Note, Plan, Reason, SkippedAccount, Step, Summary,
};
use crate::share::Share;
use crate::ui::alike::AccountIds;

/// Which command a plan or a report belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// `apply`, or `plan` for it.
    Apply,
    /// `destroy`.
    Destroy,
}

impl Run {
    /// The command as a word, at the start of a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Destroy => "Destroy",
        }
    }
}

/// One step as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct StepView<'a> {
    /// What it is about.
    pub address: &'a Address,
    /// The account's id.
    pub account: &'a AccountId,
    /// What is done.
    pub verb: Verb,
    /// What differs.
    pub changes: &'a [FieldChange],
    /// Steps that must be done first.
    pub after: &'a [Address],
    /// Steps that must be done before the rights go that it takes away, where it takes any away.
    pub narrows_after: Option<&'a [Address]>,
    /// Why.
    pub reason: &'a Reason,
}

impl<'a> From<&'a Step> for StepView<'a> {
    fn from(step: &'a Step) -> Self {
        Self {
            address: &step.address,
            account: &step.account,
            verb: step.action.verb(),
            changes: &step.changes,
            after: &step.after,
            narrows_after: step.narrowing.as_ref().map(|narrowing| narrowing.after.as_slice()),
            reason: &step.reason,
        }
    }
}

/// A plan as it is shown.
#[derive(Debug, Clone)]
pub struct PlanView<'a> {
    /// Name of the topology.
    pub topology: &'a str,
    /// The steps, in order.
    pub steps: Vec<StepView<'a>>,
    /// Owned resources that the topology no longer names.
    pub orphans: &'a [Address],
    /// Existing roles that policies are attached to.
    pub roles: &'a [BorrowedRole],
    /// What the record knew by another name of its account: what it was, and what it is.
    pub moved: &'a [(Address, Address)],
    /// What others have added to what the topology names, which stays.
    pub foreign: &'a [Amended],
    /// What the user should know beside the steps.
    pub notes: &'a [Note],
    /// Accounts that are left out.
    pub skipped: &'a [SkippedAccount],
    /// What is left out in other accounts, and why.
    pub left_out: &'a [(Address, LeftOut)],
    /// What the topology says that is most likely not meant.
    pub warnings: &'a [Warning],
    /// What of that is allowed.
    pub allowed: &'a [AllowedFinding],
    /// How many steps of each verb there are.
    pub summary: Summary,
    /// Which of several processes it is for, if it is for one of them.
    pub share: Option<Share>,
}

impl PlanView<'_> {
    /// Whether carrying it out writes anything.
    pub fn writes(&self) -> bool {
        self.steps.iter().any(|step| !matches!(step.verb, Verb::Keep | Verb::Refuse))
    }

    /// The ids of the accounts that it has steps in.
    pub fn ids(&self) -> AccountIds {
        let id = |step: &StepView<'_>| (step.address.account.clone(), step.account.clone());
        self.steps.iter().map(id).collect()
    }
}

impl<'a> From<&'a Plan> for PlanView<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self {
            topology: &plan.topology,
            steps: plan.steps.iter().map(StepView::from).collect(),
            orphans: &plan.orphans,
            roles: &plan.roles,
            moved: &plan.moved,
            foreign: &plan.foreign,
            skipped: &plan.skipped,
            left_out: &plan.left_out,
            notes: &plan.notes,
            warnings: &plan.warnings,
            allowed: &plan.allowed,
            summary: plan.summary(),
            share: plan.share,
        }
    }
}
