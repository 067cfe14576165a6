//! When an entry is durable, and when no further entry may be written.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{oneshot, watch};

use super::error::RecordError;

/// A write was made, or why it could not be.
pub(super) type Kept = Result<(), RecordError>;

/// What was noted is on its way to where it is kept. The call that it announces must not be made before
/// [`Durable::reached`] has returned.
#[derive(Debug)]
#[must_use = "the call that was announced must wait for this"]
pub struct Durable(Option<Pending>);

/// A note that is not written yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) kept: oneshot::Receiver<Kept>,
    pub(super) place: String,
}

impl Durable {
    /// It is kept already.
    pub(super) fn already() -> Self {
        Self(None)
    }

    /// It will be kept.
    pub(super) fn pending(pending: Pending) -> Self {
        Self(Some(pending))
    }

    /// Waits until a run that is killed from now on has left its intention behind. Whether others are still kept off
    /// is asked again before each attempt of a call (`Keeper::permit`).
    ///
    /// # Errors
    /// When it could not be kept; the call must not be made then.
    pub async fn reached(self) -> Result<(), RecordError> {
        let Some(Pending { kept, place }) = self.0 else { return Ok(()) };
        kept.await.unwrap_or(Err(RecordError::RanOut { place }))
    }
}

/// Hears when the record is no longer this run's.
#[derive(Debug)]
pub struct Loss(Vec<watch::Receiver<Option<RecordError>>>);

impl Loss {
    /// It stays this run's as long as the process lives.
    pub(super) fn never() -> Self {
        Self(Vec::new())
    }

    pub(super) fn heard(from: watch::Receiver<Option<RecordError>>) -> Self {
        Self(vec![from])
    }

    /// One of several parts is no longer this run's.
    pub(super) fn of_any(losses: impl IntoIterator<Item = Self>) -> Self {
        Self(losses.into_iter().flat_map(|loss| loss.0).collect())
    }

    /// Waits until it is no longer this run's: no call may be made from then on.
    pub async fn happened(&mut self) -> RecordError {
        let mut waiting: FuturesUnordered<_> =
            self.0.iter_mut().map(|heard| heard.wait_for(Option::is_some)).collect();
        while let Some(heard) = waiting.next().await {
            if let Some(error) = heard.ok().and_then(|lost| lost.clone()) {
                return error;
            }
        }
        std::future::pending().await
    }
}
