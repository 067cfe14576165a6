//! What a run writes into the record around each step: the intent before its first call, the outcome after its last.

use std::collections::BTreeMap;

use super::report::Aftermath;
use super::state::Part;
use crate::address::Address;
use crate::event::Verb;
use crate::permit::Permit;
use crate::plan::Step;
use crate::provider::{Facts, Resource, parts_of};
use crate::record::{Durable, Entry, Keeper, Loss, RecordError, Ties};

/// How a step ended, as far as ownership goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It is as planned.
    Done,
    /// Somebody else had made it in the meantime, and it is used as it is.
    WasThere,
    /// It failed and left this behind.
    Failed(Aftermath),
}

/// The record during one run.
pub(crate) struct Ledger<'a> {
    keeper: &'a mut Keeper,
    /// The entries of running steps as they were before, to restore if nothing happened.
    before: BTreeMap<Address, Option<Entry>>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(keeper: &'a mut Keeper) -> Self {
        Self { keeper, before: BTreeMap::new() }
    }

    /// Leave to make the calls of a step, which it announces.
    pub(crate) fn permit(&self, step: &Step) -> Permit {
        self.keeper.permit(&step.account)
    }

    /// Hears when another run has taken the record over.
    pub(crate) fn loss(&self) -> Loss {
        self.keeper.loss()
    }

    pub(crate) fn is_recent(&self, address: &Address, clock: crate::clock::Clock) -> bool {
        self.keeper.record().is_recent(address, clock)
    }

    /// Whether an earlier run made something, or began to.
    pub(crate) fn is_ours(&self, address: &Address) -> bool {
        self.keeper.record().get(address).is_some_and(|entry| entry.origin.is_ours())
    }

    /// Before the first call, which has to wait for what this gives: whose it will be, whatever happens next.
    pub(crate) fn begin(&mut self, step: &Step, part: Part) -> Result<Option<Durable>, RecordError> {
        let address = &step.address;
        if step.is_wait() {
            return Ok(None);
        }
        self.before.insert(address.clone(), self.keeper.record().get(address).cloned());
        let ties = ties(step);
        let durable = match (step.action.verb(), step.action.claims()) {
            (Verb::Forget, _) => return Ok(None),
            (Verb::Delete, _) => self.keeper.intend_deletion(address),
            // Whose it is was settled by the change before.
            (_, Some(origin)) if part == Part::Change => {
                self.keeper.intend(address, &step.account, origin, ties)
            }
            _ => self.keeper.touch(address, ties),
        };
        durable.map(Some)
    }

    /// After the last call.
    pub(crate) fn end(&mut self, step: &Step, ending: Ending) -> Result<(), RecordError> {
        let Some(before) = self.before.remove(&step.address) else { return Ok(()) };
        match ending {
            Ending::Done if step.action.verb() == Verb::Delete => self.forget(&step.address),
            Ending::Done if step.action.verb() == Verb::Forget => self.let_go(&step.address),
            Ending::Done => {
                let applied = step.action.resource().map(Resource::digest);
                self.keeper.present(&step.address, Ties { applied, ..ties(step) })
            }
            Ending::WasThere | Ending::Failed(Aftermath::Untouched) => {
                self.keeper.restore(&step.address, before)
            }
            // The intent stays, so the next run knows whose it may be.
            Ending::Failed(Aftermath::Partial | Aftermath::Unknown) => Ok(()),
        }
    }

    /// What stays is no longer ours, nor what is part of it.
    fn let_go(&mut self, address: &Address) -> Result<(), RecordError> {
        for part in parts_of(address) {
            self.keeper.restore(&part, None)?;
        }
        self.keeper.restore(address, None)
    }

    /// Nobody owns what is gone. A part is deleted with its container, which exists, and is ours, until its own step is
    /// over.
    fn forget(&mut self, address: &Address) -> Result<(), RecordError> {
        match Facts::of(address.kind).part_of() {
            Some(_) => Ok(()),
            None => self.let_go(address),
        }
    }
}

/// What a step ties its resource to: what it needs, and the tags that it sets.
fn ties(step: &Step) -> Ties {
    let tags = step.action.resource().and_then(Resource::tags);
    Ties {
        fingerprint: step.action.resource().and_then(Resource::fingerprint),
        needs: step.needs.iter().cloned().collect(),
        tags: tags.map(|tags| tags.wanted.keys().cloned().collect()).unwrap_or_default(),
        applied: None,
    }
}
