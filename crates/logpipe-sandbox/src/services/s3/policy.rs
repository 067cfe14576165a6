//! The policy of a bucket.

use serde_json::Value;

use crate::access;
use crate::faults::fault::Fault;
use crate::principals::PolicyText;
use crate::protocol::wire::WireResponse;
use crate::services::Service;
use crate::state::world::World;
use logpipe_policy::PolicyKind;

use super::exchange::Exchange;
use super::state::Bucket;
use super::{policy_rules, public, settling};

/// Bytes of a bucket policy (S3 User Guide, bucket policies).
const LIMIT: usize = 20 * 1_024;

type Answer = Result<WireResponse, Fault>;

/// GetBucketPolicy.
pub(crate) fn get(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let bucket = exchange.located(world)?;
    owner_only(exchange, bucket)?;
    let policy = bucket.policy_in_force(world.now_ms).ok_or_else(|| {
        Fault::missing("NoSuchBucketPolicy", "The bucket policy does not exist")
            .detail("BucketName", &exchange.target.bucket)
    })?;
    Ok(exchange.respond(200, "application/json", policy.read(world), &[]))
}

/// PutBucketPolicy.
pub(crate) fn put(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let bucket = exchange.located(world)?;
    owner_only(exchange, bucket)?;
    let text =
        std::str::from_utf8(exchange.request.body()).map_err(|_| malformed("This policy is not UTF-8"))?;
    if text.len() > LIMIT {
        return Err(Fault::invalid("PolicyTooLarge", "Policy exceeds the maximum allowed document size."));
    }
    access::well_formed(text, PolicyKind::Resource, exchange.call.partition())
        .map_err(|problem| malformed(&problem))?;
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    let arn = format!("arn:{}:s3:::{}", exchange.call.partition(), exchange.target.bucket);
    if let Some(problem) = policy_rules::problem(&document, &arn) {
        return Err(malformed(problem));
    }
    if blocks_public_policy(bucket) && public::is_public(&document) {
        let caller = exchange.call.caller.arn(exchange.call.partition());
        let text = format!(
            "User: {caller} is not authorized to perform: s3:PutBucketPolicy on resource: \"{arn}\" because public \
             policies are blocked by the BlockPublicPolicy block public access setting."
        );
        return Err(Fault::new(403, "AccessDenied", text));
    }
    let policy = PolicyText::resolve(world, text, Service::S3)
        .map_err(|principal| malformed("Invalid principal in policy").detail("Detail", principal))?;
    let until_ms = settling::stale_until(world);
    let bucket = exchange.located_mut(world)?;
    let former = bucket.policy.replace(policy);
    bucket.settling.changed_policy(until_ms, former);
    Ok(exchange.empty(204, &[]))
}

/// DeleteBucketPolicy: deleting none succeeds.
pub(crate) fn delete(world: &mut World, exchange: &Exchange<'_>) -> Answer {
    let until_ms = settling::stale_until(world);
    let bucket = exchange.located_mut(world)?;
    owner_only(exchange, bucket)?;
    let former = bucket.policy.take();
    bucket.settling.changed_policy(until_ms, former);
    Ok(exchange.empty(204, &[]))
}

fn owner_only(exchange: &Exchange<'_>, bucket: &Bucket) -> Result<(), Fault> {
    if bucket.owner == *exchange.account() {
        return Ok(());
    }
    let text = "The specified method is not allowed against this resource.";
    Err(Fault::new(405, "MethodNotAllowed", text))
}

fn malformed(problem: &str) -> Fault {
    Fault::invalid("MalformedPolicy", problem)
}

fn blocks_public_policy(bucket: &Bucket) -> bool {
    let blocks = bucket.configurations.get("publicAccessBlock");
    blocks.and_then(|blocks| blocks.text_of("BlockPublicPolicy")) == Some("true")
}
