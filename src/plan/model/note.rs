//! What the user should know beside the steps of a plan, as data with a stable code. `ui/wording/notes.rs` has the words.

use crate::address::{AccountId, AccountName, Address, Key, Place};
use crate::graph;
use crate::plan::survey::uses::Use;
use crate::provider::{Notice, Obstacle};
use crate::record::LeftBehind;
use crate::share::Share;

/// What there is to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// About what the topology means.
    Meaning(graph::Note),
    /// An account has another name than in the record.
    Renamed {
        /// The name in the record.
        from: AccountName,
        /// The name in the topology.
        to: AccountName,
        /// The account, where the record tells it.
        id: Option<AccountId>,
        /// How many recorded resources follow.
        count: usize,
    },
    /// An account's name is another account's now, so that it goes by its id.
    GoesById {
        /// The name.
        name: AccountName,
        /// The account that had it.
        id: AccountId,
    },
    /// What a glob found is left out, because it cannot be made.
    LeftOut {
        /// What.
        address: Address,
        /// Why.
        obstacle: Obstacle,
    },
    /// The bucket of a destination will not take what is delivered, or that is not known.
    Delivery {
        /// The bucket.
        bucket: Address,
        /// What there is to know of it.
        what: Delivery,
    },
    /// A stream takes in nearly as much as Firehose allows it.
    NearLimit(NearLimit),
    /// It is not known how much the streams of an account take in.
    ThroughputUnread {
        /// The account.
        account: AccountName,
        /// What AWS answered, where it is not that the role may not ask.
        why: Option<String>,
    },
    /// The same is to be known about these resources.
    About {
        /// Which.
        resources: Vec<Address>,
        /// What.
        notice: Notice,
    },
    /// Subscriptions that no source names any more go on delivering.
    SubscriptionsStay,
    /// A stream stays because something that no source needs still sends to it.
    StreamStays {
        /// The stream.
        stream: Address,
        /// What sends to it.
        sender: Address,
    },
    /// A destination turns to an organisation, which does not admit a subscription that no source names any more.
    CutOff {
        /// The subscription.
        subscription: Address,
        /// The access policy.
        policy: Address,
    },
    /// A destination is to name its organisation, and names accounts as long as a subscription that no source names any
    /// more depends on that.
    OrganizationLater {
        /// The access policy.
        policy: Address,
        /// The subscription.
        subscription: Address,
    },
    /// `--prune` would remove some of what the topology no longer names.
    Prunable {
        /// How many of them.
        removable: usize,
        /// How many there are.
        orphans: usize,
    },
    /// `--prune` leaves something.
    Stays {
        /// What.
        address: Address,
        /// Why.
        why: Stays,
    },
    /// The record owns nothing, and things are there that it once knew.
    RecordLost {
        /// How many bear the tag of the topology.
        tagged: usize,
        /// How many subscriptions point at its destinations.
        subscriptions: usize,
    },
    /// The record owns nothing, and another one of this topology does.
    RecordLeftBehind(LeftBehind),
    /// The plan was made without AWS.
    Offline,
    /// The plan is for the accounts of one of several processes.
    Shard {
        /// Which.
        share: Share,
        /// How many accounts it has.
        accounts: usize,
        /// How many there are.
        of: usize,
    },
}

/// What there is to know about a bucket that a destination delivers into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Its policy could not be read.
    PolicyUnread {
        /// ARN of the role that writes.
        role: String,
        /// Why not.
        why: String,
    },
    /// Its policy is none.
    PolicyUnreadable {
        /// What is wrong with it.
        error: String,
    },
    /// Its policy denies the write.
    Denied {
        /// ARN of the role that writes.
        role: String,
        /// The statement.
        statement: String,
    },
    /// Whether its policy allows the write depends on what cannot be known.
    Undecided {
        /// ARN of the role that writes.
        role: String,
        /// On which condition keys, and whatever else.
        depends_on: Vec<String>,
        /// What asks for them.
        because: Vec<String>,
    },
    /// Its encryption could not be read.
    EncryptionUnread {
        /// Why not.
        why: String,
    },
    /// It encrypts with a key that goes by an alias.
    KeyAlias {
        /// The alias.
        alias: String,
        /// The destination.
        destination: Key,
    },
    /// It encrypts with a key on which the role lacks rights.
    KeyRefused {
        /// The key.
        key: String,
        /// ARN of the role that writes.
        role: String,
        /// What the role lacks.
        lacks: String,
        /// The destination.
        destination: Key,
    },
}

/// How near a stream of a destination comes to what Firehose takes, as CloudWatch counted it during the last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearLimit {
    /// The destination.
    pub destination: Key,
    /// The stream that comes nearest.
    pub stream: Address,
    /// Bytes a second that it took in its busiest minute.
    pub busiest: u64,
    /// Bytes a second that Firehose takes.
    pub limit: u64,
    /// Records that Firehose refused, of all streams of the destination.
    pub throttled: u64,
    /// How many streams the topology declares.
    pub streams: u64,
    /// How many streams are enough if all take as much, each with room for as much again.
    pub enough: u64,
    /// How many a destination can have.
    pub most: u64,
}

/// Why `--prune` leaves something that the topology no longer names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stays {
    /// There is no way into its account.
    OutOfReach {
        /// The account.
        id: AccountId,
    },
    /// A run that did not end set out to make it, and whose it is could not be looked at.
    Unsettled,
    /// It guards this, which stays.
    Guards(&'static str),
    /// AWS deletes it only with this, which stays.
    PartOf(&'static str),
    /// A source sends from it.
    SentFrom,
    /// Others have these on it.
    Used(Vec<Use>),
    /// It holds data.
    HoldsData {
        /// What.
        holds: &'static str,
        /// Whether `destroy` asks for `--delete-data` beside.
        by_name: bool,
    },
    /// Something that stays needs it.
    Needed {
        /// What.
        by: Address,
    },
}

impl Note {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Meaning(note) => note.code(),
            Self::Renamed { .. } => "account_renamed",
            Self::GoesById { .. } => "account_goes_by_id",
            Self::LeftOut { obstacle, .. } => obstacle.code(),
            Self::Delivery { what, .. } => what.code(),
            Self::NearLimit(_) => "throughput_near_limit",
            Self::ThroughputUnread { .. } => "throughput_unread",
            Self::About { notice, .. } => notice.code(),
            Self::SubscriptionsStay => "subscriptions_stay",
            Self::StreamStays { .. } => "stream_stays",
            Self::CutOff { .. } => "subscription_cut_off",
            Self::OrganizationLater { .. } => "organization_later",
            Self::Prunable { .. } => "prunable",
            Self::Stays { why, .. } => why.code(),
            Self::RecordLost { .. } => "record_lost",
            Self::RecordLeftBehind(_) => "record_left_behind",
            Self::Offline => "offline",
            Self::Shard { .. } => "shard",
        }
    }

    /// The places that it names, in the order in which it names them.
    pub fn places(&self) -> Vec<(&AccountName, Place)> {
        fn of(address: &Address) -> (&AccountName, Place) {
            (&address.account, address.place.clone())
        }
        match self {
            Self::Meaning(note) => note.places(),
            Self::LeftOut { address, .. } => vec![of(address)],
            Self::Stays { address, why: Stays::Needed { by } } => vec![of(address), of(by)],
            Self::Stays { address, .. } => vec![of(address)],
            Self::Delivery { bucket, .. } => vec![of(bucket)],
            Self::NearLimit(near) => vec![of(&near.stream)],
            Self::About { resources, .. } => resources.iter().map(of).collect(),
            Self::StreamStays { stream, sender } => vec![of(stream), of(sender)],
            Self::CutOff { subscription, policy } | Self::OrganizationLater { policy, subscription } => {
                vec![of(subscription), of(policy)]
            }
            Self::Renamed { .. }
            | Self::GoesById { .. }
            | Self::ThroughputUnread { .. }
            | Self::SubscriptionsStay
            | Self::Prunable { .. }
            | Self::RecordLost { .. }
            | Self::RecordLeftBehind(_)
            | Self::Offline
            | Self::Shard { .. } => Vec::new(),
        }
    }
}

impl Delivery {
    fn code(&self) -> &'static str {
        match self {
            Self::PolicyUnread { .. } => "bucket_policy_unread",
            Self::PolicyUnreadable { .. } => "bucket_policy_unreadable",
            Self::Denied { .. } => "delivery_denied",
            Self::Undecided { .. } => "delivery_undecided",
            Self::EncryptionUnread { .. } => "bucket_encryption_unread",
            Self::KeyAlias { .. } => "bucket_key_alias",
            Self::KeyRefused { .. } => "bucket_key_refused",
        }
    }
}

impl Stays {
    fn code(&self) -> &'static str {
        match self {
            Self::OutOfReach { .. } => "stays_out_of_reach",
            Self::Unsettled => "stays_unsettled",
            Self::Guards(_) => "stays_as_guard",
            Self::PartOf(_) => "stays_as_part",
            Self::SentFrom => "stays_sent_from",
            Self::Used(_) => "stays_used_by_others",
            Self::HoldsData { .. } => "stays_holding_data",
            Self::Needed { .. } => "stays_needed",
        }
    }
}
