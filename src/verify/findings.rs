//! What doctor finds beside routes, as values: of alarms, streams, buckets and quotas.

use std::time::Duration;

use super::verdict::{Fix, HopVerdict};
use crate::address::{AccountName, Address, Key};
use crate::aws::object_lock::Retention;
use crate::plan::note::NearLimit;

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
