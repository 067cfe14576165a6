//! The record of a verb: read, or locked and released.

use std::cell::RefCell;
use std::time::Duration;

use super::{Applied, Engine, Error, RecordLost};
use crate::aws::wait::{self, Answer, TimedOut, Wait};
use crate::event::Event;
use crate::plan::renamed;
use crate::record::{Keeper, Record, RecordError};
use crate::share::Share;
use crate::wait_for::{LastSeen, WaitFor};

/// How often a record that is held is asked for again.
fn wait_for_record(limit: Duration) -> Wait {
    let (first, longest) = (Duration::from_secs(1), Duration::from_secs(10));
    Wait { what: WaitFor::Record, limit, first, longest }
}

/// How long one of several processes waits for another that divides the record for all of them, which takes seconds: until
/// the lease of one that was killed has run out.
const DIVIDED: Duration = Duration::from_secs(180);

/// Why the record was not had.
enum NotHad {
    Record(RecordError),
    StillHeld,
}

impl From<TimedOut> for NotHad {
    fn from(_: TimedOut) -> Self {
        Self::StillHeld
    }
}

impl Engine {
    /// What logpipe owns. Verbs that write have it from the keeper, who holds the lock.
    ///
    /// # Errors
    /// [`Error::Record`] and [`Error::Interrupted`].
    pub async fn record(&self) -> Result<Record, Error> {
        let mut stop = self.stop.clone();
        tokio::select! {
            record = Record::load(&self.records.place, self.topology.name.as_str()) => {
                Ok(record?.following(|name, id| renamed(&self.topology, name, id)))
            }
            () = stop.changed() => Err(Error::Interrupted),
        }
    }

    /// Does `work` under the lock, and lets others have the record, whatever came of it. The lock comes first: a plan made
    /// while another run writes would be stale.
    pub(super) async fn under_lock<E: From<Error>>(
        &self,
        share: Option<Share>,
        patience: Duration,
        work: impl AsyncFnOnce(&mut Keeper) -> Result<Applied, E>,
    ) -> Result<Applied, E> {
        let mut keeper = self.keeper(share, patience).await?;
        let mut outcome = work(&mut keeper).await;
        match &mut outcome {
            Ok(applied) if applied.lost.is_none() => {
                // Everything was written and recorded in the journal, but not yet in the snapshot.
                applied.lost = keeper.close().await.err().map(|source| RecordLost { written: true, source });
            }
            // The failure says more than that the record could not be given back, whose lease runs out anyway.
            Ok(_) | Err(_) => drop(keeper.release().await),
        }
        outcome
    }

    /// The record, locked for a run that writes, or what one of several processes has of it.
    async fn keeper(&self, share: Option<Share>, patience: Duration) -> Result<Keeper, Error> {
        let held = RefCell::new(None);
        let (topology, clock) = (self.topology.name.as_str(), self.clock());
        let limit = if share.is_some() { patience.max(DIVIDED) } else { patience };
        let began = clock.elapsed();
        let is_over = |error: &RecordError| {
            let divides = share.is_some() && matches!(error, RecordError::Splitting { .. });
            !divides && limit > patience && clock.elapsed().saturating_sub(began) >= patience
        };
        let ask = || async {
            match Keeper::open_for(share, &self.records.place, topology, &self.who, clock).await {
                Ok(keeper) => Ok(Answer::Ready(keeper)),
                Err(error) if is_over(&error) => Err(NotHad::Record(error)),
                Err(error @ (RecordError::Locked { .. } | RecordError::Splitting { .. })) => {
                    let words = error.to_string();
                    held.replace(Some(error));
                    Ok(Answer::NotYet(LastSeen::Words(words)))
                }
                Err(error) => Err(NotHad::Record(error)),
            }
        };
        let mut said = None;
        let tell = |held: &LastSeen, _| {
            if !limit.is_zero() && said.as_ref() != Some(held) {
                self.events.send(Event::RecordHeld { error: held.to_string(), limit });
                said = Some(held.clone());
            }
        };
        let (mut stop, process) = (self.stop.clone(), std::process::id());
        let outcome = tokio::select! {
            outcome = wait::until(wait_for_record(limit), clock, &process, tell, ask) => outcome,
            () = stop.changed() => return Err(Error::Interrupted),
        };
        let mut keeper = outcome.map_err(|error| match (error, held.take()) {
            (NotHad::Record(error), _) | (NotHad::StillHeld, Some(error)) => Error::Record(error),
            (NotHad::StillHeld, None) => Error::Interrupted,
        })?;
        keeper.follow(|name, id| renamed(&self.topology, name, id))?;
        Ok(keeper)
    }
}
