//! What verify found out, as values.

use crate::address::{AccountName, Key, Region};

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
    /// Could not be read, so nothing is known.
    Unreachable,
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
    /// What went wrong, when not delivered: the last hop that is right and the first that is not.
    pub finding: Option<String>,
}

/// The verdict over all routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every event arrived.
    Delivered,
    /// A hop of some route is not as it must be, or there is no route at all.
    Broken,
    /// No hop is known to be wrong, yet an event was not found in time.
    Timeout,
}

/// The outcome of verify.
#[derive(Debug, Clone, PartialEq)]
pub struct Verification {
    /// Over all routes.
    pub verdict: Verdict,
    /// Route by route.
    pub routes: Vec<Route>,
    /// Why there is no route to verify, when there is none.
    pub finding: Option<String>,
}
