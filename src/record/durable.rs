//! When what was noted outlives the process that noted it.

use super::error::RecordError;

/// What was noted is on its way to where it is kept. The call that it announces must not be made before
/// [`Durable::reached`] has returned.
#[derive(Debug)]
#[must_use = "the call that was announced must wait for this"]
pub struct Durable(());

impl Durable {
    /// It is kept already.
    pub(super) fn already() -> Self {
        Self(())
    }

    /// Waits until a run that is killed from now on has left its intention behind.
    ///
    /// # Errors
    /// When it could not be kept; the call must not be made then.
    pub async fn reached(self) -> Result<(), RecordError> {
        Ok(())
    }
}
