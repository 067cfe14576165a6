//! The events that the engine emits while it works: ids and numbers, no prose.
//!
//! The engine owns an [`Events`] sink and knows nothing of terminals; `ui/` turns events into lines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::address::{AccountId, AccountName, Address};
use crate::wait_for::{LastSeen, WaitFor};

/// The verb of a step, as plans, events and journals write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Make what is absent.
    Create,
    /// Change what is there in place.
    Update,
    /// Delete and create again.
    Replace,
    /// Remove.
    Delete,
    /// Leave as it is.
    Keep,
    /// Leave it in place and remove it from the record.
    Forget,
    /// Take over what somebody else made.
    Adopt,
    /// Not done: something foreign is in the way.
    Refuse,
    /// Done by another process, and waited for.
    Await,
}

impl Verb {
    /// The verb as JSON writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Keep => "keep",
            Self::Forget => "forget",
            Self::Adopt => "adopt",
            Self::Refuse => "refuse",
            Self::Await => "await",
        }
    }
}

impl std::fmt::Display for Verb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// A step that will be carried out, and when it may be expected to start and to end, counted from the start of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// Which.
    pub address: Address,
    /// What is done.
    pub verb: Verb,
    /// When AWS's rate limits let it start.
    pub starts: Duration,
    /// When it is over, if nothing takes longer than usual.
    pub ends: Duration,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepEnd {
    /// It is as desired.
    Done,
    /// It failed; the error in one line.
    Failed(String),
    /// Not tried, because this other step failed or was skipped.
    Skipped(Address),
}

/// Something that happened. Times are durations since the command started.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Another run holds the record, and is waited for.
    RecordHeld {
        /// Who holds it, as the error says that would end the wait.
        error: String,
        /// How long it is waited for.
        limit: Duration,
    },
    /// The record owns nothing, so that nothing can be destroyed.
    NothingOwned {
        /// Where the record is.
        record: String,
        /// What to do about another one that owns something.
        left_behind: Option<String>,
    },
    /// Something is left out, because something it needs is missing.
    LeftOut {
        /// Which resource.
        address: Address,
        /// What it takes.
        why: String,
    },
    /// The role of a reader was assumed.
    ReaderAssumed {
        /// Who reads now.
        role: String,
        /// Who has assumed it.
        by: String,
    },
    /// Only some of the routes are probed, without anybody having said how many.
    Sampled {
        /// How many are.
        probed: usize,
        /// How many there are.
        routes: usize,
    },
    /// Accounts are about to be entered.
    Connecting {
        /// How many.
        total: usize,
    },
    /// Credentials for an account were obtained and its id was checked.
    Connected {
        /// The account, as the topology calls it.
        account: AccountName,
        /// Its id.
        id: AccountId,
    },
    /// Live state is about to be read for this many resources.
    Reading {
        /// Number of resources.
        total: usize,
    },
    /// One resource was read.
    Read {
        /// Which.
        address: Address,
    },
    /// Steps are about to be carried out.
    Applying {
        /// Every step that will be carried out.
        steps: Vec<Ahead>,
        /// What each of them needs first, steps or not.
        needs: Arc<BTreeMap<Address, BTreeSet<Address>>>,
    },
    /// A step started.
    StepStarted {
        /// Which.
        address: Address,
        /// What is done.
        verb: Verb,
    },
    /// A step waits for something to become true, and so far it is not.
    StepWaiting {
        /// Which.
        address: Address,
        /// What it waits for.
        what: WaitFor,
        /// What was seen last.
        last: LastSeen,
        /// How long it has waited.
        waited: Duration,
        /// When it gives up, counted from the start of the wait.
        limit: Duration,
    },
    /// A step ended.
    StepEnded {
        /// Which.
        address: Address,
        /// What was done.
        verb: Verb,
        /// How it ended.
        end: StepEnd,
        /// How long it took.
        took: Duration,
    },
    /// The user asked to stop; nothing new is started.
    Stopping {
        /// How often the user has asked (1: finish running calls, 2: stop waiting for them).
        times: u32,
        /// Steps still running.
        running: usize,
    },
    /// A marked test event was written into a route.
    ProbeSent {
        /// The route, printable: `source account/region log group`.
        route: String,
        /// When it has usually arrived.
        usual: Duration,
        /// When verify gives up on it.
        limit: Duration,
    },
    /// The marked event is not in the bucket yet.
    ProbeWaiting {
        /// The route.
        route: String,
        /// What is awaited.
        what: WaitFor,
        /// How long it has been.
        waited: Duration,
    },
    /// A route is decided.
    ProbeEnded {
        /// The route.
        route: String,
        /// Whether the event arrived.
        delivered: bool,
        /// Time since the event was written.
        took: Duration,
    },
}

/// A sink of events, cheap to clone. Listeners must be quick: they run on the engine's task.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(Event) + Send + Sync>);

impl Events {
    /// Sends every event to `listener`.
    pub fn to(listener: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// Drops every event.
    pub fn none() -> Self {
        Self::to(|_| {})
    }

    /// Tells the listener.
    pub fn send(&self, event: Event) {
        (self.0)(event);
    }
}

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Events")
    }
}
