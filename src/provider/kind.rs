//! What every kind of resource can do.

use crate::aws::{CallError, StepError, Target};

use super::FieldChange;
use super::fresh::Planned;

/// How something that cannot be changed in place is made anew, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    /// Deleted and made again under its name: nothing is lost with it.
    InPlace(String),
    /// It is in use, so a successor under another name takes over before it goes.
    Successor(String),
}

impl Replacement {
    /// Why.
    pub fn why(&self) -> &str {
        match self {
            Self::InPlace(why) | Self::Successor(why) => why,
        }
    }
}

/// What a look at a resource found.
#[derive(Debug, Clone)]
pub enum Found<T> {
    /// It does not exist.
    Absent,
    /// It does not exist, and this is around its place.
    Vacant(T),
    /// It does.
    There(T),
    /// It does not exist and cannot be made: why, and what to do about it.
    Impossible(String),
}

impl<T> From<Option<T>> for Found<T> {
    fn from(live: Option<T>) -> Self {
        live.map_or(Self::Absent, Self::There)
    }
}

impl<T> Found<T> {
    pub(crate) fn map<U>(self, of: impl FnOnce(T) -> U) -> Found<U> {
        match self {
            Self::Absent => Found::Absent,
            Self::Vacant(around) => Found::Vacant(of(around)),
            Self::There(live) => Found::There(of(live)),
            Self::Impossible(why) => Found::Impossible(why),
        }
    }
}

/// One kind of cloud resource. The implementing value is its desired state; its name is in the address.
pub(crate) trait Kind: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// What the service reports, normalised. Its default is what an absent resource looks like.
    type Live: Default + Clone + std::fmt::Debug + Send + Sync + 'static;

    /// What differs; empty means converged. Pure.
    fn diff(&self, live: &Self::Live) -> Vec<FieldChange>;

    /// Why it cannot be changed in place and has to be made anew, if so, and how. Pure.
    fn replacement(&self, _live: &Self::Live) -> Option<Replacement> {
        None
    }

    /// Why it can be neither changed nor taken over, and what to write instead: what holds its place is not logpipe's to
    /// move. Pure.
    fn refusal(&self, _live: &Self::Live) -> Option<String> {
        None
    }

    /// Why it takes the place of what somebody else put there, where the topology says that it may. Pure.
    fn supersedes(&self, _live: &Self::Live) -> Option<String> {
        None
    }

    /// What others have added to it: shown as drift, never removed. Pure.
    fn foreign(&self, _live: &Self::Live) -> Vec<FieldChange> {
        Vec::new()
    }

    /// What to know about it that is neither changed nor refused, each a clause after its address. `live` is what is
    /// around its place where it does not exist. Pure.
    fn notices(&self, _live: &Self::Live) -> Vec<String> {
        Vec::new()
    }

    /// Reads it, and what around it makes it impossible.
    async fn look(&self, on: &Target<'_>) -> Result<Found<Self::Live>, CallError> {
        Ok(self.read(on).await?.into())
    }

    /// Reads it; `None` when it does not exist. Asks only for what `self` declares.
    async fn read(&self, on: &Target<'_>) -> Result<Option<Self::Live>, CallError>;

    /// Makes it, and waits until it can be used. Where AWS would write over one that is there, it makes sure first that
    /// there is still none.
    async fn create(&self, on: &Target<'_>) -> Result<(), StepError>;

    /// Brings it from what a plan saw to the desired state, keeping what is somebody else's: as it is right before the
    /// write, not as it was.
    async fn update(&self, planned: &Planned<Self::Live>, on: &Target<'_>) -> Result<(), StepError>;
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
