//! Objects: written and read. Which version is read is for `lookup.rs` to say.

use std::ops::Range;

use http::Method;

use crate::faults::fault::Fault;
use crate::kms::{self, KeyUse};
use crate::protocol::wire::WireResponse;
use crate::state::world::{World, http_time};

use super::encryption::{self, Encryption};
use super::exchange::Exchange;
use super::routing::Target;
use super::state::{Bucket, Object};
use super::versions::{VersionId, Versioning};
use super::{chunked, conditions, lock, lookup};

/// Headers that belong to an object and are given back with it.
const KEPT: [&str; 5] =
    ["cache-control", "content-disposition", "content-language", "content-type", "expires"];

type Answer = Result<WireResponse, Fault>;

/// PutObject.
pub(crate) fn put(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let now_ms = world.now_ms;
    let bucket = exchange.located(world)?;
    refuse_acl(exchange, bucket)?;
    conditions::hold(exchange, bucket.objects.get(&exchange.target.key))?;
    lock::checked(bucket, exchange)?;
    let encryption = Encryption::asked_for(exchange, bucket)?;
    check_key(world, exchange, bucket, &encryption)?;
    let mut object = Object::new(content(exchange)?, now_ms, encryption);
    for (name, value) in exchange.request.headers() {
        let name = name.as_str();
        let kept = KEPT.contains(&name) || name.starts_with("x-amz-meta-");
        if let (true, Ok(value)) = (kept, value.to_str()) {
            object.headers.insert(name.to_owned(), value.to_owned());
        }
    }
    if let Some(encoding) = encoding(exchange) {
        object.headers.insert("content-encoding".to_owned(), encoding);
    }
    object.version = VersionId::next(world, &exchange.target.bucket);
    let mut headers = object.encryption.headers();
    headers.push(("etag", object.etag.clone()));
    if !object.version.is_null() {
        headers.push(("x-amz-version-id", object.version.as_str().to_owned()));
    }
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    exchange.located_mut(world)?.write(&exchange.target.key, object);
    Ok(exchange.empty(200, &headers))
}

/// Whether the caller may encrypt with the key.
fn check_key(
    world: &World,
    exchange: &Exchange<'_>,
    bucket: &Bucket,
    encryption: &Encryption,
) -> Result<(), Fault> {
    if !encryption.is_local(bucket) {
        return Err(encryption::not_found(bucket));
    }
    let Target { bucket: name, key, .. } = &exchange.target;
    let action = "kms:GenerateDataKey";
    let may = |wanted: KeyUse<'_>| kms::caller_may(world, exchange.call, wanted);
    if encryption.permits(action, (name, bucket), key, may) {
        return Ok(());
    }
    let Encryption::Kms { key, .. } = encryption else { return Ok(()) };
    Err(encryption::key_denied(exchange.call, action, &format!("resource: {key}")))
}

/// Whether the caller may have the object decrypted.
fn check_readable(
    world: &World,
    exchange: &Exchange<'_>,
    bucket: &Bucket,
    object: &Object,
) -> Result<(), Fault> {
    let Target { bucket: name, key, .. } = &exchange.target;
    let action = "kms:Decrypt";
    let may = |wanted: KeyUse<'_>| kms::caller_may(world, exchange.call, wanted);
    if object.encryption.permits(action, (name, bucket), key, may) {
        return Ok(());
    }
    Err(encryption::key_denied(exchange.call, action, "the resource associated with this ciphertext"))
}

/// GetObject and HeadObject, of which the first alone decrypts.
pub(crate) fn get(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let bucket = exchange.located(world)?;
    let object = lookup::object(world, exchange)?;
    if exchange.header("if-match").is_some_and(|expected| !conditions::matches(expected, &object.etag)) {
        return Err(conditions::failed("If-Match"));
    }
    if *exchange.request.method() == Method::GET {
        check_readable(world, exchange, bucket, object)?;
    }
    let length = object.body.len();
    let modified = http_time(object.modified_ms);
    let mut headers = vec![
        ("etag", object.etag.clone()),
        ("last-modified", modified),
        ("accept-ranges", "bytes".to_owned()),
    ];
    headers.extend(object.encryption.headers());
    if bucket.versioning() != Versioning::Never {
        headers.push(("x-amz-version-id", object.version.as_str().to_owned()));
    }
    let (status, body) = match exchange.header("range").and_then(|range| requested(range, length)) {
        None => (200, object.body.clone()),
        Some(None) => {
            return Err(Fault::new(416, "InvalidRange", "The requested range is not satisfiable"));
        }
        Some(Some(range)) => {
            headers.push(("content-range", format!("bytes {}-{}/{length}", range.start, range.end - 1)));
            (206, object.body.slice(range))
        }
    };
    headers.push(("content-length", body.len().to_string()));
    let kept = object.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).chain(kept).collect();
    let kind = object.headers.get("content-type").map_or("binary/octet-stream", String::as_str);
    Ok(exchange.respond(status, kind, body, &headers))
}

/// With ACLs disabled only the ACL that says what is so anyway is taken.
fn refuse_acl(exchange: &Exchange<'_>, bucket: &Bucket) -> Result<(), Fault> {
    let enforced = bucket
        .configurations
        .get("ownershipControls")
        .and_then(|controls| controls.child("Rule")?.text_of("ObjectOwnership"))
        == Some("BucketOwnerEnforced");
    match exchange.header("x-amz-acl") {
        Some(acl) if enforced && acl != "bucket-owner-full-control" => {
            Err(Fault::invalid("AccessControlListNotSupported", "The bucket does not allow ACLs"))
        }
        _ => Ok(()),
    }
}

fn content(exchange: &Exchange<'_>) -> Result<bytes::Bytes, Fault> {
    let body = exchange.request.body();
    let streamed = exchange.header("x-amz-content-sha256").is_some_and(|sum| sum.starts_with("STREAMING-"))
        || exchange.header("content-encoding").is_some_and(|encoding| encoding.contains("aws-chunked"));
    if !streamed {
        return Ok(body.clone());
    }
    chunked::decode(body)
        .ok_or_else(|| Fault::invalid("IncompleteBody", "The request body terminated unexpectedly"))
}

/// The content encoding of the object itself, without that of its transfer.
fn encoding(exchange: &Exchange<'_>) -> Option<String> {
    let encodings = exchange.header("content-encoding")?.split(',').map(str::trim);
    let own: Vec<&str> = encodings.filter(|encoding| *encoding != "aws-chunked").collect();
    (!own.is_empty()).then(|| own.join(","))
}

/// The bytes a `Range` header asks for: `None` if it asks for none in particular, `Some(None)` if there are none such.
fn requested(range: &str, length: usize) -> Option<Option<Range<usize>>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if last < first => return None,
        (Ok(first), Ok(last)) => first..length.min(last.saturating_add(1)),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return None,
    };
    Some((range.start < range.end).then_some(range))
}

#[cfg(test)]
mod tests {
    use super::requested;

    #[test]
    fn ranges_are_cut_to_what_is_there() {
        assert_eq!(requested("bytes=2-4", 10), Some(Some(2..5)));
        assert_eq!(requested("bytes=8-", 10), Some(Some(8..10)));
        assert_eq!(requested("bytes=-3", 10), Some(Some(7..10)));
        assert_eq!(requested("bytes=0-99", 10), Some(Some(0..10)));
        assert_eq!(requested("bytes=10-", 10), Some(None));
        assert_eq!(requested("bytes=5-2", 10), None);
        assert_eq!(requested("lines=1-2", 10), None);
    }
}
