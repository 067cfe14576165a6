//! Confirmation before anything is written.

use std::collections::BTreeSet;
use std::future::Future;

use super::Error;
use super::error::Refusal;
use crate::event::Verb;
use crate::plan::Plan;

/// Asked before a verb writes. Whether somebody sees what is proposed, and how, is theirs.
pub trait Approve {
    /// What a no is, beside what the engine itself fails with.
    type Error: From<Error>;

    /// This is what will be done: go on? Every plan is proposed, also one that writes nothing or that is refused
    /// whatever the answer.
    fn approve(&mut self, proposal: &Proposal<'_>) -> impl Future<Output = Result<(), Self::Error>>;

    /// These buckets will be deleted with every object in them, if there are any: go on?
    fn approve_deletion(
        &mut self,
        buckets: &BTreeSet<String>,
    ) -> impl Future<Output = Result<(), Self::Error>>;
}

/// What is about to be done.
#[derive(Debug)]
pub struct Proposal<'a> {
    /// All of it.
    pub plan: &'a Plan,
    /// Whether something is missing in the accounts without which a part of the topology cannot be made, so that this
    /// part could be left out.
    pub missing: bool,
}

impl Proposal<'_> {
    /// What the plan refuses. With any of it, nothing is carried out.
    pub fn refused(&self) -> Vec<Refusal> {
        let refused = self.plan.steps.iter().filter(|step| step.action.verb() == Verb::Refuse);
        refused.map(|step| Refusal { address: step.address.clone(), reason: step.reason.clone() }).collect()
    }
}

/// Says yes to everything.
#[derive(Debug, Clone, Copy)]
pub struct Always;

impl Approve for Always {
    type Error = Error;

    async fn approve(&mut self, _: &Proposal<'_>) -> Result<(), Error> {
        Ok(())
    }

    async fn approve_deletion(&mut self, _: &BTreeSet<String>) -> Result<(), Error> {
        Ok(())
    }
}
