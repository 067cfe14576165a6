//! Tags of parameters.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::read;
use crate::services::tags::{self, Tag};
use crate::state::site::Site;
use crate::state::world::World;

use super::state::Parameter;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    resource_type: String,
    resource_id: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    tag_keys: Vec<String>,
}

/// AddTagsToResource.
pub(super) fn add(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: Resource = read(input)?;
    let held = tagged(world, call, &input)?;
    held.tags = merged(&held.tags, &input.tags)?;
    Ok(json!({}))
}

/// RemoveTagsFromResource.
pub(super) fn remove(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: Resource = read(input)?;
    let held = tagged(world, call, &input)?;
    held.tags.retain(|key, _| !input.tag_keys.contains(key));
    Ok(json!({}))
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: Resource = read(input)?;
    let tags = &tagged(world, call, &input)?.tags;
    let tags: Vec<Value> = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "TagList": tags }))
}

/// Tags with others laid over them.
pub(super) fn merged(
    tags: &BTreeMap<String, String>,
    more: &[Tag],
) -> Result<BTreeMap<String, String>, Fault> {
    tags::merged(tags, more).ok_or_else(|| Fault::invalid("TooManyTagsError", ""))
}

fn tagged<'a>(world: &'a mut World, call: &Call, input: &Resource) -> Result<&'a mut Parameter, Fault> {
    if input.resource_type != "Parameter" {
        let text = format!("tags of a {}", input.resource_type);
        return Err(Fault::not_simulated("ssm", &text));
    }
    let held = world.parameters_mut(&Site::of(call)).get_mut(&input.resource_id);
    held.ok_or_else(|| {
        let text = format!(
            "Invalid resource ID: {} does not exist as a resource of type Parameter.",
            input.resource_id
        );
        Fault::invalid("InvalidResourceId", text)
    })
}
