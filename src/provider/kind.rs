//! What every kind of resource can do.

use crate::aws::{CallError, StepError, Target};

use super::FieldChange;

/// One kind of cloud resource. The implementing value is its desired state; its name is in the address.
pub(crate) trait Kind: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// What the service reports, normalised. Its default is what an absent resource looks like.
    type Live: Default + Clone + std::fmt::Debug + Send + Sync + 'static;

    /// What differs; empty means converged. Pure.
    fn diff(&self, live: &Self::Live) -> Vec<FieldChange>;

    /// Why it cannot be changed in place and has to be made anew, if so. Pure.
    fn replacement(&self, _live: &Self::Live) -> Option<String> {
        None
    }

    /// What others have added to it: shown as drift, never removed. Pure.
    fn foreign(&self, _live: &Self::Live) -> Vec<FieldChange> {
        Vec::new()
    }

    /// Reads it; `None` when it does not exist. Asks only for what `self` declares.
    async fn read(&self, on: &Target<'_>) -> Result<Option<Self::Live>, CallError>;

    /// Makes it, and waits until it can be used.
    async fn create(&self, on: &Target<'_>) -> Result<(), StepError>;

    /// Brings it from `live` to the desired state, keeping what is somebody else's.
    async fn update(&self, live: &Self::Live, on: &Target<'_>) -> Result<(), StepError>;
}

/// `Ok(None)` for "not found", the error otherwise.
pub(crate) fn found<T>(result: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.class == crate::aws::Class::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Deleting what is gone is done.
pub(crate) fn gone<T>(result: Result<T, CallError>) -> Result<(), CallError> {
    found(result).map(drop)
}
