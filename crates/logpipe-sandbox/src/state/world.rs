//! The whole simulated state: accounts, sessions, pending events and the log of calls.
//!
//! Owns time and ids inside the sandbox. What a service keeps is in that service's `state.rs`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use logpipe_identifiers::{AccountId, Partition};

use crate::caller::Issued;
use crate::faults::rng::Rng;
use crate::faults::throttle::Throttle;
use crate::identifiers;
use crate::prepared::prepare::Withheld;
use crate::principals::PolicyText;
use crate::services::cloudwatch::CloudWatchState;
use crate::services::ec2::Ec2State;
use crate::services::firehose::FirehoseState;
use crate::services::iam::IamState;
use crate::services::logs::LogsState;
use crate::services::organizations::Directory;
use crate::services::s3::Bucket;
use crate::services::ssm::SsmState;
use crate::time::queue::Queue;
use crate::time::timed_event::TimedEvent;
use crate::time::timing::Timing;

/// How many calls are remembered.
const CALLS_KEPT: usize = 1_000;

/// Everything the sandbox knows. A pure value: what it becomes depends on it, the time and the request alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct World {
    /// Simulated time, in milliseconds since 1970. Never goes back.
    pub(crate) now_ms: u64,
    /// The last number an id was made from.
    counter: u64,
    /// How long things take.
    pub(crate) timing: Timing,
    /// What is left to chance.
    #[serde(default, alias = "chance")]
    pub(crate) rng: Rng,
    /// Whether calls are throttled.
    #[serde(default)]
    pub(crate) throttle: Throttle,
    /// The partition that accounts are handed over in: of what is prepared for a topology, not of what calls make.
    #[serde(skip)]
    pub(crate) partition: Partition,
    /// Accounts that nobody can enter.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) suspended: BTreeSet<AccountId>,
    /// The organisation that all accounts belong to, if there is one.
    #[serde(default = "default_organization")]
    pub(crate) organization: Option<String>,
    /// Whether CloudWatch Logs leaves the sender's organisation out when it assumes a role (`aws:SourceOrgID`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) hides_source_organization: bool,
    /// Who and what is in it, as far as it can be listed.
    #[serde(default)]
    pub(crate) directory: Directory,
    /// Why the next streams fail, one after the other, where they were told to.
    #[serde(default)]
    pub(crate) failing_streams: VecDeque<String>,
    /// Streams that a region of an account takes, where the quota is not the usual one.
    #[serde(default)]
    pub(crate) stream_quota: Option<usize>,
    /// Bytes a second that a stream takes, where the quota is not the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) throughput_quota: Option<u64>,
    /// Characters of a trust policy, where the quota was raised.
    #[serde(default)]
    pub(crate) trust_quota: Option<usize>,
    /// Actions that roles are not given, whatever their policies say when they are prepared.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) withheld: BTreeSet<Withheld>,
    /// Accounts, which come to exist when they are first used.
    pub(crate) accounts: BTreeMap<AccountId, Account>,
    /// Buckets of all accounts: their names are global.
    pub(crate) buckets: BTreeMap<String, Bucket>,
    /// Names of deleted buckets that are not free before a time.
    #[serde(default)]
    pub(crate) freed_buckets: BTreeMap<String, u64>,
    /// Policies of KMS keys, by the ARN of the key. A key without one has the default policy.
    #[serde(default)]
    pub(crate) kms_keys: BTreeMap<String, PolicyText>,
    /// Issued temporary credentials, by access key id.
    pub(crate) sessions: BTreeMap<String, Issued>,
    /// What will happen.
    pub(crate) queue: Queue,
    /// The last calls, oldest first.
    pub(crate) calls: VecDeque<CallRecord>,
    /// The time of callers, where it is not the simulated one.
    #[serde(skip)]
    pub(crate) callers: Option<CallersTime>,
}

/// The time of callers who do not live in the simulated one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallersTime {
    /// Now, in milliseconds since 1970.
    pub(crate) now_ms: u64,
    /// How many times as fast simulated time passes.
    pub(crate) speed: f64,
}

/// What one account holds, service by service.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    /// Roles and policies.
    pub(crate) iam: IamState,
    /// Log groups and destinations.
    #[serde(default)]
    pub(crate) logs: LogsState,
    /// Firehose streams.
    #[serde(default)]
    pub(crate) firehose: FirehoseState,
    /// Instances.
    #[serde(default)]
    pub(crate) ec2: Ec2State,
    /// Parameters.
    #[serde(default)]
    pub(crate) ssm: SsmState,
    /// Alarms.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) cloudwatch: CloudWatchState,
}

/// A call that was made, for `sandbox show` and for tests that count calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The signing name of the service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The calling account, if the credential was good.
    pub account: Option<AccountId>,
    /// The signing region.
    pub region: String,
    /// Simulated time, in milliseconds since 1970.
    pub at_ms: u64,
    /// HTTP status of the answer.
    pub status: u16,
    /// The error code, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl CallRecord {
    /// Whether the operation can change a resource, by its name. Credentials are no resource.
    pub fn writes(&self) -> bool {
        !is_reading(&self.operation)
    }
}

/// Whether an operation changes nothing, by its name.
pub(crate) fn is_reading(operation: &str) -> bool {
    let reading = ["Get", "List", "Describe", "Head", "Filter", "Test", "Simulate", "AssumeRole"];
    reading.iter().any(|prefix| operation.starts_with(prefix))
}

impl World {
    /// An empty world at this time.
    pub(crate) fn starting_at(now: SystemTime) -> Self {
        Self { now_ms: to_ms(now), organization: default_organization(), ..Self::default() }
    }

    /// The same world with nothing in it: time, timing and ids continue where they are.
    pub(crate) fn emptied(&self) -> Self {
        Self {
            now_ms: self.now_ms,
            counter: self.counter,
            timing: self.timing,
            rng: self.rng.clone(),
            throttle: self.throttle.clone(),
            partition: self.partition,
            organization: self.organization.clone(),
            hides_source_organization: self.hides_source_organization,
            directory: self.directory.clone(),
            trust_quota: self.trust_quota,
            stream_quota: self.stream_quota,
            throughput_quota: self.throughput_quota,
            ..Self::default()
        }
    }

    /// Lets time pass: everything due up to `now_ms` happens, in order, each at its own time.
    pub(crate) fn advance_to(&mut self, now_ms: u64) {
        while let Some((at_ms, due)) = self.queue.take_due(now_ms) {
            self.now_ms = self.now_ms.max(at_ms);
            due.happen(self);
        }
        self.now_ms = self.now_ms.max(now_ms);
    }

    /// Plans something `delay_ms` from now.
    pub(crate) fn plan(&mut self, delay_ms: u64, due: TimedEvent) {
        self.queue.plan(self.now_ms + delay_ms, due);
    }

    /// An account, made if it was never used.
    pub(crate) fn account(&mut self, id: &AccountId) -> &mut Account {
        self.accounts.entry(id.clone()).or_default()
    }

    /// The last number an id was made from, which every call makes grow.
    pub(crate) fn counted(&self) -> u64 {
        self.counter
    }

    /// The next number for an id.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// The id of an event of this time, as wide as those of AWS. Times first, so that ids order as events do.
    pub(crate) fn event_id(&mut self, timestamp: u64) -> String {
        format!("{timestamp:020}{:036}", self.next_number())
    }

    /// A new unique id with this prefix, such as `AROA`.
    pub(crate) fn unique_id(&mut self, prefix: &str) -> String {
        identifiers::unique_id(prefix, self.next_number())
    }

    /// A new id in the form of a UUID.
    pub(crate) fn uuid(&mut self) -> String {
        identifiers::uuid_like("uuid", self.next_number())
    }

    /// Remembers a call and forgets the oldest beyond the limit.
    pub(crate) fn record(&mut self, call: CallRecord) {
        self.calls.push_back(call);
        while self.calls.len() > CALLS_KEPT {
            self.calls.pop_front();
        }
    }
}

fn default_organization() -> Option<String> {
    Some("o-exampleorgid".to_owned())
}

/// Milliseconds since 1970; times before are 0.
pub(crate) fn to_ms(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The time this many milliseconds after 1970.
pub(crate) fn from_ms(ms: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(ms)
}

/// A time as ISO 8601 in UTC with whole seconds, as the query protocol writes it.
pub(crate) fn iso_time(ms: u64) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    let time = time::OffsetDateTime::from(from_ms(ms));
    time.format(&format).unwrap_or_default()
}

/// A time as HTTP writes it in `Last-Modified`.
pub(crate) fn http_time(ms: u64) -> String {
    let format = time::macros::format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let time = time::OffsetDateTime::from(from_ms(ms));
    time.format(&format).unwrap_or_default()
}
