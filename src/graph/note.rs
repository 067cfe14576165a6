//! What the user should know about what a topology means, beside the resources: data with a stable code, worded in `ui/`.

use crate::address::{AccountId, AccountName, Address, Key, Place, Region};

/// What there is to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// About the log groups that a source selects in one place.
    Selection {
        /// The source.
        source: Key,
        /// The account.
        account: AccountName,
        /// The region.
        region: Region,
        /// What.
        what: Selection,
    },
    /// The accounts of the organisation are not known without reading.
    OrganizationUnread {
        /// The source.
        source: Key,
    },
    /// No account of the organisation is included.
    OrganizationEmpty {
        /// The source.
        source: Key,
    },
    /// An account is included that is not, or not actively, of the organisation.
    NotOfOrganization {
        /// The source.
        source: Key,
        /// The account.
        id: AccountId,
    },
    /// A prefix with an expression gets a date from logpipe, because Firehose adds none.
    PrefixDated {
        /// The destination.
        destination: Key,
        /// Its prefix.
        prefix: String,
        /// What is written behind it.
        hour: String,
    },
    /// S3 moves no small objects unless it is told to.
    SmallObjectsStay {
        /// The destination.
        destination: Key,
        /// From how many bytes on it moves them.
        smallest: u32,
    },
    /// Accounts of the organisation that a source means are not in use.
    MembersInactive {
        /// The source.
        source: Key,
        /// Their ids.
        ids: Vec<AccountId>,
    },
    /// One role and one CloudWatch Logs destination do not have room for all senders.
    Sharded {
        /// The destination.
        destination: Key,
        /// How many accounts send to it.
        senders: usize,
        /// The CloudWatch Logs destinations that they are spread over, the first as it is declared.
        entrances: Vec<String>,
        /// In front of how many streams.
        streams: usize,
    },
    /// A destination has more streams beside each other than accounts that send to it.
    StreamsIdle {
        /// The destination.
        destination: Key,
        /// How many accounts send to it.
        senders: usize,
        /// How many streams it has.
        streams: usize,
    },
    /// A role gets more policies than an account allows without a raised quota.
    ManyPolicies {
        /// The role.
        role: Address,
        /// How many it gets.
        count: usize,
        /// How many an account allows.
        usual: usize,
    },
    /// A reader's role can be used by whoever has a permission set.
    PermissionSetReads {
        /// The permission set.
        set: String,
        /// Who reads what.
        reads: Reads,
    },
    /// A reader's role can be used by everybody whom the trusted account allows to.
    AccountReads(Reads),
    /// Which roles the instances of an agent have is not known without reading.
    RolesUnread {
        /// The agent.
        agent: Key,
        /// The account.
        account: AccountName,
    },
    /// Which of an agent's instances are in an account is not known without reading.
    InstancesUnread {
        /// The agent.
        agent: Key,
        /// The account.
        account: AccountName,
    },
}

/// What there is to know of the log groups that a source selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// What a glob finds is not known without reading.
    GlobUnread {
        /// The glob.
        glob: String,
    },
    /// A log group that a glob finds is left out.
    LeftOut {
        /// The glob.
        glob: String,
        /// The log group.
        group: String,
        /// Why.
        why: Unsubscribable,
    },
    /// A glob finds nothing.
    NothingMatches {
        /// The glob.
        glob: String,
    },
    /// What an exclusion takes out is not known without reading.
    ExclusionUnread {
        /// The exclusion.
        glob: String,
    },
    /// An exclusion takes out what is there today, and nothing that comes later.
    ExcludedToday {
        /// The exclusion.
        glob: String,
        /// How many log groups it takes out.
        count: usize,
    },
    /// There is no log group.
    NoLogGroup,
}

/// Why no subscription is put on a log group that a glob finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsubscribable {
    /// Delivering the errors of a delivery makes more of them (CloudWatch Logs User Guide, "Log recursion").
    OwnErrorLog,
    /// Its class accepts no subscription filters.
    Class,
    /// It is Control Tower's.
    ControlTower,
}

/// Who may read which logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reads {
    /// The reader.
    pub reader: Key,
    /// Name of the account that is trusted.
    pub trusted: AccountName,
    /// Its id.
    pub trusted_id: AccountId,
    /// The account with the logs.
    pub account: AccountName,
    /// Name of the role there.
    pub role: String,
    /// The policy in the trusted account that allows to use that role.
    pub policy: Address,
}

impl Note {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Selection { what, .. } => what.code(),
            Self::OrganizationUnread { .. } => "organization_unread",
            Self::OrganizationEmpty { .. } => "organization_empty",
            Self::NotOfOrganization { .. } => "account_not_of_organization",
            Self::MembersInactive { .. } => "accounts_not_active",
            Self::PrefixDated { .. } => "prefix_dated",
            Self::SmallObjectsStay { .. } => "small_objects_stay",
            Self::Sharded { .. } => "sharded",
            Self::StreamsIdle { .. } => "streams_idle",
            Self::ManyPolicies { .. } => "many_policies",
            Self::PermissionSetReads { .. } => "permission_set_reads",
            Self::AccountReads(_) => "account_reads",
            Self::RolesUnread { .. } => "roles_unread",
            Self::InstancesUnread { .. } => "instances_unread",
        }
    }

    /// The source that it is about.
    pub fn source(&self) -> Option<&Key> {
        match self {
            Self::Selection { source, .. }
            | Self::OrganizationUnread { source }
            | Self::OrganizationEmpty { source }
            | Self::NotOfOrganization { source, .. }
            | Self::MembersInactive { source, .. } => Some(source),
            Self::PrefixDated { .. }
            | Self::SmallObjectsStay { .. }
            | Self::Sharded { .. }
            | Self::StreamsIdle { .. }
            | Self::ManyPolicies { .. }
            | Self::PermissionSetReads { .. }
            | Self::AccountReads(_)
            | Self::RolesUnread { .. }
            | Self::InstancesUnread { .. } => None,
        }
    }

    /// The places that it names.
    pub fn places(&self) -> Vec<(&AccountName, Place)> {
        match self {
            Self::Selection { account, region, .. } => vec![(account, Place::Region(region.clone()))],
            Self::ManyPolicies { role: address, .. }
            | Self::PermissionSetReads { reads: Reads { policy: address, .. }, .. }
            | Self::AccountReads(Reads { policy: address, .. }) => {
                vec![(&address.account, address.place.clone())]
            }
            Self::OrganizationUnread { .. }
            | Self::OrganizationEmpty { .. }
            | Self::NotOfOrganization { .. }
            | Self::MembersInactive { .. }
            | Self::PrefixDated { .. }
            | Self::SmallObjectsStay { .. }
            | Self::Sharded { .. }
            | Self::StreamsIdle { .. }
            | Self::RolesUnread { .. }
            | Self::InstancesUnread { .. } => Vec::new(),
        }
    }

    /// The account that had to be looked at to know it.
    pub fn seen_in(&self) -> Option<&AccountName> {
        match self {
            Self::Selection { account, .. } => Some(account),
            _ => None,
        }
    }
}

impl Selection {
    fn code(&self) -> &'static str {
        match self {
            Self::GlobUnread { .. } => "glob_unread",
            Self::LeftOut { .. } => "log_group_left_out",
            Self::NothingMatches { .. } => "glob_matches_nothing",
            Self::ExclusionUnread { .. } => "exclusion_unread",
            Self::ExcludedToday { .. } => "exclusion_of_today",
            Self::NoLogGroup => "no_log_group",
        }
    }
}
