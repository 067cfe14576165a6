//! From the name of an operation to the function that answers it.

use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::state::world::World;

use super::{creation, description, encryption, records, streams, tags, updates};

/// Answers a Firehose call.
pub(crate) fn handle(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    match call.operation.as_str() {
        "CreateDeliveryStream" => creation::create(world, call, input),
        "DescribeDeliveryStream" => description::describe(world, call, input),
        "ListDeliveryStreams" => streams::list(world, call, input),
        "DeleteDeliveryStream" => streams::delete(world, call, input),
        "UpdateDestination" => updates::update(world, call, input),
        "StartDeliveryStreamEncryption" => encryption::start(world, call, input),
        "StopDeliveryStreamEncryption" => encryption::stop(world, call, input),
        "TagDeliveryStream" => tags::tag(world, call, input),
        "UntagDeliveryStream" => tags::untag(world, call, input),
        "ListTagsForDeliveryStream" => tags::list(world, call, input),
        "PutRecord" => records::put(world, call, input),
        "PutRecordBatch" => records::put_batch(world, call, input),
        _ => Err(call.not_simulated()),
    }
}
