//! The result of verify, as values.

use std::cmp::Ordering;

use super::note::{NoRoute, Note};
use crate::address::{AccountName, Address, Key, Region};
use crate::plan::Reason;

/// The verdict over one hop of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HopVerdict {
    /// As it must be.
    Correct,
    /// There, but not as it must be.
    Incorrect,
    /// Not there.
    Missing,
    /// It lets events through, and something is there that should not be.
    Unexpected,
    /// Could not be read, so nothing is known.
    Unreachable,
    /// There, and whether it is right depends on what cannot be known here, so that the test event decides.
    Unknown,
}

/// One hop of a route, in the order the log line takes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Hop {
    /// Stable name of the hop, snake case (`subscription_filter`, `cwl_role_trust`, …).
    pub hop: &'static str,
    /// Its verdict.
    pub verdict: HopVerdict,
    /// What was seen, in one sentence.
    pub detail: String,
    /// The condition keys, and whatever else, that decide where the verdict is unknown.
    pub depends_on: Vec<String>,
}

/// How long one stretch of the way took.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Leg {
    /// What lies between, e.g. `event written → in the Firehose buffer`.
    pub leg: &'static str,
    /// Seconds.
    pub seconds: f64,
}

/// Who says that a test event matches the pattern of its route's filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvedBy {
    /// CloudWatch Logs itself, asked by TestMetricFilter.
    CloudwatchLogs,
    /// logpipe's own matcher, because CloudWatch Logs could not be asked.
    Logpipe,
}

/// What puts the first wrong hop of a route right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// `logpipe apply` does: these are logpipe's, and not as they were declared.
    Apply {
        /// What it changes.
        resources: Vec<Address>,
    },
    /// `logpipe apply` refuses to, unless it is told otherwise.
    Refused {
        /// What it does not touch.
        resource: Address,
        /// Why, and what to say.
        reason: Reason,
    },
    /// The topology asks AWS for what it does not document, and does not do here: this key has to go.
    LeaveOut {
        /// The key.
        key: &'static str,
    },
    /// These are as declared, as far as they are logpipe's: what is wrong was put there by others, and stays until they
    /// take it away.
    Foreign {
        /// Where to look.
        resources: Vec<Address>,
    },
}

/// Records that Firehose could not process, in an object below the error prefix.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Undelivered {
    /// The object.
    pub object: String,
    /// Firehose's own code, where the object tells one.
    pub error_code: Option<String>,
    /// Firehose's own words.
    pub error_message: Option<String>,
    /// How many records of the object bear this code.
    pub records: usize,
    /// Whether the route's test event is one of them.
    pub test_event: bool,
}

/// One route and what became of its test event.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Route {
    /// Key of the source.
    pub source: Key,
    /// The account the log group is in.
    pub account: AccountName,
    /// Its region.
    pub region: Region,
    /// The log group.
    pub log_group: String,
    /// Key of the destination.
    pub destination: Key,
    /// Whether the marked event was found in the bucket.
    pub delivered: bool,
    /// Seconds from writing the event to finding it.
    pub seconds: Option<f64>,
    /// `s3://bucket/key` of the object that holds it.
    pub object: Option<String>,
    /// The delivered record's log event, as it stands in the object.
    pub line: Option<String>,
    /// Time of each stretch, when delivered.
    pub legs: Vec<Leg>,
    /// Every hop as configured.
    pub hops: Vec<Hop>,
    /// Who says that the event matches the filter's pattern, when there is a pattern and it does.
    pub pattern_proved_by: Option<ProvedBy>,
    /// What Firehose could not process since the test event was sent, when that was not found.
    pub undelivered: Vec<Undelivered>,
    /// What went wrong, when not delivered: the last hop that is right and the first that is not.
    pub finding: Option<String>,
    /// What to do about that hop.
    #[serde(skip)]
    pub fix: Option<Fix>,
}

impl Route {
    /// The order in which routes are told.
    pub(super) fn in_order(&self, other: &Self) -> Ordering {
        (&self.source, &self.account, &self.region, &self.log_group).cmp(&(
            &other.source,
            &other.account,
            &other.region,
            &other.log_group,
        ))
    }
}

/// The verdict over all routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every event arrived, every agent may do what it must, every reader can read.
    Delivered,
    /// A hop is not as it must be, an agent lacks a right, or there is nothing to verify.
    Broken,
    /// No hop is known to be wrong, yet an event was not found in time.
    Timeout,
    /// Nothing is known to be wrong, and every event arrived, yet what an agent or a reader may do cannot be judged.
    Unknown,
}

/// Who says what a role may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JudgedBy {
    /// IAM's policy simulation, joined with the policy of the resource.
    Iam,
    /// logpipe's own evaluation of the policies, because IAM could not be asked.
    Logpipe,
}

/// Whether a role may do something.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// The IAM action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// Whether it may; not where that is unknown.
    pub allowed: bool,
    /// What the answer depends on, where nobody here can know it; empty where the answer is certain.
    pub depends_on: Vec<String>,
    /// The policy and the statement in it that decide.
    pub statement: Option<String>,
    /// Who says so.
    pub judged_by: JudgedBy,
    /// Why not, or what was not looked at.
    pub detail: Option<String>,
}

/// The role of an agent in one account, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AgentVerdict {
    /// Key of the agent.
    pub agent: Key,
    /// The account.
    pub account: AccountName,
    /// Name of the role.
    pub role: Option<String>,
    /// Whether everything that was checked is allowed.
    pub allowed: bool,
    /// Whether nothing is denied, and yet not everything is known to be allowed.
    pub unknown: bool,
    /// What was checked.
    pub checks: Vec<Check>,
    /// What went wrong, when not all of it is allowed.
    pub finding: Option<String>,
    /// What there is to know, such as why IAM was not asked.
    #[serde(skip)]
    pub notes: Vec<Note>,
}

/// An event that was read as a reader.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReadEvent {
    /// Its log group.
    pub log_group: String,
    /// Its log stream.
    pub log_stream: String,
    /// What it says.
    pub message: String,
}

/// A reader: the hops into its role, who one is before and after, and what was read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReaderVerdict {
    /// Key of the reader.
    pub reader: Key,
    /// The account with the logs.
    pub account: AccountName,
    /// ARN of the role.
    pub role: String,
    /// Whether who is trusted can read.
    pub readable: bool,
    /// Whether nothing is wrong, and yet it is not known that they can.
    pub unknown: bool,
    /// Whether the role was assumed; otherwise policies were evaluated.
    pub assumed: bool,
    /// Who assumed it, as STS names them.
    pub before: Option<String>,
    /// Who that was then.
    pub after: Option<String>,
    /// Every hop from who is trusted to the logs.
    pub hops: Vec<Hop>,
    /// What was read, where there was anything.
    pub event: Option<ReadEvent>,
    /// What went wrong, when it cannot be read.
    pub finding: Option<String>,
    /// What there is to know, such as why the role was not assumed.
    #[serde(skip)]
    pub notes: Vec<Note>,
}

/// The outcome of verify.
#[derive(Debug, Clone, PartialEq)]
pub struct Verification {
    /// Over all routes.
    pub verdict: Verdict,
    /// Route by route.
    pub routes: Vec<Route>,
    /// Agent by agent, account by account.
    pub agents: Vec<AgentVerdict>,
    /// Reader by reader.
    pub readers: Vec<ReaderVerdict>,
    /// How many routes there are, those that were not probed included.
    pub routes_total: usize,
    /// Why there is no route to verify, when there is none.
    pub finding: Option<NoRoute>,
}
