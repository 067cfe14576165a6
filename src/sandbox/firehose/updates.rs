//! Changes of a stream's destination.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::sandbox::dispatch::Call;
use crate::sandbox::fault::Fault;
use crate::sandbox::json::read;
use crate::sandbox::world::World;

use super::description::DESTINATION_ID;
use super::names::invalid;
use super::state::{StreamAddress, StreamStatus};
use super::streams::in_use;
use super::{processing_rules, settings_rules};

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
    let now_ms = world.now_ms;
    let stream = world.expect_stream(&address)?;
    stream.settings = settings;
    stream.version += 1;
    stream.updated_ms = Some(now_ms);
    Ok(json!({}))
}
