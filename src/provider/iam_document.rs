//! What the kinds of IAM share: documents as its answers hold them, and tags in its types.

use aws_sdk_iam::types::Tag;

use super::tags::{OwnTags, Tags};
pub(super) use crate::aws::role_policies::document;

/// The tags that a resource of ours is to have.
pub(super) fn wanted(tags: &OwnTags) -> Vec<Tag> {
    tags.wanted.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}

/// The tags of an answer.
pub(super) fn tags(live: &[Tag]) -> Tags {
    live.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// The keys that have to go, if any.
pub(super) fn taken_away(own: &OwnTags, live: &Tags) -> Option<Vec<String>> {
    let keys: Vec<String> = own.taken_away(live).cloned().collect();
    (!keys.is_empty()).then_some(keys)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_come_url_encoded() {
        assert_eq!(document("%7B%22Version%22%3A%222012-10-17%22%7D"), json!({"Version": "2012-10-17"}));
    }
}
