//! Lists of objects, as ListObjectsV2 and ListObjectVersions write them.

use std::ops::Bound;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::faults::fault::Fault;
use crate::faults::rng::Cut;
use crate::protocol::wire::WireResponse;
use crate::protocol::xml::Element;
use crate::state::world::{World, iso_time};

use super::exchange::Exchange;
use super::lookup;
use super::pages::{Page, Wanted, page};
use super::state::{Bucket, Object};
use super::versions::{Version, VersionId};

const PAGE: usize = 1_000;
const URL: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/').remove(b'*');

/// ListObjectsV2.
pub(crate) fn objects(world: &mut World, exchange: &Exchange<'_>) -> Result<WireResponse, Fault> {
    let cut = world.rng.cut();
    let bucket = exchange.located(world)?;
    let query = &exchange.target.query;
    let token = query.get("continuation-token");
    let after = match token {
        Some(token) => from_token(token)?,
        None => query.get("start-after").unwrap_or_default().to_owned(),
    };
    let wanted = wanted(exchange, &after, cut)?;
    let entries = bucket.objects.range::<str, _>((Bound::Included(wanted.start()), Bound::Unbounded));
    let mut page = page(entries.map(|(key, object)| (key.as_str(), object)), wanted);
    if cut.empty {
        // The least that sorts after what was given last: no token follows itself, and no key is passed over.
        page = Page { entries: Vec::new(), prefixes: Vec::new(), next: Some(format!("{after}\0")) };
    }
    let contents = page
        .entries
        .iter()
        .map(|(key, object)| Element::new("Contents").with_all(described(exchange, key, object)));
    let root = head("ListBucketResult", exchange, &page)
        .with_text("KeyCount", page.entries.len() + page.prefixes.len())
        .with_optional("StartAfter", query.get("start-after").map(|text| shown(exchange, text)))
        .with_optional("ContinuationToken", token)
        .with_optional("NextContinuationToken", page.next.as_deref().map(|next| STANDARD.encode(next)))
        .with_all(contents);
    Ok(exchange.document(root.with_all(common_prefixes(exchange, &page))))
}

/// ListObjectVersions: by key, the newest version first.
pub(crate) fn versions(world: &mut World, exchange: &Exchange<'_>) -> Result<WireResponse, Fault> {
    let cut = world.rng.cut();
    let bucket = exchange.located(world)?;
    let (key_marker, version_marker) = markers(exchange)?;
    let wanted = Wanted { within: version_marker.is_some(), ..wanted(exchange, key_marker, cut)? };
    let entries = bucket.keys_from(wanted.start()).flat_map(|key| {
        let given = match &version_marker {
            Some(id) if key == key_marker => given(bucket, key, id),
            _ => 0,
        };
        bucket.versions_of(key).enumerate().skip(given).map(move |entry| (key, entry))
    });
    let page = page(entries, wanted);
    let last = page.entries.last().filter(|(key, _)| page.next.as_deref() == Some(*key));
    let root = head("ListVersionsResult", exchange, &page)
        .with_text("KeyMarker", shown(exchange, key_marker))
        .with_text("VersionIdMarker", version_marker.as_ref().map_or("", VersionId::as_str))
        .with_optional("NextKeyMarker", page.next.as_deref().map(|next| shown(exchange, next)))
        .with_optional("NextVersionIdMarker", last.map(|(_, (_, version))| version.id().as_str()))
        .with_all(page.entries.iter().map(|(key, (age, version))| listed(exchange, key, *age, *version)));
    Ok(exchange.document(root.with_all(common_prefixes(exchange, &page))))
}

/// How many versions of a key are on the pages up to this one. Where that one is gone since, what is left of the key is
/// given again, so that nothing is passed over.
fn given(bucket: &Bucket, key: &str, last: &VersionId) -> usize {
    bucket.versions_of(key).position(|version| version.id() == last).map_or(0, |at| at + 1)
}

/// Where the last page of versions ended: the key, and the version of it.
fn markers<'a>(exchange: &'a Exchange<'_>) -> Result<(&'a str, Option<VersionId>), Fault> {
    let query = &exchange.target.query;
    let refused = |text: &str| Err(Fault::invalid("InvalidArgument", text));
    let key = query.get("key-marker").unwrap_or_default();
    match query.get("version-id-marker") {
        None => Ok((key, None)),
        Some("") => refused("A version-id marker cannot be empty."),
        Some(_) if key.is_empty() => refused("A version-id marker cannot be specified without a key marker."),
        Some(id) => Ok((key, Some(lookup::parsed("version-id-marker", id)?))),
    }
}

fn listed(exchange: &Exchange<'_>, key: &str, age: usize, version: Version<'_>) -> Element {
    let element = match version {
        Version::Object(object) => Element::new("Version").with_all(described(exchange, key, object)),
        Version::Marker(marker) => Element::new("DeleteMarker")
            .with_text("Key", shown(exchange, key))
            .with_text("LastModified", iso_time(marker.modified_ms)),
    };
    element.with_text("VersionId", version.id().as_str()).with_text("IsLatest", age == 0)
}

fn wanted<'a>(exchange: &'a Exchange<'_>, after: &'a str, cut: Cut) -> Result<Wanted<'a>, Fault> {
    let query = &exchange.target.query;
    let limit = cut.limit(limit(exchange)?);
    Ok(Wanted {
        prefix: query.get("prefix").unwrap_or_default(),
        delimiter: query.get("delimiter").unwrap_or_default(),
        after,
        within: false,
        limit,
    })
}

fn limit(exchange: &Exchange<'_>) -> Result<usize, Fault> {
    let Some(text) = exchange.target.query.get("max-keys") else { return Ok(PAGE) };
    let limit: usize = text.parse().map_err(|_| {
        Fault::invalid("InvalidArgument", "Provided max-keys not an integer or within integer range")
    })?;
    Ok(limit.min(PAGE))
}

/// What both kinds of list start with.
fn head<T>(root: &str, exchange: &Exchange<'_>, page: &Page<'_, T>) -> Element {
    let query = &exchange.target.query;
    let delimiter = query.get("delimiter").map(|text| shown(exchange, text));
    Element::new(root)
        .with_text("Name", &exchange.target.bucket)
        .with_text("Prefix", shown(exchange, query.get("prefix").unwrap_or_default()))
        .with_optional("Delimiter", delimiter)
        .with_text("MaxKeys", limit(exchange).unwrap_or(PAGE))
        .with_optional("EncodingType", query.get("encoding-type"))
        .with_text("IsTruncated", page.next.is_some())
}

fn described(exchange: &Exchange<'_>, key: &str, object: &Object) -> Vec<Element> {
    vec![
        Element::text("Key", shown(exchange, key)),
        Element::text("LastModified", iso_time(object.modified_ms)),
        Element::text("ETag", &object.etag),
        Element::text("Size", object.body.len()),
        Element::text("StorageClass", "STANDARD"),
    ]
}

fn common_prefixes<T>(exchange: &Exchange<'_>, page: &Page<'_, T>) -> Vec<Element> {
    let shown = |prefix: &String| Element::new("CommonPrefixes").with_text("Prefix", shown(exchange, prefix));
    page.prefixes.iter().map(shown).collect()
}

/// A key as the caller asked to see it: as it is, or percent-encoded.
fn shown(exchange: &Exchange<'_>, text: &str) -> String {
    match exchange.target.query.get("encoding-type") {
        Some("url") => utf8_percent_encode(text, URL).to_string(),
        _ => text.to_owned(),
    }
}

fn from_token(token: &str) -> Result<String, Fault> {
    let decoded = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.ok_or_else(|| Fault::invalid("InvalidArgument", "The continuation token provided is incorrect"))
}
