//! Reading delivered objects.

use std::ops::ControlFlow;
use std::time::SystemTime;

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::{CallError, chain};

/// One object as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) key: String,
    pub(crate) written: SystemTime,
    pub(crate) size: u64,
}

/// What the keys under a prefix continue with, up to and including the next `delimiter`.
pub(crate) async fn continuations(
    connection: &Connection,
    region: &Region,
    bucket: &str,
    prefix: &str,
    delimiter: &str,
) -> Result<Vec<String>, CallError> {
    let clients = connection.clients(Some(region));
    let call = clients.s3().list_objects_v2().bucket(bucket).prefix(prefix).delimiter(delimiter);
    let call = call.expected_bucket_owner(connection.id.as_str());
    let pages =
        connection.pages("s3:ListBucket", region, |token| call.clone().set_continuation_token(token).send());
    let found = pages.all(|page| page.common_prefixes.unwrap_or_default()).await?;
    Ok(found.into_iter().filter_map(|common| common.prefix).collect())
}

/// The objects under a prefix, and after a key, that were written at `since` or later.
pub(crate) async fn written_since(
    connection: &Connection,
    region: &Region,
    bucket: &str,
    (prefix, after): (&str, Option<String>),
    since: SystemTime,
) -> Result<Vec<Listed>, CallError> {
    let clients = connection.clients(Some(region));
    let call = clients.s3().list_objects_v2().bucket(bucket).prefix(prefix).set_start_after(after);
    let call = call.expected_bucket_owner(connection.id.as_str());
    let listed = |object: aws_sdk_s3::types::Object| {
        let written = SystemTime::try_from(object.last_modified?).ok()?;
        let size = u64::try_from(object.size.unwrap_or_default()).unwrap_or_default();
        (written >= since).then_some(Listed { key: object.key?, written, size })
    };
    let pages =
        connection.pages("s3:ListBucket", region, |token| call.clone().set_continuation_token(token).send());
    pages.all(|page| page.contents.unwrap_or_default().into_iter().filter_map(listed)).await
}

/// Passes on the bytes of an object as they come, until `take` has enough of them.
pub(crate) async fn read(
    connection: &Connection,
    region: &Region,
    bucket: &str,
    key: &str,
    mut take: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<(), CallError> {
    let clients = connection.clients(Some(region));
    let call =
        clients.s3().get_object().bucket(bucket).key(key).expected_bucket_owner(connection.id.as_str());
    let mut body = connection.answer("s3:GetObject", region, call.send().await)?.body;
    while let Some(chunk) = body.next().await {
        match chunk.map(|chunk| take(&chunk)) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => break,
            Err(error) => {
                let message = format!("{key} was cut short while it was read: {}", chain(&error));
                return Err(connection.complaint(
                    "s3:GetObject",
                    region,
                    crate::aws::Class::NoAnswer,
                    message,
                ));
            }
        }
    }
    Ok(())
}
