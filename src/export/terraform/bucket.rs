//! Buckets, each setting of which is a resource of its own.

use serde_json::{Value, json};

use super::part::Part;
use super::parts::Written;
use crate::export::of::Of;
use crate::provider::Live;
use crate::provider::s3::bucket::{LiveBucket, OWNER_ENFORCED, Rule, S3Bucket};
use crate::provider::s3::bucket_policy::S3BucketPolicy;

/// A bucket with its settings: one after the other, since S3 refuses parallel writes to one bucket.
pub(super) fn bucket(bucket: &S3Bucket, of: Of<'_>) -> Written {
    let name = of.name();
    if bucket.borrowed_in.is_some() {
        return Part::data("aws_s3_bucket", json!({ "bucket": name })).into();
    }
    let there = of.live().and_then(Live::of::<S3Bucket>).map(LiveBucket::settings).unwrap_or_default();
    let own = json!({
        "bucket": name,
        "bucket_namespace": bucket.account_regional.then_some("account-regional"),
        "tags": of.tags(&bucket.tags),
    });
    let block = json!({
        "bucket": name,
        "block_public_acls": true,
        "ignore_public_acls": true,
        "block_public_policy": true,
        "restrict_public_buckets": true,
    });
    let ownership = json!({ "bucket": name, "rule": [{ "object_ownership": OWNER_ENFORCED }] });
    let algorithm = if bucket.kms_key_arn.is_some() { "aws:kms" } else { "AES256" };
    let encryption = json!({
        "bucket": name,
        "rule": [{
            "apply_server_side_encryption_by_default": [{
                "sse_algorithm": algorithm,
                "kms_master_key_id": bucket.kms_key_arn,
            }],
            "bucket_key_enabled": bucket.kms_key_arn.as_ref().map(|_| true),
        }],
    });
    let mut settings = vec![
        Part::resource("aws_s3_bucket", own).known_as(of.there(), name),
        Part::resource("aws_s3_bucket_public_access_block", block).known_as(there.public_access_block, name),
        Part::resource("aws_s3_bucket_ownership_controls", ownership).known_as(there.ownership, name),
        Part::resource("aws_s3_bucket_server_side_encryption_configuration", encryption)
            .known_as(there.encryption, name),
    ];
    if let Some(kept) = bucket.versioning {
        let status = if kept { "Enabled" } else { "Suspended" };
        let versioning = json!({ "bucket": name, "versioning_configuration": [{ "status": status }] });
        settings
            .push(Part::resource("aws_s3_bucket_versioning", versioning).known_as(there.versioning, name));
    }
    let rules: Vec<Value> = bucket.lifecycle_rules().iter().map(rule).collect();
    if !rules.is_empty() {
        let lifecycle = json!({ "bucket": name, "rule": rules });
        settings.push(
            Part::resource("aws_s3_bucket_lifecycle_configuration", lifecycle)
                .known_as(there.lifecycle, name),
        );
    }
    Written { parts: settings, newest: bucket.account_regional }
}

fn rule(rule: &Rule<'_>) -> Value {
    let filter = match rule.larger_than {
        Some(bytes) => json!({ "object_size_greater_than": bytes }),
        None => json!({ "prefix": "" }),
    };
    let transitions = rule.transitions.iter();
    let transitions: Vec<Value> =
        transitions.map(|to| json!({ "days": to.days, "storage_class": to.storage_class })).collect();
    json!({
        "id": rule.id,
        "status": "Enabled",
        "filter": [filter],
        "abort_incomplete_multipart_upload": rule.abort_days.map(|days| json!([{ "days_after_initiation": days }])),
        "expiration": rule.expire_days.map(|days| json!([{ "days": days }])),
        "noncurrent_version_expiration": rule.noncurrent_days.map(|days| json!([{ "noncurrent_days": days }])),
        "transition": (!transitions.is_empty()).then_some(transitions),
    })
}

/// The policy of a bucket. Terraform owns it whole, so the statements of others are in it.
pub(super) fn policy(policy: &S3BucketPolicy, of: Of<'_>) -> Part {
    let there = of.live().and_then(Live::of::<S3BucketPolicy>).cloned().unwrap_or_default();
    let document = policy.merged(&there);
    let arguments = json!({ "bucket": of.name(), "policy": document.to_string() });
    Part::resource("aws_s3_bucket_policy", arguments).known_as(of.there(), of.name())
}
