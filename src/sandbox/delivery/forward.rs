//! Hop 1: from a log group to what its subscription filters point at.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sandbox::due::Due;
use crate::sandbox::logs::{self, Event};
use crate::sandbox::site::Site;
use crate::sandbox::world::World;

use super::chain::{self, Origin, Refusal};
use super::envelope::{self, Source};
use super::record::Record;

/// A message on its way from a log group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Parcel {
    /// Where the log group is.
    sender: Site,
    /// The log group.
    group: String,
    /// The subscription filter.
    filter: String,
    /// Where the filter pointed when the events came in.
    destination: String,
    /// The role of the filter.
    role: Option<String>,
    /// The message.
    record: Record,
}

impl fmt::Display for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = logs::group_arn(&self.sender, &self.group);
        write!(f, "a message from {group} through filter {}", self.filter)
    }
}

/// Sends events that just came in to every subscription filter they match, one message a filter. It takes a while
/// until a message arrives.
pub(crate) fn forward(
    world: &mut World,
    sender: &Site,
    group: &str,
    stream: &str,
    events: &[(String, Event)],
) {
    let parcels = parcels(world, sender, group, stream, events);
    for parcel in parcels {
        world.plan(world.timing.logs_delivery_ms, Due::MessageArrives { parcel });
    }
}

fn parcels(
    world: &World,
    sender: &Site,
    group: &str,
    stream: &str,
    events: &[(String, Event)],
) -> Vec<Parcel> {
    let filters = world.log_group(sender, group).ok().into_iter().flat_map(|group| &group.filters);
    let parcel = |(name, filter): (&String, &logs::SubscriptionFilter)| {
        // A pattern was checked when the filter was put.
        let pattern = logs::compile(&filter.pattern).ok()?;
        let mut matching = events
            .iter()
            .filter(|(_, event)| pattern.matches(&event.message))
            .map(|(id, event)| (id, event))
            .peekable();
        matching.peek()?;
        let source = Source { owner: sender.account.as_str(), group, stream, filter: name };
        Some(Parcel {
            sender: sender.clone(),
            group: group.to_owned(),
            filter: name.clone(),
            destination: filter.destination_arn.clone(),
            role: filter.role_arn.clone(),
            record: envelope::data(&source, matching),
        })
    };
    filters.filter_map(parcel).collect()
}

/// A message arrives where its filter pointed, and is taken or refused. What is refused is lost: CloudWatch Logs does
/// not retry where access is denied or the target does not exist.
pub(crate) fn arrive(world: &mut World, parcel: Parcel) {
    let Parcel { sender, group, filter, destination, role, record } = parcel;
    // Delivery carries the `:*` form of the ARN, unlike the test message of PutSubscriptionFilter.
    let origin = Origin { site: sender.clone(), arn: format!("{}:*", logs::group_arn(&sender, &group)) };
    let outcome = chain::resolve(world, &sender, &destination, role.as_deref())
        .and_then(|target| chain::put(world, &target, &origin, record));
    count(world, &sender, &group, &filter, outcome);
}

fn count(world: &mut World, sender: &Site, group: &str, filter: &str, outcome: Result<(), Refusal>) {
    let Ok(group) = world.log_group_mut(sender, group) else { return };
    let Some(filter) = group.filters.get_mut(filter) else { return };
    match outcome {
        Ok(()) => filter.forwarded += 1,
        Err(refusal) => *filter.refused.entry(refusal).or_default() += 1,
    }
}
