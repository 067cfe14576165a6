//! The result of verify, as values.

use std::cmp::Ordering;
use std::time::Duration;

use super::note::{NoRoute, Note};
use crate::address::{AccountName, Address, Key, Region};
use crate::aws::object_lock::Retention;
use crate::plan::Reason;
use crate::plan::note::NearLimit;

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

/// An alarm that the topology declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmVerdict {
    /// The alarm.
    pub address: Address,
    /// Whether it is there and tells somebody.
    pub verdict: HopVerdict,
    /// What was seen, in one sentence.
    pub detail: String,
    /// Its state in CloudWatch's word, where it was read.
    pub state: Option<String>,
    /// What to do about it, where something is wrong.
    pub fix: Option<Fix>,
}

/// What CloudWatch has counted of a stream, in the time that was asked about (Amazon Data Firehose Developer Guide, "Monitor
/// Amazon Data Firehose with CloudWatch metrics").
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StreamCounts {
    /// Records that it took in; each holds several log events.
    pub incoming_records: u64,
    /// Records that it wrote to its bucket.
    pub delivered_records: u64,
    /// Records that it refused because they were too many.
    pub throttled_records: u64,
    /// Bytes a second in the minute that had most.
    pub busiest_bytes_per_second: u64,
    /// Bytes a second that Firehose takes.
    pub limit_bytes_per_second: u64,
    /// Seconds for which the oldest record has waited, as of late.
    pub oldest_record_seconds: Option<u64>,
    /// Whether S3 refused what it last tried to write, where it tried.
    pub last_write_refused: Option<bool>,
}

/// What there is to say of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamFinding {
    /// Records wait longer than it collects them.
    Waiting {
        /// How long the oldest has.
        oldest: Duration,
        /// How long it collects.
        buffer: Duration,
        /// Whether S3 refused what it last tried to write.
        refused: bool,
    },
    /// It takes in nearly as much as Firehose allows, or more.
    NearLimit(NearLimit),
    /// What was counted could not be read.
    Unread {
        /// Why; `None` where the role may not ask.
        why: Option<String>,
    },
}

impl StreamFinding {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "records_wait",
            Self::NearLimit(_) => "throughput_near_limit",
            Self::Unread { .. } => "metrics_unread",
        }
    }
}

/// A stream, and whether it passes on what it takes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamVerdict {
    /// The destination.
    pub destination: Key,
    /// The stream.
    pub stream: Address,
    /// Whether it does.
    pub verdict: HopVerdict,
    /// What was counted.
    pub counts: Option<StreamCounts>,
    /// What there is to say.
    pub findings: Vec<StreamFinding>,
}

/// What there is to say of a bucket that keeps objects from being deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketFinding {
    /// S3 takes no upload without a checksum, and whether Firehose sends one is not known.
    Checksums,
    /// Objects stay longer than the topology asks.
    KeptLonger {
        /// What it asks, in days.
        expire_days: u32,
    },
    /// What it keeps could not be read.
    Unread {
        /// Why; `None` where the role may not ask.
        why: Option<String>,
    },
}

impl BucketFinding {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Checksums => "checksums_unknown",
            Self::KeptLonger { .. } => "kept_longer",
            Self::Unread { .. } => "object_lock_unread",
        }
    }
}

/// A bucket, and what it does with objects that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketVerdict {
    /// The destination.
    pub destination: Key,
    /// The bucket.
    pub bucket: Address,
    /// Whether it is known to take what is delivered.
    pub verdict: HopVerdict,
    /// How long it keeps objects by default, where it does.
    pub retention: Option<Retention>,
    /// What there is to say.
    pub findings: Vec<BucketFinding>,
}

/// A quota of IAM that pipelines meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// Roles of an account.
    Roles,
    /// Customer managed policies of an account.
    Policies,
    /// Instance profiles of an account.
    InstanceProfiles,
    /// Characters of a role's trust policy.
    TrustPolicy,
}

impl Quota {
    /// The code that Service Quotas has for it (Service Quotas, `iam`).
    pub fn quota_code(self) -> &'static str {
        match self {
            Self::Roles => "L-FE177D64",
            Self::Policies => "L-E95E4862",
            Self::InstanceProfiles => "L-6E65F664",
            Self::TrustPolicy => "L-C07B4B0D",
        }
    }
}

/// How much of a quota is used, and how much more apply wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct QuotaUse {
    /// Which.
    pub quota: Quota,
    /// What is there.
    pub used: u64,
    /// What apply would make; of a trust policy, its characters.
    pub wanted: u64,
    /// What the account may have.
    pub limit: u64,
}

impl QuotaUse {
    /// Whether what apply would make does not fit.
    pub fn exceeded(&self) -> bool {
        self.used + self.wanted > self.limit
    }
}

/// The quotas of an account in which apply would write to IAM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountQuotas {
    /// The account.
    pub account: AccountName,
    /// Those that it would meet.
    pub uses: Vec<QuotaUse>,
    /// Why they are not known, where they are not.
    pub unread: Option<String>,
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
