//! From the name of an operation to the function that answers it.

use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::state::world::World;

use super::{parameters, reading, tags};

/// Answers a call to Systems Manager.
pub(crate) fn handle(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    match call.operation.as_str() {
        "PutParameter" => parameters::put(world, call, input),
        "DeleteParameter" => parameters::delete(world, call, input),
        "GetParameter" => reading::get(world, call, input),
        "GetParameters" => reading::get_several(world, call, input),
        "AddTagsToResource" => tags::add(world, call, input),
        "RemoveTagsFromResource" => tags::remove(world, call, input),
        "ListTagsForResource" => tags::list(world, call, input),
        _ => Err(call.not_simulated()),
    }
}
