//! What is there and no topology says, and what becomes of it once a topology takes over.

use std::collections::BTreeMap;

use crate::address::AccountId;
use crate::topology::RefusedKey;

/// What becomes of something that a topology does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Adopting ends it: `plan --adopt` shows how.
    Ends,
    /// `plan` refuses what it is on.
    Refused,
    /// It stays as it is.
    Stays,
}

impl Fate {
    /// The name that programs know it by. It never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ends => "ends",
            Self::Refused => "refused",
            Self::Stays => "stays",
        }
    }
}

/// Something that no topology says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inexpressible {
    /// A destination admits accounts of which no subscription was found.
    SenderWithoutSubscription {
        /// ARN of the destination.
        destination: String,
        /// Those that were looked at.
        looked_at: Vec<AccountId>,
        /// Those that were not.
        not_looked_at: Vec<AccountId>,
    },
    /// A destination admits others than accounts and one organisation.
    Admission {
        /// ARN of the destination.
        destination: String,
        /// The statement, in a line.
        says: String,
    },
    /// A processor of the stream.
    Processor {
        /// Type and parameters.
        processor: String,
    },
    /// The stream converts records to another format.
    FormatConversion,
    /// The stream compresses as no topology says, or envelopes, which are compressed already.
    Compression {
        /// How, in AWS's word.
        compression: String,
    },
    /// The stream partitions objects by something that no topology says.
    Partitioning {
        /// The prefix, which says by what.
        prefix: String,
    },
    /// The prefix of objects.
    Prefix {
        /// As it is.
        prefix: String,
        /// As the topology has it.
        instead: String,
    },
    /// Firehose chooses the extension of objects.
    FileExtension,
    /// The times in keys are of another zone.
    TimeZone {
        /// Which.
        zone: String,
    },
    /// The stream keeps a second copy.
    Backup,
    /// The stream encrypts what it holds.
    StreamEncryption {
        /// How.
        encryption: String,
    },
    /// The stream logs errors elsewhere.
    ErrorLog {
        /// The log group.
        group: String,
        /// The log stream.
        stream: String,
    },
    /// Bucket and stream encrypt with different keys, or only one of them does.
    Keys {
        /// That of the stream.
        stream: Option<String>,
        /// That of the bucket.
        bucket: Option<String>,
    },
    /// A lifecycle rule of the bucket.
    LifecycleRule {
        /// Its id.
        rule: Option<String>,
    },
    /// A lifecycle rule of the bucket says what the topology says as well.
    LifecycleRuleBeside {
        /// Its id.
        rule: Option<String>,
    },
    /// A role is under a path.
    RolePath {
        /// Its ARN.
        role: String,
    },
    /// A role is of another account than the stream.
    RoleElsewhere {
        /// Its ARN.
        role: String,
    },
    /// A destination puts records with another role.
    FurtherRole {
        /// ARN of the destination.
        destination: String,
        /// ARN of the role.
        role: String,
    },
    /// Another destination of the same stream.
    FurtherDestination {
        /// Its ARN.
        destination: String,
        /// How many subscriptions send to it.
        subscriptions: usize,
    },
    /// A subscription sends straight to the stream.
    DirectSubscription {
        /// On what, as its address has it.
        on: String,
        /// Its name.
        name: String,
    },
    /// A subscription shows another role than the topology's.
    SubscriptionRole {
        /// On what.
        on: String,
        /// Its name.
        name: String,
        /// ARN of the role.
        role: String,
        /// Whether the destination admits an organisation, which every sender shows a role to.
        asked: bool,
    },
    /// A subscription takes fewer events than its pattern says, or takes them transformed.
    EventSelection {
        /// On what.
        on: String,
        /// Its name.
        name: String,
        /// By what, in AWS's names.
        by: Vec<&'static str>,
    },
    /// A subscription adds to events.
    Additions {
        /// On what.
        on: String,
        /// Its name.
        name: String,
        /// What.
        fields: Vec<String>,
    },
    /// An account's policy selects log groups in a way that is not known.
    SelectionCriteria {
        /// On what.
        on: String,
        /// Its name.
        name: String,
    },
    /// Tags that not all resources have.
    Tags {
        /// What has them.
        resource: String,
        /// The tags.
        tags: BTreeMap<String, String>,
    },
    /// The topology cannot have it so.
    Key {
        /// The key.
        path: String,
        /// As it is.
        value: String,
        /// Why not.
        why: String,
    },
}

impl Inexpressible {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SenderWithoutSubscription { .. } => "sender_without_subscription",
            Self::Admission { .. } => "admission",
            Self::Processor { .. } => "processor",
            Self::FormatConversion => "format_conversion",
            Self::Compression { .. } => "compression",
            Self::Partitioning { .. } => "partitioning",
            Self::Prefix { .. } => "prefix",
            Self::FileExtension => "file_extension",
            Self::TimeZone { .. } => "time_zone",
            Self::Backup => "s3_backup",
            Self::StreamEncryption { .. } => "stream_encryption",
            Self::ErrorLog { .. } => "error_log",
            Self::Keys { .. } => "kms_keys",
            Self::LifecycleRule { .. } => "lifecycle_rule",
            Self::LifecycleRuleBeside { .. } => "lifecycle_rule_beside",
            Self::RolePath { .. } => "role_path",
            Self::RoleElsewhere { .. } => "role_elsewhere",
            Self::FurtherRole { .. } => "further_role",
            Self::FurtherDestination { .. } => "further_destination",
            Self::DirectSubscription { .. } => "direct_subscription",
            Self::SubscriptionRole { .. } => "subscription_role",
            Self::EventSelection { .. } => "event_selection",
            Self::Additions { .. } => "additions",
            Self::SelectionCriteria { .. } => "selection_criteria",
            Self::Tags { .. } => "tags",
            Self::Key { .. } => "key",
        }
    }

    /// What becomes of it.
    pub fn fate(&self) -> Fate {
        match self {
            Self::SenderWithoutSubscription { .. }
            | Self::Admission { .. }
            | Self::Processor { .. }
            | Self::FormatConversion
            | Self::Compression { .. }
            | Self::Partitioning { .. }
            | Self::Prefix { .. }
            | Self::FileExtension
            | Self::TimeZone { .. }
            | Self::ErrorLog { .. }
            | Self::Keys { .. }
            | Self::RoleElsewhere { .. }
            | Self::FurtherRole { .. }
            | Self::DirectSubscription { .. }
            | Self::EventSelection { .. }
            | Self::SelectionCriteria { .. }
            | Self::Key { .. } => Fate::Ends,
            Self::SubscriptionRole { asked, .. } if *asked => Fate::Ends,
            Self::RolePath { .. } => Fate::Refused,
            Self::SubscriptionRole { .. }
            | Self::Backup
            | Self::StreamEncryption { .. }
            | Self::LifecycleRule { .. }
            | Self::LifecycleRuleBeside { .. }
            | Self::FurtherDestination { .. }
            | Self::Additions { .. }
            | Self::Tags { .. } => Fate::Stays,
        }
    }
}

impl From<RefusedKey> for Inexpressible {
    fn from(RefusedKey { path, value, why }: RefusedKey) -> Self {
        Self::Key { path, value, why }
    }
}
