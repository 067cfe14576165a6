//! The sub-resources of a bucket that are one XML document each: put as a whole, given back as a whole.
//!
//! Owns the documents' checks, their defaults and what S3 answers where there is none.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;

use crate::faults::fault::Fault;
use crate::protocol::wire::WireResponse;
use crate::protocol::xml::Element;
use crate::state::world::World;

use super::exchange::{Exchange, denied, malformed};
use super::state::Bucket;
use super::{encryption, lock, settling};

/// One kind of configuration.
struct Kind {
    /// The query parameter that names it.
    query: &'static str,
    /// The root element of its document.
    root: &'static str,
    /// Code and text where there is none.
    absent: (&'static str, &'static str),
    /// Whether a document is acceptable.
    check: fn(&Element) -> bool,
}

const KINDS: [Kind; 7] = [
    Kind {
        query: "publicAccessBlock",
        root: "PublicAccessBlockConfiguration",
        absent: (
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
        ),
        check: |_| true,
    },
    Kind {
        query: "ownershipControls",
        root: "OwnershipControls",
        absent: ("OwnershipControlsNotFoundError", "The bucket ownership controls were not found"),
        check: |root| {
            let known = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];
            let rule = root.child("Rule").and_then(|rule| rule.text_of("ObjectOwnership"));
            rule.is_some_and(|ownership| known.contains(&ownership))
        },
    },
    Kind {
        query: "encryption",
        root: "ServerSideEncryptionConfiguration",
        absent: (
            "ServerSideEncryptionConfigurationNotFoundError",
            "The server side encryption configuration was not found",
        ),
        check: |root| root.child("Rule").is_some(),
    },
    Kind {
        query: "versioning",
        root: "VersioningConfiguration",
        absent: ("", ""),
        check: |root| matches!(root.text_of("Status"), Some("Enabled" | "Suspended")),
    },
    Kind {
        query: "lifecycle",
        root: "LifecycleConfiguration",
        absent: ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
        check: |root| {
            let sound = |rule: &Element| matches!(rule.text_of("Status"), Some("Enabled" | "Disabled"));
            root.child("Rule").is_some() && root.all("Rule").all(sound)
        },
    },
    Kind {
        query: "object-lock",
        root: "ObjectLockConfiguration",
        absent: (
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
        ),
        check: lock::is_sound,
    },
    Kind {
        query: "tagging",
        root: "Tagging",
        absent: ("NoSuchTagSet", "The TagSet does not exist"),
        check: |root| root.child("TagSet").is_some(),
    },
];

/// Tags of a bucket (Amazon S3 User Guide, "Using cost allocation S3 bucket tags").
const MOST_TAGS: usize = 50;

const ACCESS_BLOCKS: [&str; 4] =
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/// What a new bucket has.
pub(crate) fn defaults(ownership: &str) -> BTreeMap<String, Element> {
    let rule = Element::new("Rule").with_text("ObjectOwnership", ownership);
    BTreeMap::from([
        ("publicAccessBlock".to_owned(), access_block(|_| true)),
        ("ownershipControls".to_owned(), Element::new("OwnershipControls").with(rule)),
        ("encryption".to_owned(), default_encryption()),
    ])
}

fn access_block(on: impl Fn(&str) -> bool) -> Element {
    ACCESS_BLOCKS
        .iter()
        .fold(Element::new("PublicAccessBlockConfiguration"), |root, block| root.with_text(block, on(block)))
}

fn default_encryption() -> Element {
    let by_default = Element::new("ApplyServerSideEncryptionByDefault").with_text("SSEAlgorithm", "AES256");
    let rule = Element::new("Rule").with(by_default).with_text("BucketKeyEnabled", false);
    Element::new("ServerSideEncryptionConfiguration").with(rule)
}

/// Amazon S3 API Reference, "PutBucketTagging": `InvalidTag`.
fn has_sound_tags(document: &Element) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    let longer = |text: Option<&str>, most: usize| text.unwrap_or_default().chars().count() > most;
    for tag in document.child("TagSet").into_iter().flat_map(|set| set.all("Tag")) {
        let key = tag.text_of("Key");
        let problem = if key.is_none_or(str::is_empty) || longer(key, 128) {
            Some("The TagKey you have provided is invalid")
        } else if longer(tag.text_of("Value"), 256) {
            Some("The TagValue you have provided is invalid")
        } else if key.is_some_and(|key| key.to_lowercase().starts_with("aws:")) {
            Some("System tags cannot be added/updated by requester")
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(Fault::invalid("InvalidTag", problem));
        }
    }
    let tags = document.child("TagSet").into_iter().flat_map(|set| set.all("Tag"));
    match tags.filter_map(|tag| tag.text_of("Key")).find(|key| !seen.insert(*key)) {
        None => Ok(()),
        Some(_) => Err(Fault::invalid("InvalidTag", "Cannot provide multiple Tags with the same key")),
    }
}

/// The header that says from which size on objects move where a rule does not say (Amazon S3 API Reference,
/// PutBucketLifecycleConfiguration).
const SMALLEST_MOVED: &str = "x-amz-transition-default-minimum-object-size";
const FROM_128_KB: &str = "all_storage_classes_128K";
const BY_CLASS: &str = "varies_by_storage_class";

/// What a lifecycle that is put says of it: one that says nothing goes back to the default.
fn smallest_moved(exchange: &Exchange<'_>) -> Result<String, Fault> {
    let said = exchange.request.headers().get(SMALLEST_MOVED).and_then(|value| value.to_str().ok());
    match said.unwrap_or(FROM_128_KB) {
        known @ (FROM_128_KB | BY_CLASS) => Ok(known.to_owned()),
        _ => Err(Fault::invalid("InvalidRequest", "Invalid transition default minimum object size")),
    }
}

/// Answers a call about one of the configurations.
pub(crate) fn handle(world: &mut World, exchange: &Exchange<'_>) -> Result<WireResponse, Fault> {
    let kind = KINDS
        .iter()
        .find(|kind| exchange.target.query.has(kind.query) && exchange.call.operation != "Unknown")
        .ok_or_else(|| exchange.call.not_simulated())?;
    match *exchange.request.method() {
        Method::GET => get(world, exchange, kind),
        Method::PUT => put(world, exchange, kind),
        _ => delete(world, exchange, kind),
    }
}

fn get(world: &World, exchange: &Exchange<'_>, kind: &Kind) -> Result<WireResponse, Fault> {
    let bucket = exchange.located(world)?;
    match bucket.reads(world.now_ms, kind.query) {
        Some(document) if kind.query == "lifecycle" => {
            let smallest = bucket.smallest_moved.as_deref().unwrap_or(FROM_128_KB);
            Ok(exchange.document_with(document.clone(), &[(SMALLEST_MOVED, smallest)]))
        }
        Some(document) => Ok(exchange.document(document.clone())),
        None if kind.absent.0.is_empty() => Ok(exchange.document(Element::new(kind.root))),
        None => {
            Err(Fault::missing(kind.absent.0, kind.absent.1).detail("BucketName", &exchange.target.bucket))
        }
    }
}

fn put(world: &mut World, exchange: &Exchange<'_>, kind: &Kind) -> Result<WireResponse, Fault> {
    let document = exchange.xml(kind.root)?;
    if !exchange.has_checksum() {
        let text = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
        return Err(Fault::invalid("InvalidRequest", text));
    }
    if !(kind.check)(&document) {
        return Err(malformed());
    }
    if document.child("TagSet").is_some_and(|tags| tags.all("Tag").count() > MOST_TAGS) {
        let text = format!("Bucket tag count cannot be greater than {MOST_TAGS}");
        return Err(Fault::invalid("BadRequest", text));
    }
    lock::admits(exchange.located(world)?, kind.query, &document)?;
    let document = match kind.query {
        "encryption" => encryption::checked(&document)?,
        "publicAccessBlock" => access_block(|block| document.text_of(block) == Some("true")),
        "tagging" => has_sound_tags(&document).map(|()| document)?,
        _ => document,
    };
    let smallest = (kind.query == "lifecycle").then(|| smallest_moved(exchange)).transpose()?;
    let until_ms = settling::stale_until(world);
    let bucket = own(world, exchange)?;
    bucket.smallest_moved = smallest.or(bucket.smallest_moved.take());
    let former = bucket.configurations.insert(kind.query.to_owned(), document);
    bucket.settling.changed(until_ms, kind.query, former);
    Ok(exchange.empty(if kind.query == "tagging" { 204 } else { 200 }, &[]))
}

fn delete(world: &mut World, exchange: &Exchange<'_>, kind: &Kind) -> Result<WireResponse, Fault> {
    let until_ms = settling::stale_until(world);
    let bucket = own(world, exchange)?;
    let former = match kind.query {
        // Every bucket is encrypted: without a configuration of its own, in the default way.
        "encryption" => bucket.configurations.insert(kind.query.to_owned(), default_encryption()),
        _ => bucket.configurations.remove(kind.query),
    };
    if kind.query == "lifecycle" {
        bucket.smallest_moved = None;
    }
    bucket.settling.changed(until_ms, kind.query, former);
    Ok(exchange.empty(204, &[]))
}

fn own<'w>(world: &'w mut World, exchange: &Exchange<'_>) -> Result<&'w mut Bucket, Fault> {
    let bucket = exchange.located_mut(world)?;
    if bucket.owner == *exchange.account() { Ok(bucket) } else { Err(denied(bucket)) }
}
