//! What a topology and its destination are called, from the names that are there.

use super::model::{FoundDestination, StreamName};
use crate::address::{Key, TopologyName};
use crate::graph::OWNERSHIP_TAG;
use crate::provider::firehose::terms::StreamTerms;

/// What a destination is called in a topology, where its name does not say.
const KEY: &str = "central";

/// The names of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Naming {
    /// The topology's name.
    pub(crate) name: TopologyName,
    /// The key of its one destination.
    pub(crate) key: Key,
}

/// The names: those that tags of logpipe's own say, and else what follows from the names that are there.
pub(super) fn naming(
    given: Option<&TopologyName>,
    stream: &StreamName,
    terms: &StreamTerms,
    destination: Option<&FoundDestination>,
) -> Option<Naming> {
    let there = destination.map_or(stream.name.as_str(), |destination| destination.name.as_str());
    let tagged = terms.tags.get(OWNERSHIP_TAG).and_then(|name| name.parse::<TopologyName>().ok());
    let name = given.cloned().or(tagged).or_else(|| lower(there, 32).parse().ok());
    let name = name.or_else(|| KEY.parse().ok())?;
    let behind = there.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('-'));
    let key = behind.and_then(|key| key.parse().ok()).or_else(|| KEY.parse().ok())?;
    Some(Naming { name, key })
}

/// A text in the characters of names, cut to so many.
pub(super) fn lower(text: &str, most: usize) -> String {
    let mut lower = String::new();
    for letter in text.chars() {
        match letter.to_ascii_lowercase() {
            letter if letter.is_ascii_lowercase() => lower.push(letter),
            letter if letter.is_ascii_digit() && !lower.is_empty() => lower.push(letter),
            _ if lower.is_empty() || lower.ends_with('-') => {}
            _ => lower.push('-'),
        }
    }
    lower.truncate(most);
    lower.trim_end_matches('-').to_owned()
}

/// Whether a destination of this name belongs to one of that: it is in another region, or one of several beside each other
/// that senders are spread over.
pub(super) fn is_of(main: &str, name: &str) -> bool {
    main == name || is_shard(main, name)
}

fn is_shard(main: &str, name: &str) -> bool {
    let number = name.strip_prefix(main).and_then(|rest| rest.strip_prefix('-'));
    number.and_then(|number| number.parse::<u32>().ok()).is_some_and(|number| number > 1)
}
