//! Tags of log groups and destinations.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::read;
use crate::state::site::Site;
use crate::state::world::World;

use super::rules;

const MOST_TAGS: usize = 50;

type Tags = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    resource_arn: String,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    tag_keys: Vec<String>,
}

/// The rules for tags that come with a new resource.
pub(super) fn check(tags: &Tags) -> Result<(), Fault> {
    if tags.len() > MOST_TAGS {
        return Err(rules::broken(
            "{...}",
            "tags",
            &format!("have length less than or equal to {MOST_TAGS}"),
        ));
    }
    for (key, value) in tags {
        if key.is_empty() || key.len() > 128 || value.len() > 256 || key.starts_with("aws:") {
            return Err(rules::invalid(format!("The tag `{key}` is not valid.")));
        }
    }
    Ok(())
}

/// TagResource: overwrites by key.
pub(super) fn tag(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: Resource = read(input)?;
    check(&input.tags)?;
    let tags = tags_of(world, call, &input.resource_arn)?;
    let added = input.tags.keys().filter(|key| !tags.contains_key(*key)).count();
    if tags.len() + added > MOST_TAGS {
        return Err(Fault::invalid("TooManyTagsException", "The resource has too many tags."));
    }
    tags.extend(input.tags);
    Ok(Value::Null)
}

/// UntagResource.
pub(super) fn untag(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: Resource = read(input)?;
    let tags = tags_of(world, call, &input.resource_arn)?;
    tags.retain(|key, _| !input.tag_keys.contains(key));
    Ok(Value::Null)
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: Resource = read(input)?;
    Ok(json!({ "tags": tags_of(world, call, &input.resource_arn)? }))
}

/// The tags of what an ARN names. Log groups are named without `:*` here.
fn tags_of<'a>(world: &'a mut World, call: &Call, arn: &str) -> Result<&'a mut Tags, Fault> {
    let site = Site::of(call);
    let resource =
        Site::of_arn(arn, "logs").filter(|(named, _)| *named == site).map(|(_, resource)| resource);
    let logs = world.logs_mut(&site);
    let tags = resource.and_then(|resource| match resource.split_once(':')? {
        ("log-group", name) => logs.groups.get_mut(name).map(|group| &mut group.tags),
        ("destination", name) => logs.destinations.get_mut(name).map(|destination| &mut destination.tags),
        _ => None,
    });
    tags.ok_or_else(|| rules::missing("The specified resource does not exist."))
}
