//! When an entry is durable, and when no further entry may be written.

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
pub struct Loss(Option<watch::Receiver<Option<RecordError>>>);

impl Loss {
    /// It stays this run's as long as the process lives.
    pub(super) fn never() -> Self {
        Self(None)
    }

    pub(super) fn heard(from: watch::Receiver<Option<RecordError>>) -> Self {
        Self(Some(from))
    }

    /// Waits until it is no longer this run's: no call may be made from then on.
    pub async fn happened(&mut self) -> RecordError {
        if let Some(heard) = &mut self.0
            && let Ok(lost) = heard.wait_for(Option::is_some).await
            && let Some(error) = lost.clone()
        {
            return error;
        }
        std::future::pending().await
    }
}
