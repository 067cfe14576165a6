//! Which object a request means, and what S3 says where there is none: no such key, no such version, a delete marker.

use crate::access;
use crate::faults::fault::Fault;
use crate::state::world::{World, http_time};

use super::conditions::no_such_key;
use super::exchange::Exchange;
use super::rights;
use super::state::{Bucket, Object};
use super::versions::{Marker, Version, VersionId};

/// The version a request names; `None` for the current one.
pub(crate) fn named(exchange: &Exchange<'_>) -> Result<Option<VersionId>, Fault> {
    exchange.target.query.get("versionId").map(|text| parsed("versionId", text)).transpose()
}

/// The id of a version, out of a parameter of this name.
pub(crate) fn parsed(parameter: &'static str, text: &str) -> Result<VersionId, Fault> {
    VersionId::parse(text).ok_or_else(|| {
        Fault::invalid("InvalidArgument", "Invalid version id specified")
            .detail("ArgumentName", parameter)
            .detail("ArgumentValue", text)
    })
}

/// The object that a request is to read.
pub(crate) fn object<'w>(world: &'w World, exchange: &Exchange<'_>) -> Result<&'w Object, Fault> {
    let bucket = exchange.located(world)?;
    let mut versions = bucket.versions_of(&exchange.target.key);
    match named(exchange)? {
        None => match versions.next() {
            Some(Version::Object(object)) => Ok(object),
            Some(Version::Marker(marker)) => {
                Err(absent(world, exchange, bucket, hidden(no_such_key(&exchange.target.key), marker)))
            }
            None => Err(absent(world, exchange, bucket, no_such_key(&exchange.target.key))),
        },
        Some(id) => match versions.find(|version| *version.id() == id) {
            Some(Version::Object(object)) => Ok(object),
            Some(Version::Marker(marker)) => Err(no_object(exchange, marker)),
            None => Err(absent(world, exchange, bucket, no_such_version(exchange, &id))),
        },
    }
}

/// That a key is not there is told only to those who may list the bucket (S3 API Reference, GetObject).
fn absent(world: &World, exchange: &Exchange<'_>, bucket: &Bucket, fault: Fault) -> Fault {
    let listing = rights::listing(exchange, bucket);
    access::grant(world, exchange.call, &listing).err().unwrap_or(fault)
}

fn hidden(fault: Fault, marker: &Marker) -> Fault {
    fault.header("x-amz-delete-marker", "true").header("x-amz-version-id", marker.version.as_str())
}

fn no_such_version(exchange: &Exchange<'_>, id: &VersionId) -> Fault {
    Fault::missing("NoSuchVersion", "The specified version does not exist.")
        .detail("Key", &exchange.target.key)
        .detail("VersionId", id.as_str())
}

/// A delete marker is a version that holds no object: it can be deleted, and nothing else (Amazon S3 User Guide,
/// "Working with delete markers").
fn no_object(exchange: &Exchange<'_>, marker: &Marker) -> Fault {
    let text = "The specified method is not allowed against this resource.";
    let fault = Fault::new(405, "MethodNotAllowed", text)
        .detail("Method", exchange.request.method().as_str())
        .detail("ResourceType", "DeleteMarker")
        .header("allow", "DELETE")
        .header("last-modified", http_time(marker.modified_ms));
    hidden(fault, marker)
}
