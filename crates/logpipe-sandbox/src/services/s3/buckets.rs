//! Buckets themselves: made, found, listed, deleted.

use std::collections::BTreeMap;

use crate::faults::fault::Fault;
use crate::protocol::wire::WireResponse;
use crate::protocol::xml::Element;
use crate::state::world::{World, iso_time};
use logpipe_identifiers::{AccountId, Region};

use super::exchange::{Exchange, denied};
use super::names::{fits_namespace, is_bucket_name};
use super::settling::Settling;
use super::state::Bucket;
use super::versions::Versioning;
use super::{configuration, settling};

const HOME: &str = "us-east-1";
const OWNER_ENFORCED: &str = "BucketOwnerEnforced";

type Answer = Result<WireResponse, Fault>;

/// CreateBucket.
pub(crate) fn create(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let name = &exchange.target.bucket;
    if !is_bucket_name(name) {
        return Err(Fault::invalid("InvalidBucketName", "The specified bucket is not valid.")
            .detail("BucketName", name));
    }
    let input = match exchange.request.body().is_empty() {
        true => Element::new("CreateBucketConfiguration"),
        false => exchange.xml("CreateBucketConfiguration")?,
    };
    let region = place(exchange, input.text_of("LocationConstraint"))?;
    let own = match exchange.header("x-amz-bucket-namespace") {
        None | Some("global") => None,
        Some("account-regional") => Some((exchange.account(), &region)),
        Some(other) => {
            let text = format!("Invalid bucket namespace: {other}");
            return Err(Fault::invalid("InvalidArgument", text));
        }
    };
    if !fits_namespace(name, own) {
        let text = "The specified bucket name does not match the bucket namespace.";
        return Err(Fault::invalid("InvalidBucketName", text).detail("BucketName", name));
    }
    settling::check_free(world, exchange)?;
    let made = format!("/{name}");
    if let Some(bucket) = world.buckets.get(name) {
        refuse_existing(exchange, bucket)?;
        return Ok(exchange.empty(200, &[("location", &made)]));
    }
    let ownership = exchange.header("x-amz-object-ownership").unwrap_or(OWNER_ENFORCED);
    let mut bucket = Bucket {
        configurations: configuration::defaults(ownership),
        smallest_moved: None,
        settling: Settling::of_new(&mut world.rng, world.now_ms),
        ..new(exchange.account(), &region, world.now_ms)
    };
    if let Some(tags) = input.child("Tags") {
        let tag_set = Element::new("TagSet").with_all(tags.all("Tag").cloned());
        bucket.configurations.insert("tagging".to_owned(), Element::new("Tagging").with(tag_set));
    }
    world.buckets.insert(name.clone(), bucket);
    Ok(exchange.empty(200, &[("location", &made)]))
}

/// A bucket with the defaults of a new one.
pub(crate) fn new(owner: &AccountId, region: &Region, created_ms: u64) -> Bucket {
    Bucket {
        owner: owner.clone(),
        region: region.clone(),
        created_ms,
        policy: None,
        configurations: configuration::defaults(OWNER_ENFORCED),
        smallest_moved: None,
        settling: Settling::default(),
        objects: BTreeMap::new(),
        history: BTreeMap::new(),
    }
}

/// A second CreateBucket succeeds for the owner in us-east-1 and nowhere else.
fn refuse_existing(exchange: &Exchange<'_>, bucket: &Bucket) -> Result<(), Fault> {
    if bucket.owner != *exchange.account() {
        return Err(Fault::conflict(
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
             Please select a different name and try again.",
        ));
    }
    if exchange.call.region.as_str() == HOME && bucket.region.as_str() == HOME {
        return Ok(());
    }
    Err(Fault::conflict(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
    ))
}

/// Where a new bucket goes. An endpoint makes buckets in its own region and wants to be told so, except us-east-1,
/// which takes every other region and must not be named.
fn place(exchange: &Exchange<'_>, constraint: Option<&str>) -> Result<Region, Fault> {
    let here = &exchange.call.region;
    let at_home = here.as_str() == HOME;
    match constraint {
        None if at_home => Ok(here.clone()),
        Some(constraint) if constraint == here.as_str() && !at_home => Ok(here.clone()),
        Some(constraint) if at_home && constraint != HOME => constraint.parse().map_err(|_| {
            Fault::invalid("InvalidLocationConstraint", "The specified location-constraint is not valid")
        }),
        Some(_) if at_home => {
            Err(Fault::invalid("InvalidLocationConstraint", "The specified location-constraint is not valid"))
        }
        other => Err(Fault::invalid(
            "IllegalLocationConstraintException",
            format!(
                "The {} location constraint is incompatible for the region specific endpoint this request was sent \
                 to.",
                other.unwrap_or("unspecified")
            ),
        )),
    }
}

/// HeadBucket.
pub(crate) fn head(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let bucket = exchange.located(world)?;
    Ok(exchange.empty(200, &[("x-amz-bucket-region", bucket.region.as_str())]))
}

/// GetBucketLocation: empty means us-east-1.
pub(crate) fn location(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let bucket = exchange.located(world)?;
    Ok(exchange.document(match bucket.region.as_str() {
        HOME => Element::new("LocationConstraint"),
        region => Element::text("LocationConstraint", region),
    }))
}

/// DeleteBucket.
pub(crate) fn delete(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let bucket = exchange.located(world)?;
    if bucket.owner != *exchange.account() {
        return Err(denied(bucket));
    }
    if !bucket.is_empty() {
        let kept = match bucket.versioning() {
            Versioning::Never => "",
            _ => ". You must delete all versions in the bucket.",
        };
        let text = format!("The bucket you tried to delete is not empty{kept}");
        return Err(Fault::conflict("BucketNotEmpty", text).detail("BucketName", &exchange.target.bucket));
    }
    world.buckets.remove(&exchange.target.bucket);
    settling::free_later(world, &exchange.target.bucket);
    Ok(exchange.empty(204, &[]))
}

/// ListBuckets.
pub(crate) fn list(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let own = world.buckets.iter().filter(|(_, bucket)| bucket.owner == *exchange.account());
    let described = own.map(|(name, bucket)| {
        Element::new("Bucket")
            .with_text("Name", name)
            .with_text("CreationDate", iso_time(bucket.created_ms))
            .with_text("BucketRegion", &bucket.region)
    });
    let root = Element::new("ListAllMyBucketsResult")
        .with(Element::new("Owner").with_text("ID", exchange.account()))
        .with(Element::new("Buckets").with_all(described));
    Ok(exchange.document(root))
}
