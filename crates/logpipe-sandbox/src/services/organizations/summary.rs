//! The organisation for people and scripts that look at a sandbox from outside.

use serde_json::{Map, Value, json};

use crate::state::world::World;

/// Summarises the organisation; nothing where there is none.
pub(crate) fn summary(world: &World) -> Value {
    let Some(id) = &world.organization else { return Value::Null };
    let directory = &world.directory;
    let accounts: Map<String, Value> = directory
        .members
        .iter()
        .map(|(id, member)| {
            let account = json!({ "parent": member.parent, "state": member.state, "tags": member.tags });
            (id.to_string(), account)
        })
        .collect();
    json!({
        "id": id,
        "management_account": directory.management,
        "units": directory.units,
        "accounts": accounts,
    })
}
