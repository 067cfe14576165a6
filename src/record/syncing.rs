//! The one task that has the disk keep what was written to a journal: once for all who wait, and not on the thread that
//! makes calls, which would stand still for as long as a disk takes.

use std::iter::from_fn;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, spawn_blocking};

use super::durable::{Durable, Kept, Pending};
use super::error::RecordError;
use crate::clock::Clock;
use crate::files::DiskFile;

/// Why a journal can no longer be trusted to hold what is added to it, once that is so.
pub(super) type Failed = Arc<OnceLock<RecordError>>;

/// Whoever waits until what was written is kept.
type Waiting = oneshot::Sender<Kept>;

/// The way to the task.
#[derive(Debug)]
pub(super) struct Syncing {
    orders: mpsc::UnboundedSender<Waiting>,
    place: String,
    task: JoinHandle<()>,
}

impl Drop for Syncing {
    /// Nobody waits any more.
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Syncing {
    /// Syncs the journal of a record, until that has failed.
    pub(super) fn of(journal: DiskFile, record: PathBuf, failed: Failed, clock: Clock) -> Self {
        let (orders, received) = mpsc::unbounded_channel();
        let place = record.display().to_string();
        let task = tokio::spawn(sync(Arc::new(journal), record, failed, clock, received));
        Self { orders, place, task }
    }

    /// What was written until now is kept when this is reached.
    pub(super) fn durable(&self) -> Durable {
        let (answer, kept) = oneshot::channel();
        // Without the task, the answer goes with the order, which says as much.
        drop(self.orders.send(answer));
        Durable::pending(Pending { kept, place: self.place.clone() })
    }
}

/// What is written while a sync is under way goes together into the next one.
async fn sync(
    journal: Arc<DiskFile>,
    record: PathBuf,
    failed: Failed,
    clock: Clock,
    mut received: mpsc::UnboundedReceiver<Waiting>,
) {
    while let Some(first) = received.recv().await {
        let waiting: Vec<Waiting> =
            std::iter::once(first).chain(from_fn(|| received.try_recv().ok())).collect();
        let file = journal.clone();
        let kept = match failed.get() {
            Some(error) => Err(error.clone()),
            None => aside(clock, move || file.sync()).await.map_err(RecordError::io("write", &record)),
        };
        if let Err(error) = &kept {
            failed.get_or_init(|| error.clone());
        }
        for answer in waiting {
            // Whoever gave up waiting needs no answer.
            drop(answer.send(kept.clone()));
        }
    }
}

/// Does work that takes a thread for a while on one where nothing else waits for it. In simulated time it is done on the
/// spot, so that a run takes the same course each time.
pub(super) async fn aside<T: Send + 'static>(clock: Clock, work: impl FnOnce() -> T + Send + 'static) -> T {
    if clock.is_simulated() {
        return work();
    }
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(failed) => resume_unwind(failed.into_panic()),
    }
}
