//! Tags, as most services write them.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Tags that a resource can have (AWS General Reference, "Tagging your AWS resources").
const MOST: usize = 50;

/// A tag as requests write it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// Tags with others laid over them; `None` when they are too many, which each service says in its own words.
pub(super) fn merged(tags: &BTreeMap<String, String>, more: &[Tag]) -> Option<BTreeMap<String, String>> {
    let mut tags = tags.clone();
    tags.extend(more.iter().map(|tag| (tag.key.clone(), tag.value.clone())));
    (tags.len() <= MOST).then_some(tags)
}
