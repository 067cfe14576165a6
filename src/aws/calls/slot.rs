//! The slots of a run's steps: a step that waits for something to become true gives its slot to another.
//!
//! A stream takes a minute to become ACTIVE, and a call a twentieth of a second. So the number of steps at once counts
//! those that make calls, not those that wait between two of them.

use std::cell::RefCell;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

tokio::task_local! {
    static SLOT: Slot;
}

/// So many steps make calls at once. Cheap to clone; all clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Slots(Arc<Semaphore>);

impl Slots {
    /// All of them are free.
    pub(crate) fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// Takes a slot, if one is free that nobody waits for.
    pub(crate) fn try_take(&self) -> Option<Slot> {
        Some(self.with(Arc::clone(&self.0).try_acquire_owned().ok()?))
    }

    /// Takes a slot, after those who wait for one already.
    pub(crate) async fn take(&self) -> Slot {
        self.with(self.permit().await)
    }

    fn with(&self, permit: OwnedSemaphorePermit) -> Slot {
        Slot { slots: self.clone(), held: RefCell::new(Some(permit)) }
    }

    async fn permit(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.0).acquire_owned().await.expect("nobody closes it")
    }
}

/// A slot that a step has, or has given up for the time of a wait.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Slots,
    held: RefCell<Option<OwnedSemaphorePermit>>,
}

impl Slot {
    /// Runs `step`, and gives the slot back.
    pub(crate) async fn during<F: Future>(self, step: F) -> F::Output {
        SLOT.scope(self, step).await
    }
}

/// Waits without the slot of the running step, if it has one, and takes one again.
pub(in crate::aws) async fn without<F: Future>(wait: F) -> F::Output {
    let slots = SLOT.try_with(|slot| slot.held.take().map(|_| slot.slots.clone())).ok().flatten();
    let output = wait.await;
    if let Some(slots) = slots {
        let permit = slots.permit().await;
        SLOT.with(|slot| slot.held.replace(Some(permit)));
    }
    output
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::future::join_all;

    use super::*;
    use crate::clock::Clock;

    /// When each of the steps is over, in seconds: it makes a call of one second, waits ten, and makes another.
    async fn over(steps: usize, at_once: usize) -> Vec<u64> {
        let (slots, clock) = (Slots::new(at_once), Clock::real());
        let call = || tokio::time::sleep(Duration::from_secs(1));
        join_all((0..steps).map(|_| async {
            let step = async {
                call().await;
                without(tokio::time::sleep(Duration::from_secs(10))).await;
                call().await;
            };
            slots.take().await.during(step).await;
            clock.elapsed().as_secs()
        }))
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_takes_no_slot_and_a_call_does() {
        assert_eq!(over(3, 3).await, [12, 12, 12]);
        assert_eq!(over(3, 1).await, [12, 13, 14]);
        assert_eq!(over(4, 2).await, [12, 12, 13, 13]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_no_slot_waits_all_the_same() {
        let clock = Clock::real();
        without(tokio::time::sleep(Duration::from_secs(10))).await;
        assert_eq!(clock.elapsed().as_secs(), 10);
    }
}
