//! What calls to S3 ask for.
//!
//! The policy of the bucket takes part, so the bucket must be there before anything is decided: S3 tells everybody that
//! a bucket does not exist or is elsewhere.

use std::collections::BTreeMap;

use super::{Bucket, Exchange, Target};
use crate::faults::fault::Fault;
use crate::protocol::xml::Element;
use crate::state::world::World;

use crate::authorization::{Asked, Demand};

/// Operations on a bucket with their actions, whose names often differ.
const ON_BUCKET: [(&str, &str); 27] = [
    ("HeadBucket", "s3:ListBucket"),
    ("ListObjectsV2", "s3:ListBucket"),
    ("ListObjectVersions", "s3:ListBucketVersions"),
    ("GetBucketLocation", "s3:GetBucketLocation"),
    ("DeleteBucket", "s3:DeleteBucket"),
    ("GetBucketPolicy", "s3:GetBucketPolicy"),
    ("PutBucketPolicy", "s3:PutBucketPolicy"),
    ("DeleteBucketPolicy", "s3:DeleteBucketPolicy"),
    ("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("GetBucketOwnershipControls", "s3:GetBucketOwnershipControls"),
    ("PutBucketOwnershipControls", "s3:PutBucketOwnershipControls"),
    ("DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls"),
    ("GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("PutBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("DeleteBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("GetBucketVersioning", "s3:GetBucketVersioning"),
    ("PutBucketVersioning", "s3:PutBucketVersioning"),
    ("GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ("PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration"),
    ("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    ("DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"),
    ("GetBucketTagging", "s3:GetBucketTagging"),
    ("PutBucketTagging", "s3:PutBucketTagging"),
    ("DeleteBucketTagging", "s3:PutBucketTagging"),
];

/// Parts of a query that listings can be narrowed to.
const NARROWED: [(&str, &str); 3] =
    [("prefix", "s3:prefix"), ("delimiter", "s3:delimiter"), ("max-keys", "s3:max-keys")];

/// Headers of a write that policies can ask about.
const WRITTEN: [(&str, &str); 6] = [
    ("x-amz-acl", "s3:x-amz-acl"),
    ("x-amz-server-side-encryption", "s3:x-amz-server-side-encryption"),
    ("x-amz-server-side-encryption-aws-kms-key-id", "s3:x-amz-server-side-encryption-aws-kms-key-id"),
    ("x-amz-storage-class", "s3:x-amz-storage-class"),
    ("if-match", "s3:if-match"),
    ("if-none-match", "s3:if-none-match"),
];

/// What an operation asks for. The error is a bucket that cannot be asked about, or an operation that is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Result<Vec<Demand>, Fault> {
    let exchange = Exchange::of(asked.call, asked.request);
    let operation = asked.operation();
    if let Some((_, action)) = ON_BUCKET.into_iter().find(|(name, _)| *name == operation) {
        let bucket = exchange.located(asked.world)?;
        return Ok(vec![narrowed(&exchange, on_bucket(&exchange, bucket, action))]);
    }
    match operation {
        "ListBuckets" => Ok(vec![list_buckets(asked)]),
        "CreateBucket" => Ok(create_bucket(asked, &exchange)),
        "PutObject" => put_object(asked.world, &exchange),
        "GetObject" | "HeadObject" => {
            let action = versioned(&exchange, "s3:GetObject", "s3:GetObjectVersion");
            Ok(vec![on_target(asked.world, &exchange, action)?])
        }
        "DeleteObject" => {
            let bucket = exchange.located(asked.world)?;
            let Target { key, query, .. } = &exchange.target;
            Ok(vec![deletion(&exchange, bucket, key, query.get("versionId"))])
        }
        // Each key is decided by itself, and refused in the answer.
        "DeleteObjects" => exchange.located(asked.world).map(|_| vec![]),
        _ => Err(asked.call.not_simulated()),
    }
}

/// Deleting a key, or one version of it.
pub(crate) fn deletion(exchange: &Exchange<'_>, bucket: &Bucket, key: &str, version: Option<&str>) -> Demand {
    let action = if version.is_some() { "s3:DeleteObjectVersion" } else { "s3:DeleteObject" };
    let demand = on_key(exchange, bucket, action, key).with_optional("s3:versionid", version);
    demand.with_optional("s3:if-match", exchange.header("if-match"))
}

/// Listing the bucket: who may not is not told that a key does not exist.
pub(crate) fn listing(exchange: &Exchange<'_>, bucket: &Bucket) -> Demand {
    on_bucket(exchange, bucket, "s3:ListBucket")
}

fn list_buckets(asked: &Asked<'_>) -> Demand {
    let every = format!("arn:{}:s3:::*", asked.call.partition());
    with_transport(Demand::new(asked, "s3:ListAllMyBuckets", every)).shown_as(String::new())
}

/// The name may be taken, which is for S3 to say after the caller's own policies have allowed the call.
fn create_bucket(asked: &Asked<'_>, exchange: &Exchange<'_>) -> Vec<Demand> {
    let configuration = exchange.xml("CreateBucketConfiguration").ok();
    let tags = configuration.as_ref().map(requested_tags).unwrap_or_default();
    let place = configuration.as_ref().and_then(|document| document.text_of("LocationConstraint"));
    let (acl, ownership) = (exchange.header("x-amz-acl"), exchange.header("x-amz-object-ownership"));
    let also = [
        ("s3:PutBucketAcl", acl.is_some_and(|acl| acl != "private")),
        ("s3:PutBucketOwnershipControls", ownership.is_some()),
        ("s3:TagResource", !tags.is_empty()),
    ];
    let wanted = also.into_iter().filter(|(_, asked_for)| *asked_for).map(|(action, _)| action);
    let demand = |action: &str| {
        let demand = Demand::new(asked, action, exchange.arn(""));
        let demand = with_transport(demand).with("s3:ResourceAccount", asked.call.account().as_str());
        match action {
            "s3:TagResource" => demand.requesting(&tags),
            "s3:CreateBucket" => demand
                .requesting(&tags)
                .with_optional("s3:locationconstraint", place)
                .with_optional("s3:x-amz-acl", acl)
                .with_optional("s3:x-amz-object-ownership", ownership),
            _ => demand,
        }
    };
    std::iter::once("s3:CreateBucket").chain(wanted).map(demand).collect()
}

fn requested_tags(configuration: &Element) -> BTreeMap<String, String> {
    let tags = configuration.child("Tags").into_iter().flat_map(|tags| tags.all("Tag"));
    let pair = |tag: &Element| {
        Some((tag.text_of("Key")?.to_owned(), tag.text_of("Value").unwrap_or_default().to_owned()))
    };
    tags.filter_map(pair).collect()
}

/// An ACL that comes with an object takes the right to set one.
fn put_object(world: &World, exchange: &Exchange<'_>) -> Result<Vec<Demand>, Fault> {
    let written = |action: &str, headers: &[(&str, &str)]| {
        let demand = on_target(world, exchange, action)?;
        let header =
            |demand: Demand, (name, key): &(&str, &str)| demand.with_optional(key, exchange.header(name));
        Ok(headers.iter().fold(demand, header))
    };
    let mut demands = vec![written("s3:PutObject", &WRITTEN)?];
    if exchange.header("x-amz-acl").is_some() {
        demands.push(written("s3:PutObjectAcl", &WRITTEN[..1])?);
    }
    Ok(demands)
}

fn versioned<'a>(exchange: &Exchange<'_>, current: &'a str, version: &'a str) -> &'a str {
    if exchange.target.query.has("versionId") { version } else { current }
}

fn narrowed(exchange: &Exchange<'_>, demand: Demand) -> Demand {
    if !demand.action.starts_with("s3:ListBucket") {
        return demand;
    }
    let query = &exchange.target.query;
    NARROWED.into_iter().fold(demand, |demand, (name, key)| demand.with_optional(key, query.get(name)))
}

fn on_target(world: &World, exchange: &Exchange<'_>, action: &str) -> Result<Demand, Fault> {
    let bucket = exchange.located(world)?;
    let demand = on_key(exchange, bucket, action, &exchange.target.key);
    Ok(demand.with_optional("s3:versionid", exchange.target.query.get("versionId")))
}

fn on_bucket(exchange: &Exchange<'_>, bucket: &Bucket, action: &str) -> Demand {
    on_key(exchange, bucket, action, "")
}

/// On a key of the bucket, or on the bucket itself if the key is empty.
fn on_key(exchange: &Exchange<'_>, bucket: &Bucket, action: &str, key: &str) -> Demand {
    let demand = Demand {
        action: action.to_owned(),
        resource: exchange.arn(key),
        shown: None,
        owner: bucket.owner.clone(),
        policy: bucket.policy_in_force(exchange.call.at_ms).cloned(),
        keys: BTreeMap::new(),
        headers: vec![("x-amz-bucket-region", bucket.region.to_string())],
    };
    with_transport(demand).with("s3:ResourceAccount", bucket.owner.as_str())
}

/// What is so of every signed request of an SDK.
fn with_transport(demand: Demand) -> Demand {
    demand
        .with("s3:authType", "REST-HEADER")
        .with("s3:signatureversion", "AWS4-HMAC-SHA256")
        .with("s3:TlsVersion", "1.3")
}
