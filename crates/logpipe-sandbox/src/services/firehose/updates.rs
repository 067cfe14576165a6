//! Changes of a stream's destination.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::read;
use crate::state::world::World;
use crate::time::timed_event::TimedEvent;

use super::description::DESTINATION_ID;
use super::names::invalid;
use super::state::{StreamAddress, StreamStatus};
use super::streams::in_use;
use super::{processing_rules, settings_rules};

/// How long a change takes at most where that is left to chance; AWS says "usually within a few minutes" (Firehose API
/// Reference, UpdateDestination).
const LONGEST_MS: u64 = 60_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateDestination {
    delivery_stream_name: String,
    current_delivery_stream_version_id: String,
    destination_id: String,
    #[serde(rename = "ExtendedS3DestinationUpdate")]
    update: Option<Value>,
}

/// UpdateDestination: members that are given replace those that were.
pub(super) fn update(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: UpdateDestination = read(input)?;
    let address = StreamAddress::of(call, &input.delivery_stream_name);
    let stream = world.expect_stream(&address)?;
    if stream.status != StreamStatus::Active {
        return Err(in_use(&address, "is not in ACTIVE state"));
    }
    if stream.version.to_string() != input.current_delivery_stream_version_id {
        let text = format!(
            "Cannot update firehose: {} since the current version id: {} and specified version id: {} \
            do not match",
            address.name, stream.version, input.current_delivery_stream_version_id
        );
        return Err(Fault::invalid("ConcurrentModificationException", text));
    }
    if input.destination_id != DESTINATION_ID {
        return Err(invalid(format!("Destination Id {} not found", input.destination_id)));
    }
    let Some(Value::Object(update)) = input.update else {
        return Err(invalid("ExtendedS3DestinationUpdate is required."));
    };
    let mut merged = json!(stream.settings);
    if let Value::Object(members) = &mut merged {
        members.extend(update);
    }
    processing_rules::check_unchanged(&stream.settings, &merged)?;
    let settings = settings_rules::read(world, &address.site, &merged)?;
    let (now_ms, after_ms) = (world.now_ms, world.rng.between(0, 1_000, LONGEST_MS));
    let stream = world.expect_stream(&address)?;
    let replaced = std::mem::replace(&mut stream.settings, settings);
    if after_ms > 0 {
        stream.outgoing.get_or_insert_with(|| Box::new(replaced));
    }
    stream.version += 1;
    stream.updated_ms = Some(now_ms);
    let (number, version) = (stream.number, stream.version);
    if after_ms > 0 {
        world.plan(after_ms, TimedEvent::DestinationUpdated { stream: address, number, version });
    }
    Ok(json!({}))
}

/// The last change of a stream's destination takes effect.
pub(crate) fn took_effect(world: &mut World, address: &StreamAddress, number: u64, version: u64) {
    let stream = world.stream_mut(address);
    if let Some(stream) = stream.filter(|stream| (stream.number, stream.version) == (number, version)) {
        stream.outgoing = None;
    }
}
