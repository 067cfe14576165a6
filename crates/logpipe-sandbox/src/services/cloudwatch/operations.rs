//! From the name of an operation to the function that answers it.

use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::cbor::Item;
use crate::state::world::World;

use super::{alarms, data, listing, statistics, tags};

/// Answers a call to CloudWatch.
pub(crate) fn handle(world: &mut World, call: &Call, input: &Value) -> Result<Item, Fault> {
    match call.operation.as_str() {
        "GetMetricData" => data::get(world, call, input),
        "GetMetricStatistics" => statistics::get(world, call, input),
        "ListMetrics" => listing::list(world, call, input),
        "PutMetricAlarm" => alarms::put(world, call, input),
        "DescribeAlarms" => alarms::describe(world, call, input),
        "DeleteAlarms" => alarms::delete(world, call, input),
        "TagResource" => tags::add(world, call, input),
        "UntagResource" => tags::remove(world, call, input),
        "ListTagsForResource" => tags::list(world, call, input),
        _ => Err(call.not_simulated()),
    }
}
