//! Things that will happen at a given simulated time.
//!
//! Owns their order: by due time, then by the order in which they were planned. What happens is in `time/timed_event.rs`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::timed_event::TimedEvent;

/// Pending events, ordered by when they are due.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Entry>", into = "Vec<Entry>")]
pub(crate) struct Queue {
    pending: BTreeMap<(u64, u64), TimedEvent>,
    planned: u64,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    at_ms: u64,
    due: TimedEvent,
}

impl Queue {
    /// Plans something.
    pub(crate) fn plan(&mut self, at_ms: u64, due: TimedEvent) {
        self.pending.insert((at_ms, self.planned), due);
        self.planned += 1;
    }

    /// Takes the next thing that is due at `now_ms`, with the time it was planned for.
    pub(crate) fn take_due(&mut self, now_ms: u64) -> Option<(u64, TimedEvent)> {
        let (&(at_ms, _), _) = self.pending.first_key_value()?;
        if at_ms > now_ms {
            return None;
        }
        self.pending.pop_first().map(|((at_ms, _), due)| (at_ms, due))
    }

    /// When the next thing is due.
    pub(crate) fn next_ms(&self) -> Option<u64> {
        self.pending.keys().next().map(|(at_ms, _)| *at_ms)
    }

    /// What is planned, in order, with its time.
    pub(crate) fn pending(&self) -> impl Iterator<Item = (u64, &TimedEvent)> {
        self.pending.iter().map(|((at_ms, _), due)| (*at_ms, due))
    }

    /// How many things are planned.
    pub(crate) fn len(&self) -> usize {
        self.pending.len()
    }
}

impl From<Vec<Entry>> for Queue {
    fn from(entries: Vec<Entry>) -> Self {
        let mut queue = Self::default();
        for entry in entries {
            queue.plan(entry.at_ms, entry.due);
        }
        queue
    }
}

impl From<Queue> for Vec<Entry> {
    fn from(queue: Queue) -> Self {
        queue.pending.into_iter().map(|((at_ms, _), due)| Entry { at_ms, due }).collect()
    }
}
