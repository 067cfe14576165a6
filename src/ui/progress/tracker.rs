//! The current state of a run, built from events. Owns no output.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::outlook::Outlook;
use crate::address::{AccountId, AccountName, Address, KindName};
use crate::event::{Ahead, Event, StepEnd, Verb};
use crate::wait_for::{LastSeen, WaitFor};

/// Of more steps than this nobody reads a line each.
const MANY: usize = 100;

/// How many failures get a line each, of so many steps: the report tells of all.
const FAILURES: usize = 20;

/// How far something is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) done: usize,
    pub(super) total: usize,
}

/// What a step waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) what: WaitFor,
    pub(super) last: LastSeen,
    pub(super) waited: Duration,
    pub(super) limit: Duration,
}

/// A step that has started and not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) verb: Verb,
    pub(super) wait: Option<Wait>,
}

/// A route whose marked event is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Probe {
    pub(super) waited: Duration,
    pub(super) usual: Duration,
    pub(super) limit: Duration,
}

/// Everything that is under way.
#[derive(Debug, Default)]
pub(super) struct Tracker {
    pub(super) connected: BTreeMap<AccountName, AccountId>,
    /// How many accounts are being entered, until something is read or done in them.
    pub(super) connecting: Option<usize>,
    pub(super) reading: Option<Count>,
    pub(super) accounts: BTreeMap<AccountName, Count>,
    pub(super) kinds: BTreeMap<KindName, Count>,
    /// How many steps have failed.
    pub(super) failed: usize,
    pub(super) outlook: Outlook,
    /// Whether the steps only delete.
    pub(super) destroying: bool,
    /// Steps that have not started.
    pub(super) waiting: BTreeSet<Address>,
    pub(super) needs: Arc<BTreeMap<Address, BTreeSet<Address>>>,
    pub(super) running: BTreeMap<Address, Running>,
    pub(super) probes: BTreeMap<String, Probe>,
    pub(super) stopping: u32,
    read_accounts: BTreeSet<AccountName>,
}

impl Tracker {
    /// Takes one event in.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Connecting { total } => {
                self.connected.clear();
                self.connecting = Some(*total);
            }
            Event::Connected { account, id } => {
                self.connected.insert(account.clone(), id.clone());
            }
            Event::Reading { total } => {
                self.connecting = None;
                self.read_accounts.clear();
                self.reading = (*total > 0).then_some(Count { done: 0, total: *total });
            }
            Event::Read { address } => self.read(address),
            Event::Applying { steps, needs } => {
                self.plan(steps);
                self.needs.clone_from(needs);
            }
            Event::StepStarted { address, verb } => {
                self.waiting.remove(address);
                self.running.insert(address.clone(), Running { verb: *verb, wait: None });
            }
            Event::StepWaiting { address, what, last, waited, limit } => {
                if let Some(running) = self.running.get_mut(address) {
                    let wait = Wait { what: *what, last: last.clone(), waited: *waited, limit: *limit };
                    running.wait = Some(wait);
                }
            }
            Event::StepEnded { address, end, .. } => {
                self.failed += usize::from(matches!(end, StepEnd::Failed(_)));
                self.ended(address);
            }
            Event::Stopping { times, .. } => self.stopping = *times,
            Event::ProbeSent { route, usual, limit } => {
                let probe = Probe { waited: Duration::ZERO, usual: *usual, limit: *limit };
                self.probes.insert(route.clone(), probe);
            }
            Event::ProbeWaiting { route, waited, .. } => {
                if let Some(probe) = self.probes.get_mut(route) {
                    probe.waited = *waited;
                }
            }
            Event::ProbeEnded { route, .. } => {
                self.probes.remove(route);
            }
            Event::RecordHeld { .. }
            | Event::NothingOwned { .. }
            | Event::LeftOut { .. }
            | Event::ReaderAssumed { .. }
            | Event::Sampled { .. } => {}
        }
    }

    /// Whether anything is under way that a live display would show.
    pub(super) fn busy(&self) -> bool {
        let unfinished = |count: &Count| count.done < count.total;
        match self.stopping {
            0 => {
                self.connecting.is_some()
                    || self.reading.as_ref().is_some_and(unfinished)
                    || self.accounts.values().any(unfinished)
                    || !self.running.is_empty()
                    || !self.probes.is_empty()
            }
            // What has not started will not.
            1 => !self.running.is_empty() || !self.probes.is_empty(),
            // Nobody waits any more.
            _ => false,
        }
    }

    /// How far the steps are.
    pub(super) fn steps(&self) -> Count {
        let sum = |of: fn(&Count) -> usize| self.kinds.values().map(of).sum();
        Count { done: sum(|count| count.done), total: sum(|count| count.total) }
    }

    /// Whether there are so many steps that only their numbers are told.
    pub(super) fn many(&self) -> bool {
        self.steps().total > MANY
    }

    /// Whether an event is worth a line that stays.
    pub(super) fn worth_a_line(&self, event: &Event) -> bool {
        match event {
            Event::StepEnded { end: StepEnd::Done, .. } => !self.many(),
            Event::StepEnded { end: StepEnd::Failed(_), .. } => !self.many() || self.failed <= FAILURES,
            _ => true,
        }
    }

    /// How much longer the steps take after so much time, where that is worth saying.
    pub(super) fn left(&self, passed: Duration) -> Option<Duration> {
        let waits = self.running.values().filter_map(|running| running.wait.as_ref());
        (self.stopping == 0).then(|| self.outlook.left(passed, waits))?
    }

    /// What was read, at the moment when the last resource was.
    pub(super) fn all_read(&self, event: &Event) -> Option<(usize, usize)> {
        let count = self.reading.filter(|count| count.done == count.total)?;
        matches!(event, Event::Read { .. }).then_some((count.total, self.read_accounts.len()))
    }

    fn read(&mut self, address: &Address) {
        self.read_accounts.insert(address.account.clone());
        if let Some(count) = &mut self.reading {
            count.done += 1;
        }
    }

    fn plan(&mut self, steps: &[Ahead]) {
        self.reading = None;
        self.connecting = None;
        self.accounts.clear();
        self.kinds.clear();
        self.failed = 0;
        self.destroying = only_deletes(steps);
        self.waiting = steps.iter().map(|step| step.address.clone()).collect();
        self.outlook = Outlook::of(steps);
        for Ahead { address, .. } in steps {
            self.accounts.entry(address.account.clone()).or_default().total += 1;
            self.kinds.entry(address.kind).or_default().total += 1;
        }
    }

    fn ended(&mut self, address: &Address) {
        self.running.remove(address);
        self.waiting.remove(address);
        self.outlook.over(address);
        let counts = [self.accounts.get_mut(&address.account), self.kinds.get_mut(&address.kind)];
        for count in counts.into_iter().flatten() {
            count.done += 1;
        }
    }
}

/// Whether a run only removes.
fn only_deletes(steps: &[Ahead]) -> bool {
    !steps.is_empty() && steps.iter().all(|step| step.verb == Verb::Delete)
}
