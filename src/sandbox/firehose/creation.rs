//! New streams.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::sandbox::dispatch::Call;
use crate::sandbox::due::Due;
use crate::sandbox::fault::Fault;
use crate::sandbox::json::read;
use crate::sandbox::world::World;

use super::names::{self, invalid};
use super::state::{Stream, StreamAddress, StreamStatus};
use super::tags::{self, Tag};
use super::{settings_rules, streams};

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

/// CreateDeliveryStream. The stream is ACTIVE after a while.
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
    let number = world.next_number();
    let stream = Stream {
        number,
        status: StreamStatus::Creating,
        created_ms: world.now_ms,
        updated_ms: None,
        version: 1,
        settings,
        tags,
        buffers: Vec::new(),
    };
    world.streams_mut(&address.site).insert(address.name.clone(), stream);
    let arn = address.arn();
    world.plan(world.timing.stream_creating_ms, Due::StreamCreated { stream: address, number });
    Ok(json!({ "DeliveryStreamARN": arn }))
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
