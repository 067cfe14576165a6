//! A whole topology: accounts, destinations and sources; agents and readers have files of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde::Serializer;

use super::agent::Agent;
use super::alarms::{Alarms, SourceAlarms};
use super::boundary::PermissionsBoundary;
use super::organization::{MemberAccess, Organization};
use super::reader::Reader;
use super::transport::{PartitionKey, Transport};
use crate::address::{
    AccountId, AccountName, Address, Key, KindName, OrganizationId, Place, Region, TopologyName,
};
use crate::lint::{AllowedFinding, Warning};

/// A whole topology. As data it shows what it says of resources and of the ways to them: the record's path depends on where
/// logpipe is started and says nothing about what is planned, and neither do warnings.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Topology {
    /// Prefix of derived names and value of the ownership tag `logpipe:topology`.
    pub name: TopologyName,
    /// Default region.
    pub region: Region,
    /// Tags of the user for everything that takes tags; the ownership tag is added when resources are built.
    pub tags: BTreeMap<String, String>,
    /// What bounds every role that logpipe makes.
    pub permissions_boundary: Option<PermissionsBoundary>,
    /// How to get into accounts that are not named here.
    pub access: Option<MemberAccess>,
    /// Every account that may be named, by its name.
    pub accounts: BTreeMap<AccountName, Account>,
    /// The organisation that further accounts are found through, and that destinations may admit.
    pub organization: Option<Organization>,
    /// Where logs go.
    pub destinations: BTreeMap<Key, Destination>,
    /// Where logs come from.
    pub sources: BTreeMap<Key, Source>,
    /// CloudWatch agents on EC2.
    pub agents: BTreeMap<Key, Agent>,
    /// Who reads another account's logs.
    pub readers: BTreeMap<Key, Reader>,
    /// How many subscription filters a log group takes: AWS's quota, which newer pages put higher than older ones.
    pub filters_per_log_group: u32,
    /// How many characters a role's trust policy may have: IAM's quota in these accounts.
    pub role_trust_characters: u32,
    /// Whether destinations that admit an organisation trust it as a whole.
    pub trust_organization: bool,
    /// Where the record of owned resources is kept.
    #[serde(skip)]
    pub record: RecordPlace,
    /// The file it is kept in where nothing is said.
    #[serde(skip)]
    pub usual_record: PathBuf,
    /// What is accepted but most likely not meant, in the order of the file.
    #[serde(skip)]
    pub warnings: Vec<Warning>,
    /// The same, where it is allowed.
    #[serde(skip)]
    pub allowed: Vec<AllowedFinding>,
}

/// Where the record of owned resources is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordPlace {
    /// In a file of this machine.
    File(PathBuf),
    /// In an S3 object, reached with the starting credentials.
    Object {
        /// Its bucket, which exists already.
        bucket: String,
        /// Its key.
        key: String,
        /// The profile of the starting credentials, when one is named.
        profile: Option<String>,
        /// For how long a run that gives no sign of life any more keeps others off.
        lease: Duration,
    },
}

impl Topology {
    /// Its accounts by their names, each with its id.
    pub fn account_ids(&self) -> impl Iterator<Item = (&AccountName, &AccountId)> {
        self.accounts.values().map(|account| (&account.name, &account.id))
    }

    /// The same, to keep.
    pub fn ids_by_name(&self) -> BTreeMap<AccountName, AccountId> {
        self.account_ids().map(|(name, id)| (name.clone(), id.clone())).collect()
    }

    /// The organisation that its accounts are members of, where that is declared.
    pub fn organization_id(&self) -> Option<&OrganizationId> {
        self.organization.as_ref()?.id.as_ref()
    }

    /// The organisation that a destination's role trusts as a whole, where it does not trust senders one by one.
    pub fn trusted_organization<'t>(&self, destination: &'t Destination) -> Option<&'t OrganizationId> {
        match &destination.allow {
            Allow::Organization(id) if self.trust_organization => Some(id),
            Allow::Organization(_) | Allow::Accounts => None,
        }
    }

    /// The pipeline alone, without agents and readers.
    #[must_use]
    pub fn pipeline(&self) -> Self {
        Self { agents: BTreeMap::new(), readers: BTreeMap::new(), ..self.clone() }
    }

    /// The regions in which some source sends to a destination.
    pub fn regions_into(&self, destination: &Key) -> BTreeSet<&Region> {
        let sources = self.sources.values().filter(|source| source.destination == *destination);
        sources.flat_map(|source| &source.regions).collect()
    }

    /// The accounts from which some source sends to a destination.
    pub fn senders_into(&self, destination: &Key) -> BTreeSet<&AccountId> {
        let sources = self.sources.values().filter(|source| source.destination == *destination);
        sources.flat_map(|source| &source.accounts).map(|account| &self.accounts[account].id).collect()
    }

    /// Whether some source sends whole accounts to a destination in a region.
    pub fn whole_accounts_into(&self, destination: &Key, region: &Region) -> bool {
        let mut sources = self.sources.values().filter(|source| source.destination == *destination);
        sources.any(|source| source.whole_account() && source.regions.contains(region))
    }

    /// The log groups in an account and region that its own streams log errors to.
    pub fn error_logs(&self, account: &AccountName, region: &Region) -> BTreeSet<String> {
        let here =
            |destination: &&Destination| destination.account == *account && destination.region == *region;
        let destinations = self.destinations.values().filter(here);
        destinations
            .filter_map(|destination| destination.transport.error_log_group())
            .map(str::to_owned)
            .collect()
    }

    /// Every account that something is made in or read from.
    pub fn accounts_in_use(&self) -> BTreeMap<&AccountName, &Account> {
        let destinations = self.destinations.values().map(|destination| &destination.account);
        let sources = self.sources.values().flat_map(|source| &source.accounts);
        let lister = self.lister().map(|(account, _)| account);
        let agents = self.agents.values().flat_map(|agent| &agent.accounts);
        let readers = self.readers.values().flat_map(|reader| [&reader.account, &reader.trusted.account]);
        let others = agents.chain(readers);
        destinations
            .chain(sources)
            .chain(lister)
            .chain(others)
            .map(|name| (name, &self.accounts[name]))
            .collect()
    }
}

/// One account and how to get into it, the topology's `access` defaults already applied.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Account {
    /// How the topology calls it.
    pub name: AccountName,
    /// Its id.
    pub id: AccountId,
    /// How to get credentials for it.
    pub access: Access,
}

/// How logpipe gets credentials for one account.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct Access {
    /// Named profile of the starting credentials; `None` is the default chain.
    pub profile: Option<String>,
    /// ARN of the role to assume in the account; `None`: the starting credentials already are this account's.
    pub role_arn: Option<String>,
    /// External id sent with the last AssumeRole. Never printed.
    #[serde(serialize_with = "whether_set")]
    pub external_id: Option<String>,
    /// Role session name, seen in CloudTrail.
    pub session_name: String,
    /// Role ARNs assumed first, in order.
    pub via: Vec<String>,
}

/// That there is a secret, and nothing of it.
pub(super) fn whether_set<S: Serializer>(secret: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(secret.is_some())
}

impl std::fmt::Debug for Access {
    /// Leaves the external id out: it is never printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("profile", &self.profile)
            .field("role_arn", &self.role_arn)
            .field("external_id", &self.external_id.as_ref().map(|_| "…"))
            .field("session_name", &self.session_name)
            .field("via", &self.via)
            .finish()
    }
}

/// A place that logs are delivered to: a bucket, a transport that carries events to it, and CloudWatch Logs destinations.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Destination {
    /// Its key in the topology.
    pub key: Key,
    /// The account that holds all of it.
    pub account: AccountName,
    /// Where the bucket is, and what carries events into it.
    pub region: Region,
    /// The bucket.
    pub bucket: Bucket,
    /// What carries events into the bucket.
    pub transport: Transport,
    /// Name of the CloudWatch Logs destination, the same in every region one is made in.
    pub destination_name: String,
    /// Who may put subscriptions on it.
    pub allow: Allow,
    /// Name of the role that senders show in their own accounts, where it admits an organisation.
    pub sender_role: String,
    /// Name of the role CloudWatch Logs puts records with.
    pub cwl_role: String,
    /// The alarms on its streams, if there are to be any.
    pub alarms: Option<Alarms>,
}

/// Who may put subscriptions on a destination.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Allow {
    /// The accounts of its sources, one by one.
    Accounts,
    /// Every account of an organisation; each sender has to show a role of its own.
    Organization(OrganizationId),
}

impl Destination {
    /// Whether its senders show a role.
    pub fn wants_roles(&self) -> bool {
        matches!(self.allow, Allow::Organization(_))
    }

    /// The address of a resource of its own where its bucket and its streams are.
    pub fn here(&self, kind: KindName, name: &str) -> Address {
        self.in_region(&self.region, kind, name)
    }

    /// The address of a resource of its own in a region that logs come from.
    pub fn in_region(&self, region: &Region, kind: KindName, name: &str) -> Address {
        Address::new(self.account.clone(), Place::Region(region.clone()), kind, name)
    }

    /// The prefix that Firehose is given: that of the bucket, behind it one folder for every partition key, and the folders
    /// of the hour where Firehose would add none.
    pub fn object_prefix(&self) -> String {
        whole_prefix(&self.bucket.prefix, self.transport.partition_by())
    }
}

/// What Firehose is given for a prefix that is written.
fn whole_prefix(written: &str, partition_by: &[PartitionKey]) -> String {
    let folders = partition_by.iter().map(|key| partition_folder(*key));
    let prefix = folders.fold(written.to_owned(), |prefix, folder| prefix + &folder);
    let hour = hour_behind(&prefix);
    prefix + &hour
}

/// The prefix to write for Firehose to be given this one; `None` where there is none.
pub fn prefix_to_write(whole: &str, partition_by: &[PartitionKey]) -> Option<String> {
    let folders: String = partition_by.iter().map(|key| partition_folder(*key)).collect();
    let hours = [format!("/{TIMESTAMP_FOLDERS}"), TIMESTAMP_FOLDERS.to_owned(), String::new()];
    let cut = hours.iter().filter_map(|hour| whole.strip_suffix(hour.as_str())?.strip_suffix(&folders));
    let mut written = cut.chain([whole]).filter(|written| whole_prefix(written, partition_by) == whole);
    // Of several the one that leaves least to be added says most.
    written.next_back().map(str::to_owned)
}

/// The folders of the hour, as Firehose writes them by default.
pub const TIMESTAMP_FOLDERS: &str = "!{timestamp:yyyy/MM/dd/HH}/";

/// What has to stand behind a prefix for objects to lie in folders of an hour. To a prefix without expressions Firehose adds
/// these itself, and to one with any it adds nothing (Firehose Developer Guide, "Understand custom prefixes for Amazon S3
/// objects": a custom prefix overrides the default one; seen on AWS for `!{firehose:random-string}`,
/// floci-io/floci#1857). Written out, they are there whichever way Firehose reads the rest.
pub fn hour_behind(prefix: &str) -> String {
    match prefix {
        _ if !prefix.contains("!{") || prefix.contains("!{timestamp:") => String::new(),
        _ if prefix.ends_with('/') => TIMESTAMP_FOLDERS.to_owned(),
        _ => format!("/{TIMESTAMP_FOLDERS}"),
    }
}

/// The part of a prefix before its first expression, which every key starts with.
pub fn literal_prefix(prefix: &str) -> &str {
    prefix.split("!{").next().unwrap_or_default()
}

/// The folder of objects that share a partition key, as Firehose writes its expressions.
pub fn partition_folder(key: PartitionKey) -> String {
    format!("{key}=!{{partitionKeyFromQuery:{key}}}/")
}

/// The bucket of a destination.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Bucket {
    /// Bucket name.
    pub name: String,
    /// Whether logpipe makes it. If not, it exists already and is only used and checked.
    pub create: bool,
    /// Whether it is made in the namespace of its account and region, in which nobody else can take its name.
    pub account_regional: bool,
    /// ARN of the KMS key that objects are encrypted with; `None` is encryption with S3 managed keys.
    pub kms_key_arn: Option<String>,
    /// Firehose prefix of delivered objects; may hold `!{timestamp:…}` expressions. Empty or ends as written.
    pub prefix: String,
    /// Firehose prefix of what could not be delivered.
    pub error_prefix: String,
    /// Keep object versions. `None` when the topology does not say: then it is not managed.
    pub versioning: Option<bool>,
    /// Delete objects after this many days.
    pub expire_days: Option<u32>,
    /// Move objects to other storage classes.
    pub transitions: Vec<Transition>,
}

/// One lifecycle transition.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Transition {
    /// Days after creation.
    pub days: u32,
    /// S3 storage class, as S3 writes it (`GLACIER`).
    pub storage_class: String,
    /// The smallest size, in bytes, of an object that is moved; `None` leaves that to S3, which moves none below
    /// [`SMALLEST_MOVED`].
    pub min_object_size: Option<u32>,
}

/// Bytes below which S3 moves no object unless a rule says so (S3 User Guide, "Transitioning objects using Amazon S3
/// Lifecycle").
pub const SMALLEST_MOVED: u32 = 128 * 1024;

/// A set of log groups whose events go to one destination.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Source {
    /// Its key in the topology.
    pub key: Key,
    /// The accounts it covers: those that are named, and once they are known those of the organisation.
    pub accounts: Vec<AccountName>,
    /// Whether it covers the accounts that are found through the organisation.
    pub organization: bool,
    /// The regions it covers.
    pub regions: Vec<Region>,
    /// The destination its events go to.
    pub destination: Key,
    /// What is subscribed.
    pub scope: Scope,
    /// Which log groups, exact names and globs, in the order written; none with [`Scope::Account`].
    pub log_groups: Vec<LogGroupSelector>,
    /// Globs and names taken out again: of `log_groups`, or of all that the account has.
    pub exclude: Vec<String>,
    /// Whether exact names are created when missing.
    pub create: bool,
    /// Retention of log groups that logpipe creates.
    pub retention_days: Option<u32>,
    /// The subscription filter, or what the account's policy does in its place.
    pub filter: Filter,
    /// The alarms on what it forwards, if there are to be any.
    pub alarms: Option<SourceAlarms>,
}

impl Source {
    /// Whether it takes every log group of its accounts.
    pub fn whole_account(&self) -> bool {
        self.scope == Scope::Account
    }

    /// Whether what it takes depends on which log groups its accounts have.
    pub fn looks_up(&self) -> bool {
        let is_glob = |selector: &LogGroupSelector| matches!(selector, LogGroupSelector::Glob(_));
        self.whole_account() || self.log_groups.iter().any(is_glob)
    }
}

/// What a source subscribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Log groups one by one, each by a filter.
    LogGroups,
    /// Every log group of an account and region, those to come included, by one policy.
    Account,
}

/// One entry of `log_groups`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogGroupSelector {
    /// Exactly this log group; it must exist, or be created.
    Exact(String),
    /// Every log group that matches, `*`, `?` and `[…]` as in a shell, `*` crossing slashes.
    Glob(String),
}

/// The subscription filter of a source.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Filter {
    /// Filter name.
    pub name: String,
    /// Filter pattern; empty matches everything.
    pub pattern: String,
    /// How events are spread over the shards of a stream. `None` when the topology does not say: then it is AWS's
    /// choice.
    pub distribution: Option<Distribution>,
}

/// How CloudWatch Logs spreads events; it only matters if the destination has a Kinesis stream with shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Events of one log stream stay together.
    ByLogStream,
    /// At random.
    Random,
}
