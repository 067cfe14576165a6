//! Objects deleted: one, or many in one request.

use crate::sandbox::fault::Fault;
use crate::sandbox::wire::WireResponse;
use crate::sandbox::world::World;
use crate::sandbox::xml::Element;
use crate::sandbox::{access, authorization};

use super::conditions;
use super::exchange::{Exchange, malformed};

/// Keys in one DeleteObjects.
const LIMIT: usize = 1_000;

/// DeleteObject: deleting what is not there succeeds.
pub(crate) fn one(world: &mut World, exchange: &Exchange<'_>) -> Result<WireResponse, Fault> {
    let bucket = exchange.located_mut(world)?;
    if exchange.header("if-match").is_some() {
        conditions::hold(exchange, bucket.objects.get(&exchange.target.key))?;
    }
    bucket.objects.remove(&exchange.target.key);
    Ok(exchange.empty(204, &[]))
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
        let bucket = exchange.located(world)?;
        // The right to delete the key is always needed, that on a version comes on top (S3 API Reference,
        // DeleteObjects).
        let mut demands = vec![authorization::deletion(exchange, bucket, key, None)];
        demands.extend(version.map(|version| authorization::deletion(exchange, bucket, key, Some(version))));
        match demands.iter().try_for_each(|demand| access::grant(world, exchange.call, demand)) {
            Ok(()) => {
                if let Some(bucket) = world.buckets.get_mut(&exchange.target.bucket) {
                    bucket.objects.remove(key);
                }
                if !quiet {
                    result = result.with(Element::new("Deleted").with_text("Key", key));
                }
            }
            Err(fault) => {
                let error = Element::new("Error").with_text("Key", key).with_text("Code", &fault.code);
                result = result.with(error.with_text("Message", &fault.message));
            }
        }
    }
    Ok(exchange.document(result))
}
