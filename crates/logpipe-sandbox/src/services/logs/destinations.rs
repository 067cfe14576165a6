//! Destinations: the doors through which other accounts send.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::delivery::{self, DeliveryTarget, Origin};
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{present, read};
use crate::state::site::Site;
use crate::state::world::World;

use super::pages::PageRequest;
use super::rules;
use super::state::{Destination, destination_arn};

const STREAM_UNREACHABLE: &str = "Could not deliver test message to specified Firehose stream. \
    Check if the given Firehose stream is in ACTIVE state.";
/// The generic refusal of a test message.
pub(super) const DESTINATION_UNREACHABLE: &str =
    "Could not deliver test message to specified destination. Check if the destination is valid.";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutDestination {
    destination_name: String,
    target_arn: String,
    role_arn: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

/// PutDestination: made or repointed, once a test message has got through. The policy of one that exists stays.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: PutDestination = read(input)?;
    rules::check_name(&input.destination_name, "destinationName")?;
    if !input.tags.is_empty() {
        // Observed in AWS: with tags the test message fails; they are to be set afterwards.
        return Err(rules::invalid(DESTINATION_UNREACHABLE));
    }
    let site = Site::of(call);
    let arn = destination_arn(&site, &input.destination_name);
    let origin = Origin { site: site.clone(), arn };
    let target =
        DeliveryTarget { stream: input.target_arn, role: input.role_arn, region: call.region.clone() };
    if probe_throttled(world) {
        return Err(rules::invalid(STREAM_UNREACHABLE));
    }
    delivery::probe(world, &target, &origin).map_err(|_| rules::invalid(STREAM_UNREACHABLE))?;
    let created_ms = world.now_ms;
    let destinations = &mut world.logs_mut(&site).destinations;
    let destination = destinations.entry(input.destination_name.clone()).or_insert_with(|| Destination {
        created_ms,
        target_arn: String::new(),
        role_arn: String::new(),
        policy: None,
        former_policy: None,
        tags: BTreeMap::new(),
    });
    destination.target_arn = target.stream;
    destination.role_arn = target.role;
    let destination = destination.clone();
    Ok(json!({ "destination": shown(world, &site, &input.destination_name, &destination) }))
}

/// Whether the stream is too busy for a test message, where that is left to chance: the caller hears that it did not
/// arrive, and no more.
pub(super) fn probe_throttled(world: &mut World) -> bool {
    world.rng.once_in(30)
}

#[derive(Deserialize)]
struct DescribeDestinations {
    #[serde(rename = "DestinationNamePrefix", default)]
    prefix: String,
    #[serde(flatten)]
    page: PageRequest,
}

/// DescribeDestinations.
pub(super) fn describe(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DescribeDestinations = read(input)?;
    let site = Site::of(call);
    let cut = world.rng.cut();
    let destinations = world.logs(&site).into_iter().flat_map(|logs| &logs.destinations);
    let page = input.page.of(cut, destinations.filter(|(name, _)| name.starts_with(&input.prefix)))?;
    let shown: Vec<Value> =
        page.items.into_iter().map(|(name, destination)| shown(world, &site, name, destination)).collect();
    Ok(present(json!({ "destinations": shown, "nextToken": page.next_token })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteDestination {
    destination_name: String,
}

/// DeleteDestination. Filters that point at it stay, and get nowhere.
pub(super) fn delete(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DeleteDestination = read(input)?;
    let destinations = &mut world.logs_mut(&Site::of(call)).destinations;
    destinations
        .remove(&input.destination_name)
        .map(|_| Value::Null)
        .ok_or_else(|| rules::missing("The specified destination does not exist."))
}

fn shown(world: &World, site: &Site, name: &str, destination: &Destination) -> Value {
    present(json!({
        "destinationName": name,
        "targetArn": destination.target_arn,
        "roleArn": destination.role_arn,
        "accessPolicy": destination.policy.as_ref().map(|policy| policy.read(world)),
        "arn": destination_arn(site, name),
        "creationTime": destination.created_ms,
    }))
}
