//! Why a verb ended without doing what it was asked. Nothing was written then.

use std::collections::BTreeSet;

use super::OneProcess;
use crate::address::Address;
use crate::aws::{CallError, NotConnected, Unreachable};
use crate::graph::dag::Cycle;
use crate::plan::{MatchesNothing, NoEntry, Reason, SurveyError, Undestroyable, Unusable};
use crate::reading::{LookUp, NothingToRead};
use crate::record::RecordError;
use crate::topology::Invalid;

/// A verb's failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The topology cannot be carried out; why, a sentence each.
    #[error("the topology cannot be built")]
    Impossible(Vec<String>),
    /// Accounts could not be entered.
    #[error(transparent)]
    NotConnected(#[from] NotConnected),
    /// The same where the request could say to go on without them.
    #[error(transparent)]
    NotReached(NotConnected),
    /// The organisation's accounts could not be listed.
    #[error("could not list the accounts of the organisation")]
    NotListed(CallError),
    /// Live state could not be read.
    #[error("could not read the live state")]
    NotRead(Vec<CallError>),
    /// The plan refuses some of its steps.
    #[error("nothing was changed, because the plan refuses {} of its resources", .0.len())]
    Refused(Vec<Refusal>),
    /// The record could not be had.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// What is to be carried out has a cycle.
    #[error(transparent)]
    Cycle(#[from] Cycle),
    /// A saved plan cannot be carried out.
    #[error("nothing was changed, because the plan cannot be carried out")]
    UnusablePlan(#[from] Unusable),
    /// A target matches nothing.
    #[error(transparent)]
    MatchesNothing(#[from] MatchesNothing),
    /// There is nothing to verify.
    #[error("--target selects no subscription filter, so there is no route to verify")]
    NoRoute,
    /// The topology has no such log group.
    #[error(transparent)]
    NothingToRead(#[from] NothingToRead),
    /// The time to read until is before the one to read from.
    #[error("--until is before --since")]
    EndsBeforeStart,
    /// No log group was found.
    #[error("no log group matches {}", tried(.0))]
    NoneFits(Vec<LookUp>),
    /// What was found of a pipeline makes no topology.
    #[error("the pipeline has no stream that can be read, so no topology can be written of it")]
    NothingToImport,
    /// What was written of what was found is not valid.
    #[error("the topology that was written is not valid, which is a fault of logpipe")]
    Unwritable(Box<Invalid>),
    /// Several processes cannot do it.
    #[error(transparent)]
    OneProcess(#[from] OneProcess),
    /// The user said stop before anything was written.
    #[error("interrupted; nothing was changed")]
    Interrupted,
}

/// A step that the plan refuses, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub address: Address,
    /// Why.
    pub reason: Reason,
}

impl Error {
    /// Accounts could not be entered, with what was said to do then.
    pub(super) fn no_entry(error: NoEntry, unreachable: Unreachable) -> Self {
        match (error, unreachable) {
            (NoEntry::NotConnected(error), Unreachable::Fails) => Self::NotReached(error),
            (NoEntry::NotConnected(error), Unreachable::LeftOut) => Self::NotConnected(error),
            (NoEntry::NotListed(error), _) => Self::NotListed(error),
        }
    }

    /// Whether AWS refused access, and nothing else is wrong.
    pub fn denied(&self) -> bool {
        match self {
            Self::NotConnected(error) | Self::NotReached(error) => error.denied(),
            Self::NotListed(error) => error.denied(),
            Self::NotRead(errors) => errors.iter().all(CallError::denied),
            Self::Record(error) => error.denied(),
            _ => false,
        }
    }

    /// The calls that failed, one of each kind: a hundred accounts may fail alike, and what fails before AWS answers
    /// has nothing to do with the account.
    pub fn calls(&self) -> Vec<CallError> {
        let all: Vec<&CallError> = match self {
            Self::NotConnected(error) | Self::NotReached(error) => {
                error.failures.iter().map(|(_, error)| error).collect()
            }
            Self::NotRead(errors) => errors.iter().collect(),
            Self::NotListed(error) => vec![error],
            _ => Vec::new(),
        };
        let mut told = BTreeSet::new();
        all.into_iter()
            .filter(|error| {
                let account = error.code.as_ref().map(|_| error.place.account.clone());
                told.insert((error.operation, account, error.code.clone()))
            })
            .cloned()
            .collect()
    }
}

impl From<SurveyError> for Error {
    fn from(error: SurveyError) -> Self {
        match error {
            SurveyError::NotFound(errors) => Self::NotRead(errors),
            // The engine enters them and looks again.
            SurveyError::NotEntered(_) => Self::NotRead(Vec::new()),
            SurveyError::NotRead(failures) => Self::NotRead(failures.into_values().collect()),
            SurveyError::Impossible(problems) => Self::Impossible(problems),
            SurveyError::MatchesNothing(error) => error.into(),
        }
    }
}

impl From<Undestroyable> for Error {
    fn from(error: Undestroyable) -> Self {
        match error {
            Undestroyable::MatchesNothing(error) => error.into(),
            Undestroyable::Cycle(error) => error.into(),
        }
    }
}

fn tried(look_ups: &[LookUp]) -> String {
    let tried =
        look_ups.iter().map(|LookUp { account, region, glob }| format!("`{glob}` in {account}/{region}"));
    tried.collect::<Vec<_>>().join(", ")
}
