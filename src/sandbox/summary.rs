//! The state in numbers and names, for people and scripts that look at a sandbox from outside.

use serde_json::{Map, Value, json};

use super::world::{World, iso_time};
use super::{ec2, firehose, logs, organizations};

/// Summarises a world.
pub(crate) fn of(world: &World) -> Value {
    let accounts: Map<String, Value> = world
        .accounts
        .iter()
        .map(|(id, account)| {
            let roles: Vec<&str> = account.iam.roles().map(|role| role.name.as_str()).collect();
            let policies: Vec<&String> = account.iam.policies.keys().collect();
            let profiles: Map<String, Value> =
                account.iam.profiles().map(|held| (held.name.clone(), json!(held.role))).collect();
            let parameters: Map<String, Value> = account
                .ssm
                .iter()
                .map(|(region, held)| (region.to_string(), json!(held.keys().collect::<Vec<_>>())))
                .collect();
            let summary = json!({
                "roles": roles,
                "policies": policies,
                "instance_profiles": profiles,
                "parameters": parameters,
                "instances": ec2::summary(&account.ec2),
                "logs": logs::summary(&account.logs),
                "streams": firehose::summary(&account.firehose),
            });
            (id.to_string(), summary)
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
