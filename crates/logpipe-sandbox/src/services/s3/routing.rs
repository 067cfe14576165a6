//! Which S3 operation a request asks for, and which function answers it.
//!
//! Owns both address styles: `bucket.s3.region.amazonaws.com/key` and `s3.region.amazonaws.com/bucket/key`.

use http::Method;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::{Parameters, WireRequest, WireResponse, host, percent_decode};
use crate::state::world::World;

use super::exchange::Exchange;
use super::{buckets, configuration, deletion, listing, objects, policy, settling};

/// What an S3 request is about.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The bucket; empty for ListBuckets.
    pub(crate) bucket: String,
    /// The key; empty for operations on the bucket.
    pub(crate) key: String,
    /// The query.
    pub(crate) query: Parameters,
}

impl Target {
    /// Reads host, path and query.
    pub(crate) fn of(request: &WireRequest) -> Self {
        let path = request.uri().path().trim_start_matches('/');
        let (bucket, key) = match bucket_of_host(host(request)) {
            Some(bucket) => (bucket.to_owned(), path),
            None => {
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                (percent_decode(bucket), key)
            }
        };
        let query = Parameters::parse(request.uri().query().unwrap_or_default());
        Self { bucket, key: percent_decode(key), query }
    }
}

/// The bucket in a virtual-hosted name, whether of AWS or of a loopback server.
fn bucket_of_host(host: &str) -> Option<&str> {
    let service = host.rfind(".s3.").or_else(|| host.rfind(".s3-"));
    service.map(|at| &host[..at]).or_else(|| host.strip_suffix(".localhost"))
}

/// The sub-resources of buckets that are simulated, with the nouns of their operations.
const SUBRESOURCES: [(&str, &str, &str, &str); 10] = [
    ("location", "GetBucketLocation", "", ""),
    ("policy", "GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"),
    ("publicAccessBlock", "GetPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock"),
    (
        "ownershipControls",
        "GetBucketOwnershipControls",
        "PutBucketOwnershipControls",
        "DeleteBucketOwnershipControls",
    ),
    ("encryption", "GetBucketEncryption", "PutBucketEncryption", "DeleteBucketEncryption"),
    ("versioning", "GetBucketVersioning", "PutBucketVersioning", ""),
    (
        "lifecycle",
        "GetBucketLifecycleConfiguration",
        "PutBucketLifecycleConfiguration",
        "DeleteBucketLifecycle",
    ),
    ("tagging", "GetBucketTagging", "PutBucketTagging", "DeleteBucketTagging"),
    ("versions", "ListObjectVersions", "", ""),
    ("object-lock", "GetObjectLockConfiguration", "PutObjectLockConfiguration", ""),
];

/// Query parameters that turn a plain request into an operation the sandbox does not simulate.
const OTHER: [&str; 18] = [
    "acl",
    "accelerate",
    "analytics",
    "attributes",
    "cors",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "logging",
    "metrics",
    "notification",
    "policyStatus",
    "replication",
    "requestPayment",
    "retention",
    "torrent",
    "uploads",
    "website",
];

/// The API name of the operation a request asks for.
pub(crate) fn operation(request: &WireRequest) -> &'static str {
    let target = Target::of(request);
    if let Some(other) = OTHER.into_iter().find(|name| target.query.has(name)) {
        return other;
    }
    let method = request.method();
    if target.bucket.is_empty() {
        return if method == Method::GET { "ListBuckets" } else { "Unknown" };
    }
    if target.key.is_empty() {
        bucket_operation(method, &target.query)
    } else {
        object_operation(request, &target)
    }
}

fn bucket_operation(method: &Method, query: &Parameters) -> &'static str {
    let named = SUBRESOURCES.into_iter().find(|(name, ..)| query.has(name));
    let name = match (named, method) {
        (Some((_, get, _, _)), &Method::GET) => get,
        (Some((_, _, put, _)), &Method::PUT) => put,
        (Some((_, _, _, delete)), &Method::DELETE) => delete,
        (None, &Method::GET) if query.get("list-type") == Some("2") => "ListObjectsV2",
        (None, &Method::GET) => "ListObjects",
        (None, &Method::PUT) => "CreateBucket",
        (None, &Method::DELETE) => "DeleteBucket",
        (None, &Method::HEAD) => "HeadBucket",
        (None, &Method::POST) if query.has("delete") => "DeleteObjects",
        _ => "",
    };
    if name.is_empty() { "Unknown" } else { name }
}

/// Whether a request is about the configuration of a bucket.
pub(crate) fn is_subresource(target: &Target) -> bool {
    target.key.is_empty()
        && SUBRESOURCES.into_iter().any(|(name, ..)| name != "versions" && target.query.has(name))
}

fn object_operation(request: &WireRequest, target: &Target) -> &'static str {
    let copies = request.headers().contains_key("x-amz-copy-source");
    if ["tagging", "uploadId", "partNumber", "restore", "select"].iter().any(|name| target.query.has(name)) {
        return "Unknown";
    }
    match *request.method() {
        Method::GET => "GetObject",
        Method::HEAD => "HeadObject",
        Method::DELETE => "DeleteObject",
        Method::PUT if copies => "CopyObject",
        Method::PUT => "PutObject",
        _ => "Unknown",
    }
}

/// Answers an S3 call.
pub(crate) fn handle(world: &mut World, call: &Call, request: &WireRequest) -> Result<WireResponse, Fault> {
    let exchange = Exchange::of(call, request);
    settling::admit(world, &exchange)?;
    match call.operation.as_str() {
        "ListBuckets" => buckets::list(world, &exchange),
        "CreateBucket" => buckets::create(world, &exchange),
        "HeadBucket" => buckets::head(world, &exchange),
        "GetBucketLocation" => buckets::location(world, &exchange),
        "DeleteBucket" => buckets::delete(world, &exchange),
        "GetBucketPolicy" => policy::get(world, &exchange),
        "PutBucketPolicy" => policy::put(world, &exchange),
        "DeleteBucketPolicy" => policy::delete(world, &exchange),
        "ListObjectsV2" => listing::objects(world, &exchange),
        "ListObjectVersions" => listing::versions(world, &exchange),
        "PutObject" => objects::put(world, &exchange),
        "GetObject" | "HeadObject" => objects::get(world, &exchange),
        "DeleteObject" => deletion::one(world, &exchange),
        "DeleteObjects" => deletion::several(world, &exchange),
        _ => configuration::handle(world, &exchange),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn check(method: &str, uri: &str, expect: (&str, &str, &str)) {
        let request = http::Request::builder().method(method).uri(uri).body(Bytes::new()).unwrap();
        let target = Target::of(&request);
        let found = (target.bucket.as_str(), target.key.as_str(), operation(&request));
        assert_eq!(found, expect, "{method} {uri}");
    }

    #[test]
    fn both_address_styles_are_understood() {
        check("GET", "https://b.s3.eu-west-1.amazonaws.com/a/b%20c", ("b", "a/b c", "GetObject"));
        check("GET", "https://a.b.s3.eu-west-1.amazonaws.com/?list-type=2", ("a.b", "", "ListObjectsV2"));
        check("PUT", "http://127.0.0.1:4566/b/k", ("b", "k", "PutObject"));
        check("PUT", "http://b.localhost:4566/", ("b", "", "CreateBucket"));
        check("GET", "https://s3.eu-west-1.amazonaws.com/", ("", "", "ListBuckets"));
    }

    #[test]
    fn subresources_name_the_operation() {
        check("GET", "http://h/b?policy", ("b", "", "GetBucketPolicy"));
        check("DELETE", "http://h/b?lifecycle", ("b", "", "DeleteBucketLifecycle"));
        check("POST", "http://h/b/?delete", ("b", "", "DeleteObjects"));
        check("GET", "http://h/b?acl", ("b", "", "acl"));
        check("DELETE", "http://h/b?versioning", ("b", "", "Unknown"));
    }
}
