//! Hop 1: from a log group to what its subscription filters point at.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::services::logs::{self, Event};
use crate::state::site::Site;
use crate::state::world::World;
use crate::time::timed_event::TimedEvent;

use super::chain::{self, Origin, Refusal, Route};
use super::envelope::{self, Source};
use super::record::Record;

/// How long a message is on its way at most where that is left to chance (CloudWatch Logs User Guide, "Real-time
/// processing of log data with subscriptions": "usually within three minutes").
const LONGEST_MS: u64 = 180_000;

/// A message on its way from a log group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Parcel {
    /// Where the log group is.
    sender: Site,
    /// The log group.
    group: String,
    /// The subscription filter, or the account policy.
    filter: String,
    /// Whether it is an account policy.
    #[serde(default)]
    account_level: bool,
    /// Where the filter pointed when the events came in.
    destination: String,
    /// The role of the filter.
    role: Option<String>,
    /// How many events are in it.
    #[serde(default)]
    events: u64,
    /// The message.
    record: Record,
}

impl fmt::Display for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = logs::group_arn(&self.sender, &self.group);
        let through = if self.account_level { "account policy" } else { "filter" };
        write!(f, "a message from {group} through {through} {}", self.filter)
    }
}

/// Sends events that just came in to every subscription filter they match and to the account's policy, one message
/// each. It takes a while until a message arrives.
pub(crate) fn forward(
    world: &mut World,
    sender: &Site,
    group: &str,
    stream: &str,
    events: &[(String, Event)],
) {
    let parcels = parcels(world, sender, group, stream, events);
    for parcel in parcels {
        let usual = world.timing.logs_delivery_ms;
        let delay = world.rng.between(usual, usual / 5, LONGEST_MS.max(usual));
        world.plan(delay, TimedEvent::MessageArrives { parcel });
    }
}

/// What sends the events of a log group somewhere: a subscription filter, or the account's policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subscription<'w> {
    pub(super) name: &'w str,
    pub(super) filter: &'w logs::SubscriptionFilter,
    pub(super) account_level: bool,
}

/// The subscriptions of a log group.
pub(super) fn subscriptions<'w>(world: &'w World, sender: &Site, group: &str) -> Vec<Subscription<'w>> {
    let Ok(held) = world.log_group(sender, group) else { return Vec::new() };
    let policies = world.logs(sender).into_iter().flat_map(|logs| &logs.account_policies);
    let policies = policies.filter(|(_, policy)| policy.covers(group, held));
    let policies = policies.map(|(name, policy)| (name, &policy.filter, true));
    let filters = held.filters.iter().map(|(name, filter)| (name, filter, false));
    let all = filters.chain(policies);
    all.map(|(name, filter, account_level)| Subscription { name, filter, account_level }).collect()
}

/// What the policy of a destination must allow for a subscription.
pub(super) fn actions(account_level: bool) -> &'static [&'static str] {
    if account_level { &logs::POLICY_ACTIONS } else { &logs::FILTER_ACTIONS }
}

fn parcels(
    world: &World,
    sender: &Site,
    group: &str,
    stream: &str,
    events: &[(String, Event)],
) -> Vec<Parcel> {
    let parcel = |Subscription { name, filter, account_level }: Subscription<'_>| {
        if !filter.system_fields.take(sender, group) {
            return None;
        }
        // A pattern was checked when the filter was put.
        let pattern = logs::compile(&filter.pattern).ok()?;
        let mut matching = events
            .iter()
            .filter(|(_, event)| pattern.matches(&event.message))
            .map(|(id, event)| (id, event))
            .peekable();
        matching.peek()?;
        let matching: Vec<_> = matching.collect();
        let source = Source {
            owner: sender.account.as_str(),
            group,
            stream,
            filter: name,
            account_level,
            system_fields: filter.system_fields.emitted(sender, group),
        };
        Some(Parcel {
            sender: sender.clone(),
            group: group.to_owned(),
            filter: name.to_owned(),
            account_level,
            destination: filter.destination_arn.clone(),
            role: filter.role_arn.clone(),
            events: matching.len() as u64,
            record: envelope::data(&source, matching.into_iter()),
        })
    };
    subscriptions(world, sender, group).into_iter().filter_map(parcel).collect()
}

/// A message arrives where its filter pointed, and is taken or refused. What is refused is lost: CloudWatch Logs does
/// not retry where access is denied or the target does not exist.
pub(crate) fn arrive(world: &mut World, parcel: &Parcel) {
    // Delivery carries the `:*` form of the ARN, unlike the test message of PutSubscriptionFilter.
    let arn = format!("{}:*", logs::group_arn(&parcel.sender, &parcel.group));
    let origin = Origin { site: parcel.sender.clone(), arn };
    let role = parcel.role.as_deref();
    let route = Route { arn: &parcel.destination, role, actions: actions(parcel.account_level) };
    let outcome = chain::resolve(world, &origin, route)
        .and_then(|target| chain::put(world, &target, &origin, parcel.record.clone()));
    count(world, parcel, outcome);
}

fn count(world: &mut World, parcel: &Parcel, outcome: Result<(), Refusal>) {
    let minute = world.now_ms / 60_000;
    let logs = world.logs_mut(&parcel.sender);
    let group = if parcel.account_level { String::new() } else { parcel.group.clone() };
    let counted = logs.forwarding.entry(parcel.filter.clone()).or_default().entry(group).or_default();
    let counted = counted.entry(minute).or_default();
    match outcome {
        Ok(()) => counted.events += parcel.events,
        Err(_) => counted.errors += parcel.events,
    }
    let filter = if parcel.account_level {
        logs.account_policies.get_mut(&parcel.filter).map(|policy| &mut policy.filter)
    } else {
        logs.groups.get_mut(&parcel.group).and_then(|group| group.filters.get_mut(&parcel.filter))
    };
    let Some(filter) = filter else { return };
    match outcome {
        Ok(()) => filter.forwarded += 1,
        Err(refusal) => *filter.refused.entry(refusal).or_default() += 1,
    }
}
