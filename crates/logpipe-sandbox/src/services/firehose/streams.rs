//! The life of streams: listed, becoming active, deleted, gone.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::read;
use crate::state::site::Site;
use crate::state::world::World;
use crate::time::timed_event::TimedEvent;

use super::names::invalid;
use super::state::{StreamAddress, StreamStatus};

/// A `ResourceInUseException`.
pub(super) fn in_use(address: &StreamAddress, why: &str) -> Fault {
    let StreamAddress { site, name } = address;
    let text = format!("Firehose {name} under accountId {} {why}", site.account);
    Fault::conflict("ResourceInUseException", text)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListDeliveryStreams {
    limit: Option<usize>,
    delivery_stream_type: Option<String>,
    exclusive_start_delivery_stream_name: Option<String>,
}

/// ListDeliveryStreams: names in order, ten unless more are asked for.
pub(super) fn list(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: ListDeliveryStreams = read(input)?;
    let limit = input.limit.unwrap_or(10);
    if !(1..=10_000).contains(&limit) {
        return Err(invalid("Limit must be between 1 and 10000."));
    }
    let limit = world.rng.cut().limit(limit);
    let after = input.exclusive_start_delivery_stream_name.unwrap_or_default();
    let of_type = input.delivery_stream_type.is_none_or(|kind| kind == "DirectPut");
    let names = world.streams_mut(&Site::of(call)).keys();
    let mut names = names.filter(|name| of_type && **name > after).peekable();
    let page: Vec<&String> = names.by_ref().take(limit).collect();
    let more = names.peek().is_some();
    Ok(json!({ "DeliveryStreamNames": page, "HasMoreDeliveryStreams": more }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteDeliveryStream {
    delivery_stream_name: String,
}

/// DeleteDeliveryStream. The name is free after a while; what was buffered is lost.
pub(super) fn delete(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DeleteDeliveryStream = read(input)?;
    let address = StreamAddress::of(call, &input.delivery_stream_name);
    let stream = world.expect_stream(&address)?;
    match stream.status {
        StreamStatus::Creating => return Err(in_use(&address, "is being created and cannot be deleted yet")),
        StreamStatus::Deleting => return Ok(json!({})),
        StreamStatus::Active | StreamStatus::CreatingFailed => {}
    }
    stream.status = StreamStatus::Deleting;
    stream.buffers.clear();
    let number = stream.number;
    let usual = world.timing.stream_deleting_ms;
    let after_ms = world.rng.between(usual, usual / 4, usual * 15);
    world.plan(after_ms, TimedEvent::StreamGone { stream: address, number });
    Ok(json!({}))
}

/// A stream becomes ACTIVE, or has failed.
pub(crate) fn created(world: &mut World, address: &StreamAddress, number: u64, failure: Option<String>) {
    if let Some(stream) = world.stream_mut(address).filter(|stream| stream.number == number) {
        stream.status = if failure.is_some() { StreamStatus::CreatingFailed } else { StreamStatus::Active };
        stream.failure = failure;
    }
}

/// A deleted stream is gone.
pub(crate) fn gone(world: &mut World, address: &StreamAddress, number: u64) {
    world.streams_mut(&address.site).retain(|name, stream| *name != address.name || stream.number != number);
}
