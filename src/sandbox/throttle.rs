//! Refuses calls that come faster than AWS takes them, where a test asks for it.
//!
//! Owns the token buckets, one for each account, region and operation, and the sandbox's own table of rates: it must
//! not agree with the engine's because it is the engine's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dispatch::Call;
use super::fault::Fault;
use super::protocol::Service;
use super::world::World;

/// A call, in the thousandths that buckets are counted in.
const CALL: u64 = 1_000;

/// Whether calls are throttled, and what is left of each bucket.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Throttle {
    /// Off unless a test switches it on.
    pub(crate) on: bool,
    buckets: BTreeMap<String, Bucket>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Bucket {
    left: u64,
    at_ms: u64,
}

/// Calls a second, as CloudWatch Logs User Guide, "CloudWatch Logs quotas", and Amazon Data Firehose Developer Guide,
/// "Amazon Data Firehose Quota", have them; 5 where the former says nothing, and
/// for Organizations, whose pages give no figure.
fn rate(call: &Call) -> Option<u64> {
    match (call.service, call.operation.as_str()) {
        (Service::Logs, "CreateLogGroup" | "DescribeLogGroups") => Some(10),
        (Service::Logs, "CreateLogStream" | "DescribeLogStreams") => Some(25),
        (Service::Logs, "PutLogEvents") => Some(5_000),
        (Service::Firehose, "PutRecord" | "PutRecordBatch") => None,
        (Service::Logs | Service::Firehose | Service::Organizations, _) => Some(5),
        (Service::Sts | Service::Iam | Service::S3, _) => None,
    }
}

/// Lets a call through or refuses it. A full bucket holds one second's calls.
pub(crate) fn admit(world: &mut World, call: &Call) -> Result<(), Fault> {
    let Some(rate) = rate(call).filter(|_| world.throttle.on) else { return Ok(()) };
    let (now, full) = (world.now_ms, rate * CALL);
    let key = format!("{}/{}/{}/{}", call.account(), call.region, call.service.name(), call.operation);
    let bucket = world.throttle.buckets.entry(key).or_insert(Bucket { left: full, at_ms: now });
    bucket.left = full.min(bucket.left + now.saturating_sub(bucket.at_ms) * rate);
    bucket.at_ms = now;
    if bucket.left < CALL {
        return Err(refusal(call.service));
    }
    bucket.left -= CALL;
    Ok(())
}

fn refusal(service: Service) -> Fault {
    match service {
        Service::Organizations => Fault::invalid(
            "TooManyRequestsException",
            "AWS Organizations can't complete your request because there are too many concurrent requests.",
        ),
        _ => Fault::invalid("ThrottlingException", "Rate exceeded"),
    }
}
