//! What the kinds of IAM share: documents as its answers hold them, and tags in its types.

use aws_sdk_iam::types::Tag;

use crate::address;
use crate::aws::Target;
pub(super) use crate::aws::role_policies::document;
use crate::provider::obstacle::{Obstacle, Pathed};
use crate::provider::tags::{OwnTags, Tags};

/// The ARN of what logpipe makes in IAM, all of it under the path `/`.
pub(super) fn arn(kind: &str, on: &Target<'_>) -> String {
    address::arn::of(on.partition(), "iam", "", on.account.as_str(), &format!("{kind}/{}", on.name()))
}

/// Why what has the planned name cannot be the planned resource: names are taken in an account whatever the path, and
/// everything that logpipe writes names the ARN (IAM User Guide, "IAM identifiers").
pub(super) fn under_another_path(what: Pathed, live: &str, planned: &str) -> Option<Obstacle> {
    let (there, wanted) = (live.to_owned(), planned.to_owned());
    (live != planned).then_some(Obstacle::OtherPath { what, there, wanted })
}

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
    fn what_has_the_name_under_another_path_is_named() {
        let planned = "arn:aws:iam::111111111111:role/ops";
        assert_eq!(under_another_path(Pathed::Role, planned, planned), None);
        let there = "arn:aws:iam::111111111111:role/team/ops";
        let why = under_another_path(Pathed::Role, there, planned).unwrap().to_string();
        assert!(why.starts_with(&format!("there is already a role of this name, {there}")), "{why}");
    }

    #[test]
    fn documents_come_url_encoded() {
        assert_eq!(document("%7B%22Version%22%3A%222012-10-17%22%7D"), json!({"Version": "2012-10-17"}));
    }
}
