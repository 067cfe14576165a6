//! The tags of a stream, read page by page.

use super::tags::Tags;
use crate::aws::{CallError, Target};

/// All tags a stream may have fit on one page (Firehose API reference, ListTagsForDeliveryStream: at most 50), but
/// Firehose may cut it.
pub(super) async fn read(on: &Target<'_>) -> Result<Tags, CallError> {
    let mut tags = Tags::new();
    loop {
        let call = on.clients().firehose().list_tags_for_delivery_stream().delivery_stream_name(on.name());
        let call =
            call.limit(50).set_exclusive_start_tag_key(tags.last_key_value().map(|(key, _)| key.clone()));
        let page = on.read("firehose:ListTagsForDeliveryStream", call.send()).await?;
        let more = page.has_more_tags && !page.tags.is_empty();
        tags.extend(page.tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())));
        if !more {
            return Ok(tags);
        }
    }
}
