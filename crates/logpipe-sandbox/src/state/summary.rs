//! The state in numbers and names, for people and scripts that look at a sandbox from outside.

use serde_json::{Map, Value, json};

use super::world::{World, iso_time};
use crate::services::Service;
use crate::services::organizations;

/// Summarises a world.
pub(crate) fn of(world: &World) -> Value {
    let accounts: Map<String, Value> = world
        .accounts
        .iter()
        .map(|(id, account)| {
            let parts = Service::ALL.iter().flat_map(|service| service.simulation().summary(account));
            let summary: Map<String, Value> = parts.map(|(name, part)| (name.to_owned(), part)).collect();
            (id.to_string(), Value::Object(summary))
        })
        .collect();
    let buckets: Map<String, Value> = world
        .buckets
        .iter()
        .map(|(name, bucket)| {
            let bytes: usize = bucket.objects.values().map(|object| object.body.len()).sum();
            let summary = json!({
                "account": bucket.owner,
                "region": bucket.region,
                "objects": bucket.objects.len(),
                "bytes": bytes,
            });
            (name.clone(), summary)
        })
        .collect();
    let pending: Vec<Value> = world
        .queue
        .pending()
        .map(|(at_ms, due)| json!({ "at": iso_time(at_ms), "what": due.describe() }))
        .collect();
    json!({
        "format": 1,
        "now": iso_time(world.now_ms),
        "organization": organizations::summary(world),
        "accounts": accounts,
        "buckets": buckets,
        "pending_events": world.queue.len(),
        "pending": pending,
        "timing": world.timing,
        "calls": world.calls,
    })
}
