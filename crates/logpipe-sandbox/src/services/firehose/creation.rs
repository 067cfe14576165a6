//! New streams.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::read;
use crate::state::world::World;
use crate::time::timed_event::TimedEvent;

use super::names::{self, invalid};
use super::state::{Stream, StreamAddress, StreamStatus};
use super::tags::{self, Tag};
use super::{quota, settings_rules, streams};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateDeliveryStream {
    delivery_stream_name: String,
    delivery_stream_type: Option<String>,
    #[serde(rename = "ExtendedS3DestinationConfiguration")]
    destination: Option<Value>,
    #[serde(rename = "DeliveryStreamEncryptionConfigurationInput")]
    encryption: Option<Value>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Of this many streams, one fails to be made where that is left to chance.
const ONE_FAILS_IN: u64 = 40;

/// CreateDeliveryStream. After a while the stream is ACTIVE, or has failed for good.
pub(super) fn create(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: CreateDeliveryStream = read(input)?;
    names::check_stream_name(&input.delivery_stream_name)?;
    refuse_unsimulated(&input)?;
    let tags = tags::checked(input.tags)?;
    let address = StreamAddress::of(call, &input.delivery_stream_name);
    if world.stream(&address).is_some() {
        return Err(streams::in_use(&address, "already exists"));
    }
    let destination =
        input.destination.ok_or_else(|| invalid("Exactly one destination configuration is required."))?;
    let settings = settings_rules::read(world, &address.site, &destination)?;
    quota::admit(world, &address.site)?;
    let number = world.next_number();
    let stream = Stream {
        number,
        status: StreamStatus::Creating,
        created_ms: world.now_ms,
        updated_ms: None,
        version: 1,
        settings,
        outgoing: None,
        failure: None,
        tags,
        taken: BTreeMap::new(),
        records: BTreeMap::new(),
        written: BTreeMap::new(),
        buffers: Vec::new(),
        encryption: None,
    };
    world.streams_mut(&address.site).insert(address.name.clone(), stream);
    let arn = address.arn();
    let failure = failure(world);
    let usual = world.timing.stream_creating_ms;
    let after_ms = world.rng.between(usual, usual / 4, usual * 4);
    world.plan(after_ms, TimedEvent::StreamCreated { stream: address, number, failure });
    Ok(json!({ "DeliveryStreamARN": arn }))
}

/// Why the next stream fails, if it does: because it was told to, or by chance.
fn failure(world: &mut World) -> Option<String> {
    let by_chance = world.rng.once_in(ONE_FAILS_IN);
    world.failing_streams.pop_front().or_else(|| by_chance.then(|| "An internal error occurred.".to_owned()))
}

fn refuse_unsimulated(input: &CreateDeliveryStream) -> Result<(), Fault> {
    match input.delivery_stream_type.as_deref() {
        None | Some("DirectPut") => {}
        Some(other) => return Err(Fault::not_simulated("Firehose streams of type", other)),
    }
    if input.encryption.is_some() {
        return Err(Fault::not_simulated("Firehose", "server-side encryption of streams"));
    }
    Ok(())
}
