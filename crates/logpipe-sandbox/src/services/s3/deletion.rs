//! Objects deleted: one, or many in one request.

use crate::access;
use crate::faults::fault::Fault;
use crate::protocol::wire::WireResponse;
use crate::protocol::xml::Element;
use crate::state::world::World;

use super::exchange::{Exchange, malformed};
use super::versions::{Marker, Past, Version, VersionId, Versioning};
use super::{conditions, lock, lookup, rights};

/// Keys in one DeleteObjects.
const LIMIT: usize = 1_000;

/// What a deletion did.
#[derive(Debug, Default)]
struct Done {
    /// The version that was removed, or the marker that was left.
    version: Option<VersionId>,
    /// Whether that is a delete marker.
    marker: bool,
}

/// DeleteObject: deleting what is not there succeeds.
pub(crate) fn one(world: &mut World, exchange: &Exchange<'_>) -> Result<WireResponse, Fault> {
    let bucket = exchange.located(world)?;
    let id = lookup::named(exchange)?;
    if exchange.header("if-match").is_some() {
        conditions::hold(exchange, bucket.objects.get(&exchange.target.key))?;
    }
    let done = delete(world, &exchange.target.bucket, &exchange.target.key, id)?;
    let version = done.version.as_ref().map(|version| ("x-amz-version-id", version.as_str()));
    let marker = done.marker.then_some(("x-amz-delete-marker", "true"));
    Ok(exchange.empty(204, &version.into_iter().chain(marker).collect::<Vec<_>>()))
}

/// Removes a version for good; without one, hides the object, or removes it where no versions are kept.
fn delete(world: &mut World, bucket: &str, key: &str, id: Option<VersionId>) -> Result<Done, Fault> {
    let (modified_ms, next) = (world.now_ms, id.is_none().then(|| VersionId::next(world, bucket)));
    let Some(bucket) = world.buckets.get_mut(bucket) else { return Ok(Done::default()) };
    if let Some(id) = &id {
        let of_id = bucket.versions_of(key).find(|version| version.id() == id);
        if let Some(Version::Object(object)) = of_id {
            lock::released(object, modified_ms)?;
        }
    }
    Ok(match (id, next) {
        (None, Some(version)) if bucket.versioning() != Versioning::Never => {
            bucket.mark_deleted(key, Marker { version: version.clone(), modified_ms });
            Done { version: Some(version), marker: true }
        }
        (Some(id), _) => {
            let removed = bucket.remove(key, &id);
            let marker = matches!(removed, Some(Past::Marker(_)));
            Done { version: removed.map(|_| id), marker }
        }
        (None, _) => {
            bucket.remove(key, &VersionId::default());
            Done::default()
        }
    })
}

/// DeleteObjects.
pub(crate) fn several(world: &mut World, exchange: &Exchange<'_>) -> Result<WireResponse, Fault> {
    let input = exchange.xml("Delete")?;
    let quiet = input.text_of("Quiet") == Some("true");
    let wanted =
        input.all("Object").filter_map(|object| Some((object.text_of("Key")?, object.text_of("VersionId"))));
    let keys: Vec<(&str, Option<&str>)> = wanted.collect();
    if keys.is_empty() || keys.len() > LIMIT {
        return Err(malformed());
    }
    let mut result = Element::new("DeleteResult");
    for (key, version) in keys {
        match entry(world, exchange, key, version) {
            Ok(done) if !quiet => result = result.with(deleted(key, version, &done)),
            Ok(_) => {}
            Err(fault) => {
                let error = Element::new("Error").with_text("Key", key).with_optional("VersionId", version);
                let error = error.with_text("Code", &fault.code).with_text("Message", &fault.message);
                result = result.with(error);
            }
        }
    }
    Ok(exchange.document(result))
}

fn entry(
    world: &mut World,
    exchange: &Exchange<'_>,
    key: &str,
    version: Option<&str>,
) -> Result<Done, Fault> {
    let bucket = exchange.located(world)?;
    // The right to delete the key is always needed, that on a version comes on top (S3 API Reference, DeleteObjects).
    let mut demands = vec![rights::deletion(exchange, bucket, key, None)];
    demands.extend(version.map(|version| rights::deletion(exchange, bucket, key, Some(version))));
    demands.iter().try_for_each(|demand| access::grant(world, exchange.call, demand))?;
    let id = version.map(|text| lookup::parsed("VersionId", text)).transpose()?;
    delete(world, &exchange.target.bucket, key, id)
}

fn deleted(key: &str, version: Option<&str>, done: &Done) -> Element {
    let marker = done.version.as_ref().filter(|_| done.marker).map(VersionId::as_str);
    Element::new("Deleted")
        .with_text("Key", key)
        .with_optional("VersionId", version)
        .with_optional("DeleteMarker", marker.map(|_| true))
        .with_optional("DeleteMarkerVersionId", marker)
}
