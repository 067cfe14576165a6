//! Tags of alarms.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::cbor::Item;
use crate::protocol::json::read;
use crate::services::tags::{self, Tag};
use crate::state::world::World;

use super::metrics::invalid;
use super::state::{Alarm, of_arn};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    #[serde(rename = "ResourceARN")]
    arn: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    tag_keys: Vec<String>,
}

/// TagResource.
pub(super) fn add(world: &mut World, _: &Call, input: &Value) -> Result<Item, Fault> {
    let input: Resource = read(input)?;
    let alarm = tagged(world, &input)?;
    alarm.tags = merged(&alarm.tags, &input.tags)?;
    Ok(Item::Map(Vec::new()))
}

/// UntagResource.
pub(super) fn remove(world: &mut World, _: &Call, input: &Value) -> Result<Item, Fault> {
    let input: Resource = read(input)?;
    tagged(world, &input)?.tags.retain(|key, _| !input.tag_keys.contains(key));
    Ok(Item::Map(Vec::new()))
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, _: &Call, input: &Value) -> Result<Item, Fault> {
    let input: Resource = read(input)?;
    let tags = tagged(world, &input)?.tags.iter();
    let tags =
        tags.map(|(key, value)| Item::Map(vec![("Key", Item::text(key)), ("Value", Item::text(value))]));
    Ok(Item::Map(vec![("Tags", Item::List(tags.collect()))]))
}

/// Tags with others laid over them.
pub(super) fn merged(
    tags: &BTreeMap<String, String>,
    more: &[Tag],
) -> Result<BTreeMap<String, String>, Fault> {
    let too_many = || invalid("The collection Tags must have at most 50 members.");
    tags::merged(tags, more).ok_or_else(too_many)
}

fn tagged<'a>(world: &'a mut World, input: &Resource) -> Result<&'a mut Alarm, Fault> {
    let missing = || {
        let text = format!("Could not find the resource {}.", input.arn);
        Fault::missing("ResourceNotFoundException", text)
    };
    let (site, name) = of_arn(&input.arn).ok_or_else(missing)?;
    world.alarms_mut(&site).get_mut(name).ok_or_else(missing)
}
