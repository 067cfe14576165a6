//! The tasks that may start, and which of them does next. Only order; no I/O, no time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::state::Task;
use crate::address::{AccountName, Address, KindName, Place};

/// What AWS counts calls over: an account, a region of it or IAM, and most often the operation, for which a kind stands.
/// What is kept waiting by one quota keeps nothing waiting that has another.
pub(super) type Quota<'a> = (&'a AccountName, &'a Place, KindName);

pub(super) fn quota(address: &Address) -> Quota<'_> {
    (&address.account, &address.place, address.kind)
}

/// The tasks that may start, by quota and within one in plan order, so that a run is the same each time.
#[derive(Debug, Default)]
pub(super) struct Ready<'a> {
    lanes: BTreeMap<Quota<'a>, Lane<'a>>,
    /// The lanes in which something waits, by how many run there and when one last started there. Whoever has the fewest
    /// is next, and among those whoever has waited longest for a start: so one that is kept waiting by AWS keeps no other
    /// from starting, and each gets its turn.
    order: BTreeSet<(usize, usize, Quota<'a>)>,
    /// How many lanes and starts there were.
    turns: usize,
}

#[derive(Debug, Default)]
struct Lane<'a> {
    waiting: VecDeque<Task<'a>>,
    running: usize,
    /// When it was begun, or a task last started there, in turns.
    turn: usize,
}

impl<'a> Ready<'a> {
    pub(super) fn arrive(&mut self, task: Task<'a>) {
        let quota = quota(&task.0.address);
        let turns = &mut self.turns;
        let lane = self.lanes.entry(quota).or_insert_with(|| {
            *turns += 1;
            Lane { turn: *turns, ..Lane::default() }
        });
        lane.waiting.push_back(task);
        self.order.insert((lane.running, lane.turn, quota));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Takes the task that starts next.
    pub(super) fn next(&mut self) -> Option<Task<'a>> {
        let (_, _, quota) = self.order.pop_first()?;
        let lane = self.lanes.get_mut(&quota)?;
        let task = lane.waiting.pop_front()?;
        self.turns += 1;
        lane.running += 1;
        lane.turn = self.turns;
        if !lane.waiting.is_empty() {
            self.order.insert((lane.running, lane.turn, quota));
        }
        Some(task)
    }

    /// A task that had started is over.
    pub(super) fn over(&mut self, quota: Quota<'a>) {
        let Some(lane) = self.lanes.get_mut(&quota) else { return };
        self.order.remove(&(lane.running, lane.turn, quota));
        lane.running = lane.running.saturating_sub(1);
        if !lane.waiting.is_empty() {
            self.order.insert((lane.running, lane.turn, quota));
        }
    }
}
