//! The answer: every log group with its reason, and what else was found on the way.

use super::outside::Outflow;
use super::totals::Totals;
use crate::address::{AccountName, Key, Region, TopologyName};
use crate::aws::CallError;
use crate::provider::obstacle::Subscriber;

/// What is covered and what is not.
#[derive(Debug)]
pub struct Coverage {
    /// The topology's name.
    pub topology: TopologyName,
    /// Over how many days volumes were measured; `None` where nobody asked for them.
    pub days: Option<u32>,
    /// Every log group, by account, region and name.
    pub groups: Vec<CoveredGroup>,
    /// Log groups that sources name in full and that are not there.
    pub absent: Vec<AbsentGroup>,
    /// Subscriptions that send to accounts outside.
    pub outflows: Vec<Outflow>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

impl Coverage {
    /// How much is delivered.
    pub fn totals(&self) -> Totals {
        Totals::of(&self.groups)
    }

    /// The subscriptions that send outside and that nobody has allowed.
    pub fn forbidden(&self) -> impl Iterator<Item = &Outflow> {
        self.outflows.iter().filter(|outflow| !outflow.allowed)
    }

    /// Whether anything is not known that decides whether a log group is delivered, or where it is sent to.
    pub fn is_partial(&self) -> bool {
        let unread = |group: &CoveredGroup| matches!(group.reason, Reason::Unread(_));
        self.unread.iter().any(|unread| unread.what != UnreadWhat::Volumes) || self.groups.iter().any(unread)
    }
}

/// A log group.
#[derive(Debug, Clone)]
pub struct CoveredGroup {
    /// Its account.
    pub account: AccountName,
    /// Its region.
    pub region: Region,
    /// Its name.
    pub name: String,
    /// Its class, in AWS's word.
    pub class: String,
    /// Whether it is delivered, or why not.
    pub reason: Reason,
    /// The subscriptions on it that lead to no destination of the topology.
    pub others: Vec<Subscriber>,
    /// Bytes of events written to it in the time that was asked about; `None` where that is not known.
    pub bytes: Option<u64>,
    /// Bytes that it keeps, as CloudWatch Logs last counted them.
    pub stored_bytes: Option<u64>,
}

impl CoveredGroup {
    /// Whether nothing was written to it in that time and it keeps nothing; `None` where that is not known.
    pub fn never_written(&self) -> Option<bool> {
        match (self.stored_bytes, self.bytes) {
            (Some(stored), _) if stored > 0 => Some(false),
            (_, Some(bytes)) if bytes > 0 => Some(false),
            (Some(_), Some(_)) => Some(true),
            _ => None,
        }
    }
}

/// Why a log group is delivered, or is not. Each has exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Its events are sent to these destinations of the topology.
    Delivered {
        /// Which.
        destinations: Vec<Key>,
        /// The filter patterns that its events have to match, where there are any.
        patterns: Vec<String>,
        /// No source names it any more: `apply --prune` ends this.
        orphan: bool,
    },
    /// A subscription sends its events to the destination, but not as the topology says: some may be missing.
    Drifted {
        /// The source that names it.
        source: Key,
        /// In what it differs.
        fields: Vec<&'static str>,
    },
    /// A source names it, and its subscription is not there yet: `apply` makes it.
    Missing {
        /// The source.
        source: Key,
    },
    /// A source names it, and others hold every place that a subscription can have.
    SlotsFull {
        /// The source.
        source: Key,
        /// Who holds them.
        by: Vec<Subscriber>,
    },
    /// It takes no subscription.
    CannotSubscribe(Unsubscribable),
    /// No source names it, and others subscribe it.
    SubscribedElsewhere {
        /// To where.
        to: Vec<Subscriber>,
    },
    /// No source names it.
    NotNamed,
    /// A source leaves it out.
    Excluded(Rule),
    /// A stream of the topology logs its errors to it, so it is never subscribed.
    OwnErrorLog,
    /// What is on it could not be read, so nothing is known.
    Unread(Why),
}

impl Reason {
    /// What it is, without its data.
    pub fn kind(&self) -> ReasonKind {
        match self {
            Self::Delivered { .. } => ReasonKind::Delivered,
            Self::Drifted { .. } => ReasonKind::Drifted,
            Self::Missing { .. } => ReasonKind::Missing,
            Self::SlotsFull { .. } => ReasonKind::SlotsFull,
            Self::CannotSubscribe(_) => ReasonKind::CannotSubscribe,
            Self::SubscribedElsewhere { .. } => ReasonKind::SubscribedElsewhere,
            Self::NotNamed => ReasonKind::NotNamed,
            Self::Excluded(_) => ReasonKind::Excluded,
            Self::OwnErrorLog => ReasonKind::OwnErrorLog,
            Self::Unread(why) if why.denied => ReasonKind::Denied,
            Self::Unread(_) => ReasonKind::Unread,
        }
    }
}

/// The reasons without their data, in the order in which they are told: what is delivered, what is not by what can be done
/// about it, and what is not meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is explained at `Reason`")]
pub enum ReasonKind {
    Delivered,
    Drifted,
    Missing,
    SlotsFull,
    CannotSubscribe,
    SubscribedElsewhere,
    NotNamed,
    Denied,
    Unread,
    Excluded,
    OwnErrorLog,
}

impl ReasonKind {
    /// The name that programs know it by. It never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Drifted => "drifted",
            Self::Missing => "missing",
            Self::SlotsFull => "slots_full",
            Self::CannotSubscribe => "class_cannot_subscribe",
            Self::SubscribedElsewhere => "subscribed_elsewhere",
            Self::NotNamed => "not_named",
            Self::Denied => "denied",
            Self::Unread => "unread",
            Self::Excluded => "excluded",
            Self::OwnErrorLog => "own_error_log",
        }
    }

    /// Whether the topology does not mean such a log group to be delivered.
    pub fn is_unmeant(self) -> bool {
        matches!(self, Self::Excluded | Self::OwnErrorLog)
    }
}

/// Why a log group takes no subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsubscribable {
    /// Of its class.
    Class(String),
    /// AWS Control Tower made it, and takes away what others put on it.
    ControlTower,
}

/// The rule that leaves a log group out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// The source that has it.
    pub source: Key,
    /// Its place in that source's `exclude`, from 0.
    pub index: usize,
    /// The glob or name.
    pub glob: String,
}

impl Rule {
    /// Where it is in the topology.
    pub fn path(&self) -> String {
        format!("sources.{}.exclude[{}]", self.source, self.index)
    }
}

/// Why something is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// What was attempted, where, and what AWS answered.
    pub error: String,
    /// The operation, in IAM's spelling; empty where AWS answered and the answer is not understood.
    pub operation: &'static str,
    /// AWS's error code.
    pub code: Option<String>,
    /// Whether access was denied.
    pub denied: bool,
}

impl Why {
    /// In words alone, where no call has failed.
    pub(crate) fn told(error: String) -> Self {
        Self { error, operation: "", code: None, denied: false }
    }
}

impl From<&CallError> for Why {
    fn from(error: &CallError) -> Self {
        Self {
            error: error.to_string(),
            operation: error.operation,
            code: error.code.clone(),
            denied: error.denied(),
        }
    }
}

/// A log group that a source names in full and that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentGroup {
    /// The source.
    pub source: Key,
    /// The account.
    pub account: AccountName,
    /// The region.
    pub region: Region,
    /// The name.
    pub name: String,
}

/// What could not be read of an account and region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The account.
    pub account: AccountName,
    /// The region.
    pub region: Region,
    /// What.
    pub what: UnreadWhat,
    /// Why.
    pub why: Why,
}

/// What can be read or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadWhat {
    /// Which log groups there are: none of them is in the answer.
    LogGroups,
    /// The account's subscription policy.
    AccountPolicies,
    /// How much the log groups took in.
    Volumes,
}

impl UnreadWhat {
    /// The name that programs know it by. It never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::LogGroups => "log_groups",
            Self::AccountPolicies => "account_policies",
            Self::Volumes => "volumes",
        }
    }
}
