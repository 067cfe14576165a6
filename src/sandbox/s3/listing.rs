//! Lists of objects, as ListObjectsV2 and ListObjectVersions write them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::sandbox::chance::Cut;
use crate::sandbox::fault::Fault;
use crate::sandbox::wire::WireResponse;
use crate::sandbox::world::{World, iso_time};
use crate::sandbox::xml::Element;

use super::exchange::Exchange;
use super::pages::{Page, Wanted, page};
use super::state::{Bucket, Object};

const PAGE: usize = 1_000;
const URL: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/').remove(b'*');

/// ListObjectsV2.
pub(crate) fn objects(world: &mut World, exchange: &Exchange<'_>) -> Result<WireResponse, Fault> {
    let cut = world.chance.cut();
    let bucket = exchange.located(world)?;
    let query = &exchange.target.query;
    let token = query.get("continuation-token");
    let after = match token {
        Some(token) => from_token(token)?,
        None => query.get("start-after").unwrap_or_default().to_owned(),
    };
    let mut page = wanted_page(exchange, bucket, &after, cut)?;
    if cut.empty {
        // The least that sorts after what was given last: no token follows itself, and no key is passed over.
        page = Page { keys: Vec::new(), prefixes: Vec::new(), next: Some(format!("{after}\0")) };
    }
    let contents = page.keys.iter().filter_map(|key| {
        let object = bucket.objects.get(*key)?;
        Some(Element::new("Contents").with_all(described(exchange, key, object)))
    });
    let root = head("ListBucketResult", exchange, &page)
        .with_text("KeyCount", page.keys.len() + page.prefixes.len())
        .with_optional("StartAfter", query.get("start-after").map(|text| shown(exchange, text)))
        .with_optional("ContinuationToken", token)
        .with_optional("NextContinuationToken", page.next.as_deref().map(|next| STANDARD.encode(next)))
        .with_all(contents);
    Ok(exchange.document(root.with_all(common_prefixes(exchange, &page))))
}

/// ListObjectVersions: every object has one version, called `null`.
pub(crate) fn versions(world: &mut World, exchange: &Exchange<'_>) -> Result<WireResponse, Fault> {
    let cut = world.chance.cut();
    let bucket = exchange.located(world)?;
    let marker = exchange.target.query.get("key-marker").unwrap_or_default();
    let page = wanted_page(exchange, bucket, marker, cut)?;
    let contents = page.keys.iter().filter_map(|key| {
        let object = bucket.objects.get(*key)?;
        let version = Element::new("Version").with_all(described(exchange, key, object));
        Some(version.with_text("VersionId", "null").with_text("IsLatest", true))
    });
    let next = page.next.as_deref().map(|next| shown(exchange, next));
    let root = head("ListVersionsResult", exchange, &page)
        .with_text("KeyMarker", shown(exchange, marker))
        .with_optional("NextVersionIdMarker", next.as_ref().map(|_| "null"))
        .with_optional("NextKeyMarker", next)
        .with_all(contents);
    Ok(exchange.document(root.with_all(common_prefixes(exchange, &page))))
}

fn wanted_page<'b>(
    exchange: &Exchange<'_>,
    bucket: &'b Bucket,
    after: &str,
    cut: Cut,
) -> Result<Page<'b>, Fault> {
    let query = &exchange.target.query;
    let limit = cut.limit(limit(exchange)?);
    let wanted = Wanted {
        prefix: query.get("prefix").unwrap_or_default(),
        delimiter: query.get("delimiter").unwrap_or_default(),
        after,
        limit,
    };
    Ok(page(&bucket.objects, wanted))
}

fn limit(exchange: &Exchange<'_>) -> Result<usize, Fault> {
    let Some(text) = exchange.target.query.get("max-keys") else { return Ok(PAGE) };
    let limit: usize = text.parse().map_err(|_| {
        Fault::invalid("InvalidArgument", "Provided max-keys not an integer or within integer range")
    })?;
    Ok(limit.min(PAGE))
}

/// What both kinds of list start with.
fn head(root: &str, exchange: &Exchange<'_>, page: &Page<'_>) -> Element {
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

fn common_prefixes(exchange: &Exchange<'_>, page: &Page<'_>) -> Vec<Element> {
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
