//! What every kind of resource can do.

use std::collections::BTreeSet;

use super::change::FieldChange;
use super::facts::{Adoption, Facts, Others};
use super::fresh::Planned;
use super::logs::patience::{ON_ITS_WAY, let_through};
use super::notice::Notice;
use super::obstacle::Obstacle;
use super::policies::PolicyDocument;
use super::table::Live;
use super::tags::{OwnTags, Tags};
use crate::address::Address;
use crate::aws::{CallError, StepError, Target};

/// How something that cannot be changed in place is made again, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    /// Deleted and made again under its name: nothing is lost with it.
    InPlace(Obstacle),
    /// It is in use, so a successor under another name takes over before it goes.
    Successor(Obstacle),
}

impl Replacement {
    /// Why.
    pub fn why(&self) -> &Obstacle {
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
    Impossible(Obstacle),
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

/// Where the tags of a kind are.
pub(crate) struct Tagged<K: Kind> {
    /// Those that it is to have.
    pub(crate) wanted: fn(&K) -> &OwnTags,
    /// The same, to change them.
    pub(crate) wanted_mut: fn(&mut K) -> &mut OwnTags,
    /// Those that it has.
    pub(crate) live: fn(&K::Live) -> &Tags,
}

/// How to recognise a resource of a kind that is not tagged in the creating call.
pub(crate) struct Fingerprint<K: Kind> {
    /// What is to be made.
    pub(crate) wanted: fn(&K) -> String,
    /// What is there.
    pub(crate) live: fn(&K::Live) -> String,
    /// The ARN of what events go on to from what is there.
    pub(crate) leads_to: fn(&K::Live) -> Option<&str>,
}

/// One kind of cloud resource. The implementing value is its desired state; its name is in the address.
///
/// Facts, and whatever keeps something of others from being lost, have no default. What has one either asks AWS more than it
/// would have to, leaves a resource as it is, or does not compile for a kind whose facts say that there is something to do.
pub(crate) trait Kind: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// What the service reports, normalised. Its default is what an absent resource looks like.
    type Live: Default + Clone + std::fmt::Debug + Send + Sync + 'static;

    /// What is known of the kind.
    const FACTS: Facts;

    /// Where its tags are, if it has any.
    const TAGS: Option<Tagged<Self>>;

    /// Its fingerprint, if that is what it is known by.
    const FINGERPRINT: Option<Fingerprint<Self>>;

    /// One to look at what is there by, and never to be made.
    fn stand_in() -> Self;

    /// What differs; empty means converged. Pure.
    fn diff(&self, live: &Self::Live) -> Vec<FieldChange>;

    /// Why it can be neither changed nor taken over, and what to write instead: what holds its place is not logpipe's to
    /// move. Pure.
    fn refusal(&self, live: &Self::Live) -> Option<Obstacle>;

    /// What others have added to it: shown as drift, never removed. Pure.
    fn foreign(&self, live: &Self::Live) -> Vec<FieldChange>;

    /// Whether it cannot be changed in place and must be made again, and if so, why and how. Pure. Without a reason
    /// nothing is deleted, and AWS says itself what it does not change.
    fn replacement(&self, _live: &Self::Live) -> Option<Replacement> {
        None
    }

    /// Why it takes the place of what somebody else put there, where the topology says that it may. Pure. By default it
    /// may not.
    fn supersedes(&self, _live: &Self::Live) -> Option<Obstacle> {
        None
    }

    /// What to know about it that is neither changed nor refused, each a clause after its address. `live` is what is
    /// around its place where it does not exist. Pure. It decides nothing.
    fn notices(&self, _live: &Self::Live) -> Vec<Notice> {
        Vec::new()
    }

    /// The policies that it is to have. Pure.
    fn policies(&self) -> Vec<PolicyDocument> {
        const { assert!(!Self::FACTS.holds_policies, "it says which policies it is to have") }
        Vec::new()
    }

    /// The policies that it has. Pure.
    fn live_policies(_live: &Self::Live) -> Vec<PolicyDocument> {
        const { assert!(!Self::FACTS.holds_policies, "it says which policies it has") }
        Vec::new()
    }

    /// Whether finding it there already is as good as making it. By default `--adopt` is asked for.
    fn uses_existing(&self) -> bool {
        matches!(Self::FACTS.adoption, Adoption::Used)
    }

    /// Says whether what nobody declares stays as others set it.
    fn leave_undeclared(&mut self, _taken_over: bool) {
        const { assert!(!matches!(Self::FACTS.adoption, Adoption::Declared), "it is told what to leave") }
    }

    /// Says what it was tied to before, of kinds that part with that in place. By default it parts with nothing.
    fn was_tied_to(&mut self, _before: &[&Address]) {}

    /// What is there once it has been changed to this. By default nothing is taken for changed that has not been read.
    fn written_over(&self, live: &Self::Live) -> Self::Live {
        live.clone()
    }

    /// Its live state out of its container's, for kinds that come in the container's answer: nothing where it is not there.
    /// By default AWS is asked.
    fn within(_container: &Live, _address: &Address) -> Option<Option<Self::Live>> {
        None
    }

    /// What to do about an error, where the kind knows.
    fn hint(_error: &StepError) -> Option<&'static str> {
        None
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

    /// Deletes it; what is gone already is fine. `named` is what others have on it and a plan has named as going too.
    async fn delete(named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError>;

    /// Deletes it without losing what is on its way through it. By default that is given the time that CloudWatch Logs takes.
    async fn retire(on: &Target<'_>) -> Result<(), StepError> {
        let_through(on, ON_ITS_WAY).await;
        Self::delete(&[], on).await
    }

    /// What others have on it and would lose with it without a word of AWS. `ours` are the names of subscription filters of
    /// ours on it.
    async fn uses(_ours: &BTreeSet<&str>, _on: &Target<'_>) -> Result<Vec<FieldChange>, CallError> {
        const { assert!(!matches!(Self::FACTS.others, Others::Asked), "it is asked what others have on it") }
        Ok(Vec::new())
    }
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
