//! The tags of a stream, read page by page.

use crate::aws::{CallError, Target};
use crate::provider::tags::Tags;

/// All tags a stream may have fit on one page (Firehose API reference, ListTagsForDeliveryStream: at most 50), but
/// Firehose may cut it.
pub(super) async fn read(on: &Target<'_>) -> Result<Tags, CallError> {
    let call = on.clients().firehose().list_tags_for_delivery_stream().delivery_stream_name(on.name());
    let call = call.limit(50);
    let pages = on.pages("firehose:ListTagsForDeliveryStream", |after| {
        call.clone().set_exclusive_start_tag_key(after).send()
    });
    let tags = pages.all(|page| page.tags).await?;
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect())
}
