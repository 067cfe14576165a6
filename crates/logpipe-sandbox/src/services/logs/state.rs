//! What CloudWatch Logs keeps, region by region.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::delivery::Refusal;
use crate::faults::fault::Fault;
use crate::principals::PolicyText;
use crate::state::site::Site;
use crate::state::world::World;
use logpipe_identifiers::Region;

use super::rules;
use super::system_fields::SystemFields;

/// CloudWatch Logs in one account.
pub(crate) type LogsState = BTreeMap<Region, RegionalLogs>;

/// CloudWatch Logs in one region of an account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct RegionalLogs {
    /// Log groups by name.
    pub(crate) groups: BTreeMap<String, LogGroup>,
    /// Destinations by name.
    pub(crate) destinations: BTreeMap<String, Destination>,
    /// Subscription policies of the account by name. There is one at most.
    #[serde(default)]
    pub(crate) account_policies: BTreeMap<String, AccountPolicy>,
    /// What became of the events that matched, by the name of the filter or policy, by log group (empty for a policy, which
    /// has them all), and by the minute since 1970.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) forwarding: BTreeMap<String, BTreeMap<String, BTreeMap<u64, Forwarded>>>,
}

/// What became of the events of a minute that matched a subscription.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Forwarded {
    /// Those that arrived.
    pub(crate) events: u64,
    /// Those that were refused on the way.
    pub(crate) errors: u64,
}

/// A log group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LogGroup {
    /// When it was made.
    pub(crate) created_ms: u64,
    /// `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`.
    pub(crate) class: String,
    /// How long events are kept; without a number, forever.
    pub(crate) retention_days: Option<u64>,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// Its streams by name.
    pub(crate) streams: BTreeMap<String, LogStream>,
    /// When each event of a stream that is gone came in, and how many bytes it had: CloudWatch has counted it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) counted: Vec<(u64, usize)>,
    /// Its subscription filters by name.
    pub(crate) filters: BTreeMap<String, SubscriptionFilter>,
}

impl LogGroup {
    /// A group of the standard class without anything in it.
    pub(crate) fn new(created_ms: u64) -> Self {
        Self {
            created_ms,
            class: "STANDARD".to_owned(),
            retention_days: None,
            tags: BTreeMap::new(),
            streams: BTreeMap::new(),
            counted: Vec::new(),
            filters: BTreeMap::new(),
        }
    }

    /// When each event that ever came in did, and how many bytes it had.
    pub(crate) fn incoming(&self) -> impl Iterator<Item = (u64, usize)> {
        let there = self.streams.values().flat_map(LogStream::incoming);
        self.counted.iter().copied().chain(there)
    }
}

/// A log stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct LogStream {
    /// When it was made.
    pub(crate) created_ms: u64,
    /// When the last event came in.
    pub(crate) ingested_ms: Option<u64>,
    /// Its events by id. Ids order by the time of the event, then by arrival.
    pub(crate) events: BTreeMap<String, Event>,
}

impl LogStream {
    /// When each event came in, and how many bytes it has.
    pub(crate) fn incoming(&self) -> impl Iterator<Item = (u64, usize)> {
        self.events.values().map(|event| (event.ingested_ms, event.message.len()))
    }
}

/// A log event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    /// When it happened, as the caller says.
    pub(crate) timestamp: u64,
    /// When it came in.
    pub(crate) ingested_ms: u64,
    /// What it says.
    pub(crate) message: String,
}

/// A subscription filter, with what became of the events it forwarded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SubscriptionFilter {
    /// When it was last put.
    pub(crate) created_ms: u64,
    /// Which events.
    pub(crate) pattern: String,
    /// Where to: a destination, or a stream of the same account.
    pub(crate) destination_arn: String,
    /// The role for a stream of the same account, or the sender's role that a policy by organization asks for.
    pub(crate) role_arn: Option<String>,
    /// `Random` or `ByLogStream`. Means nothing for Firehose.
    pub(crate) distribution: String,
    /// What it says of system fields.
    #[serde(default)]
    pub(crate) system_fields: SystemFields,
    /// Batches that arrived.
    pub(crate) forwarded: u64,
    /// Batches that were refused, by reason (the `DeliveryErrors` metric of AWS).
    pub(crate) refused: BTreeMap<Refusal, u64>,
}

/// A subscription policy of the account: a filter on all its log groups but some.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AccountPolicy {
    /// The document, as it was put.
    pub(crate) document: String,
    /// Which log groups, as it was put.
    pub(crate) selection_criteria: Option<String>,
    /// The log groups it leaves out.
    pub(crate) excluded: BTreeSet<String>,
    /// What the document says, with what became of the events.
    pub(crate) filter: SubscriptionFilter,
}

impl AccountPolicy {
    /// Whether it forwards the events of a log group.
    pub(crate) fn covers(&self, name: &str, group: &LogGroup) -> bool {
        group.class == "STANDARD" && !self.excluded.contains(name)
    }
}

/// A destination that other accounts can send to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Destination {
    /// When it was made.
    pub(crate) created_ms: u64,
    /// The stream behind it.
    pub(crate) target_arn: String,
    /// The role that writes to the stream.
    pub(crate) role_arn: String,
    /// Who may send.
    pub(crate) policy: Option<PolicyText>,
    /// Who may send until a time, after the policy was changed.
    #[serde(default)]
    pub(crate) former_policy: Option<(u64, Option<PolicyText>)>,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
}

impl Destination {
    /// The policy that says who may send now.
    pub(crate) fn policy_in_force(&self, now_ms: u64) -> Option<&PolicyText> {
        match &self.former_policy {
            Some((until_ms, policy)) if *until_ms > now_ms => policy.as_ref(),
            _ => self.policy.as_ref(),
        }
    }

    /// Whether the policy in force admits by organisation rather than by account.
    pub(crate) fn admits_organization(&self, world: &World) -> bool {
        self.policy_in_force(world.now_ms).is_some_and(|policy| names_organization(&policy.read(world)))
    }
}

/// Whether a destination policy asks for the sender's organisation.
pub(super) fn names_organization(policy: &str) -> bool {
    policy.to_ascii_lowercase().contains("aws:principalorgid")
}

/// The ARN of a log group without the `:*` that most operations show.
pub(crate) fn group_arn(site: &Site, name: &str) -> String {
    site.arn("logs", &format!("log-group:{name}"))
}

/// The ARN of a destination.
pub(crate) fn destination_arn(site: &Site, name: &str) -> String {
    site.arn("logs", &format!("destination:{name}"))
}

impl World {
    /// CloudWatch Logs somewhere, if it was ever used there.
    pub(crate) fn logs(&self, site: &Site) -> Option<&RegionalLogs> {
        self.accounts.get(&site.account)?.logs.get(&site.region)
    }

    /// CloudWatch Logs somewhere.
    pub(crate) fn logs_mut(&mut self, site: &Site) -> &mut RegionalLogs {
        self.account(&site.account).logs.entry(site.region.clone()).or_default()
    }

    /// A log group.
    pub(crate) fn log_group(&self, site: &Site, name: &str) -> Result<&LogGroup, Fault> {
        self.logs(site).and_then(|logs| logs.groups.get(name)).ok_or_else(rules::no_group)
    }

    /// A log group, to change it.
    pub(crate) fn log_group_mut(&mut self, site: &Site, name: &str) -> Result<&mut LogGroup, Fault> {
        self.logs_mut(site).groups.get_mut(name).ok_or_else(rules::no_group)
    }

    /// A destination.
    pub(crate) fn logs_destination(&self, site: &Site, name: &str) -> Option<&Destination> {
        self.logs(site)?.destinations.get(name)
    }
}
