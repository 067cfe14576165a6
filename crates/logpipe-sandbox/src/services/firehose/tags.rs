//! Tags of streams.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::read;
use crate::state::world::World;

use super::names::invalid;
use super::state::StreamAddress;

const MOST_TAGS: usize = 50;

/// A tag as this service writes it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// Tags that keep the rules.
pub(super) fn checked(tags: Vec<Tag>) -> Result<BTreeMap<String, String>, Fault> {
    if tags.len() > MOST_TAGS {
        return Err(invalid(format!("A stream can have at most {MOST_TAGS} tags.")));
    }
    for Tag { key, value } in &tags {
        if key.is_empty() || key.len() > 128 || value.len() > 256 || key.starts_with("aws:") {
            return Err(invalid(format!("The tag {key} is not valid.")));
        }
    }
    let count = tags.len();
    let tags: BTreeMap<String, String> = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    if tags.len() < count {
        return Err(invalid("A tag key is given more than once.".to_owned()));
    }
    Ok(tags)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagDeliveryStream {
    delivery_stream_name: String,
    tags: Vec<Tag>,
}

/// TagDeliveryStream: overwrites by key.
pub(super) fn tag(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: TagDeliveryStream = read(input)?;
    let tags = checked(input.tags)?;
    let stream = world.expect_stream(&StreamAddress::of(call, &input.delivery_stream_name))?;
    let added = tags.keys().filter(|key| !stream.tags.contains_key(*key)).count();
    if stream.tags.len() + added > MOST_TAGS {
        let text = format!("A stream can have at most {MOST_TAGS} tags.");
        return Err(Fault::invalid("LimitExceededException", text));
    }
    stream.tags.extend(tags);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UntagDeliveryStream {
    delivery_stream_name: String,
    tag_keys: Vec<String>,
}

/// UntagDeliveryStream.
pub(super) fn untag(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: UntagDeliveryStream = read(input)?;
    let stream = world.expect_stream(&StreamAddress::of(call, &input.delivery_stream_name))?;
    stream.tags.retain(|key, _| !input.tag_keys.contains(key));
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListTags {
    delivery_stream_name: String,
    exclusive_start_tag_key: Option<String>,
    limit: Option<usize>,
}

/// ListTagsForDeliveryStream.
pub(super) fn list(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: ListTags = read(input)?;
    let cut = world.rng.cut();
    let stream = world.expect_stream(&StreamAddress::of(call, &input.delivery_stream_name))?;
    let after = input.exclusive_start_tag_key.unwrap_or_default();
    let mut tags = stream.tags.iter().filter(|(key, _)| **key > after).peekable();
    let limit = input.limit.unwrap_or(MOST_TAGS);
    if !(1..=MOST_TAGS).contains(&limit) {
        return Err(invalid(format!("Limit must be between 1 and {MOST_TAGS}.")));
    }
    let page: Vec<Tag> = tags
        .by_ref()
        .take(cut.limit(limit))
        .map(|(key, value)| Tag { key: key.clone(), value: value.clone() })
        .collect();
    let more = tags.peek().is_some();
    Ok(json!({ "Tags": page, "HasMoreTags": more }))
}
