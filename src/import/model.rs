//! What was found: pipelines, of what they consist, and what could not be read.

use serde_json::Value;

use crate::address::{AccountId, AccountName, Region};
use crate::coverage::{Subscription, Why};

/// A CloudWatch Logs destination that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundDestination {
    /// Its account.
    pub account: AccountName,
    /// Its region.
    pub region: Region,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// ARN of what it sends to; empty where AWS does not tell.
    pub target: String,
    /// ARN of the role that it puts records with.
    pub role: Option<String>,
    /// Who may send to it.
    pub policy: Option<Value>,
}

/// A subscription that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundSubscription {
    /// Its account.
    pub account: AccountName,
    /// Its region.
    pub region: Region,
    /// The log group it is on; nothing where it is a policy of the whole account.
    pub log_group: Option<String>,
    /// What it says.
    pub subscription: Subscription,
}

/// A Firehose stream by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamName {
    /// Its ARN.
    pub arn: String,
    /// Its account, where that is one of those that were looked at.
    pub account: Option<AccountName>,
    /// Its region.
    pub region: Region,
    /// Its name.
    pub name: String,
}

/// Subscriptions, the destinations that they send to, the stream behind these, and the bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// The destinations, in order.
    pub destinations: Vec<FoundDestination>,
    /// The stream, if it is one.
    pub stream: Option<StreamName>,
    /// The name of the bucket, where the stream has one.
    pub bucket: Option<String>,
    /// What sends to it.
    pub subscriptions: Vec<FoundSubscription>,
    /// Why no topology can be written of it.
    pub hindrance: Option<Hindrance>,
}

impl Pipeline {
    /// What it is known by: the ARN of its destination, or else of its stream.
    pub fn arn(&self) -> &str {
        let destination = self.destinations.first().map(|destination| destination.arn.as_str());
        let stream = || self.stream.as_ref().map(|stream| stream.arn.as_str());
        let sent = || self.subscriptions.first().map(|sent| sent.subscription.destination.as_str());
        destination.or_else(stream).or_else(sent).unwrap_or_default()
    }

    /// Whether something of it is called so: a destination, a stream or a bucket by its ARN or name, or a log group.
    pub fn has(&self, what: &str) -> bool {
        let is = |arn: &str, name: &str| what == arn || what == name;
        let bucket = what.strip_prefix("s3://").unwrap_or(what).trim_end_matches('/');
        let bucket = bucket.rsplit(":::").next().unwrap_or(bucket);
        let group = what.strip_suffix(":*").unwrap_or(what);
        let group = group.split_once(":log-group:").map_or(group, |(_, group)| group);
        self.destinations.iter().any(|one| is(&one.arn, &one.name))
            || self.stream.iter().any(|stream| is(&stream.arn, &stream.name))
            || self.bucket.as_deref() == Some(bucket)
            || self
                .subscriptions
                .iter()
                .any(|one| one.log_group.as_deref() == Some(group) || one.subscription.destination == what)
    }
}

/// Why no topology can be written of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// What it sends to is in an account that was not looked at.
    AccountNotGiven {
        /// Which.
        account: AccountId,
    },
    /// What it sends to is in a region that was not looked at.
    RegionNotGiven {
        /// Which.
        region: Region,
    },
    /// Its destination is not there any more.
    DestinationGone,
    /// What it sends to is no Firehose stream.
    NotFirehose {
        /// Its ARN.
        target: String,
    },
    /// The stream is not there any more.
    StreamGone,
    /// The stream does not deliver to S3.
    NotIntoS3,
    /// The stream takes its records from something else than what is put to it.
    OtherSource {
        /// From what, in AWS's word.
        source: String,
    },
    /// The stream could not be read.
    Unread(Why),
    /// Nothing in the accounts that were looked at sends to it.
    NothingSends {
        /// The accounts that its policies admit.
        admitted: Vec<AccountId>,
    },
}

impl Hindrance {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AccountNotGiven { .. } => "account_not_given",
            Self::RegionNotGiven { .. } => "region_not_given",
            Self::DestinationGone => "destination_gone",
            Self::NotFirehose { .. } => "not_firehose",
            Self::StreamGone => "stream_gone",
            Self::NotIntoS3 => "not_into_s3",
            Self::OtherSource { .. } => "other_source",
            Self::Unread(_) => "unread",
            Self::NothingSends { .. } => "nothing_sends",
        }
    }
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnreadWhat {
    /// Which destinations there are.
    Destinations,
    /// Which log groups there are, with what is on them.
    LogGroups,
    /// The account's subscription policy.
    AccountPolicies,
    /// The filters on a log group.
    Filters(String),
    /// A role.
    Role(String),
    /// The bucket.
    Bucket(String),
    /// Whether the bucket keeps versions.
    Versioning(String),
    /// The tags of a destination, or the tags and the retention of a log group.
    Tags(String),
    /// What `plan --adopt` would do.
    Plan,
}

impl UnreadWhat {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Destinations => "destinations",
            Self::LogGroups => "log_groups",
            Self::AccountPolicies => "account_policies",
            Self::Filters(_) => "filters",
            Self::Role(_) => "role",
            Self::Bucket(_) => "bucket",
            Self::Versioning(_) => "versioning",
            Self::Tags(_) => "tags",
            Self::Plan => "plan",
        }
    }

    /// Which one, where there may be several.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Destinations | Self::LogGroups | Self::AccountPolicies | Self::Plan => None,
            Self::Filters(name)
            | Self::Role(name)
            | Self::Bucket(name)
            | Self::Versioning(name)
            | Self::Tags(name) => Some(name),
        }
    }
}
