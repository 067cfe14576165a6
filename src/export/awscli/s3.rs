//! Buckets. Every call names the expected owner, as logpipe's do.

use serde_json::{Value, json};

use super::step::{Answers, Calls};
use crate::export::of::Of;
use crate::export::words::tags;
use crate::provider::s3::bucket::{OWNER_ENFORCED, Rule, S3Bucket};
use crate::provider::s3::bucket_policy::S3BucketPolicy;
use crate::shell::quoted;

/// What S3 answers while a bucket is new.
const SETTLING: Answers = Answers { there: "", passing: "busy" };

/// A bucket with its settings. What one call would replace whole with the parts of others is set only where nothing is yet.
pub(super) fn bucket(bucket: &S3Bucket, of: Of<'_>) -> Calls {
    let owned = |mut arguments: Value| {
        arguments["Bucket"] = of.name().into();
        arguments["ExpectedBucketOwner"] = of.account().as_str().into();
        arguments
    };
    if bucket.borrowed_in.is_some() {
        let there = "# It is somebody else's and only used, so it has to be there.";
        return Calls::default().then(there).call("s3api head-bucket", Answers::default(), owned(json!({})));
    }
    let region = of.region().as_str();
    let create = json!({
        "Bucket": of.name(),
        "BucketNamespace": bucket.account_regional.then_some("account-regional"),
        // The one region that S3 does not take as a location.
        "CreateBucketConfiguration": (region != "us-east-1").then(|| json!({ "LocationConstraint": region })),
    });
    let there = Answers { there: r"\(BucketAlreadyOwnedByYou\)", passing: "busy" };
    let block = json!({ "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": true,
        "IgnorePublicAcls": true,
        "BlockPublicPolicy": true,
        "RestrictPublicBuckets": true,
    } });
    let ownership = json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": OWNER_ENFORCED }] } });
    let key = bucket.kms_key_arn.as_ref();
    let encryption = json!({ "ServerSideEncryptionConfiguration": { "Rules": [{
        "ApplyServerSideEncryptionByDefault": {
            "SSEAlgorithm": if key.is_some() { "aws:kms" } else { "AES256" },
            "KMSMasterKeyID": key,
        },
        "BucketKeyEnabled": key.map(|_| true),
    }] } });
    let mut calls = Calls::default()
        .call("s3api create-bucket", there, create)
        .call("s3api put-public-access-block", SETTLING, owned(block))
        .call("s3api put-bucket-ownership-controls", SETTLING, owned(ownership))
        .call("s3api put-bucket-encryption", SETTLING, owned(encryption));
    if let Some(kept) = bucket.versioning {
        let status = if kept { "Enabled" } else { "Suspended" };
        let versioning = json!({ "VersioningConfiguration": { "Status": status } });
        calls = calls.call("s3api put-bucket-versioning", SETTLING, owned(versioning));
    }
    let rules: Vec<Value> = bucket.lifecycle_rules().iter().map(rule).collect();
    if !rules.is_empty() {
        let lifecycle = owned(json!({ "LifecycleConfiguration": { "Rules": rules } }));
        let nothing = unset("NoSuchLifecycleConfiguration", "get-bucket-lifecycle-configuration", of);
        calls = calls.only(&nothing, |calls| {
            calls.call("s3api put-bucket-lifecycle-configuration", SETTLING, lifecycle)
        });
    }
    let tagging = owned(json!({ "Tagging": { "TagSet": tags(&bucket.tags) } }));
    let nothing = unset("NoSuchTagSet", "get-bucket-tagging", of);
    calls.only(&nothing, |calls| calls.call("s3api put-bucket-tagging", SETTLING, tagging))
}

/// Asks whether something is not set.
fn unset(code: &str, operation: &str, of: Of<'_>) -> String {
    let (bucket, account) = (quoted(of.name()), of.account());
    format!(
        "if unset_yet '\\({code}\\)' s3api {operation} --bucket {bucket} --expected-bucket-owner {account}; then"
    )
}

fn rule(rule: &Rule<'_>) -> Value {
    let filter = match rule.larger_than {
        Some(bytes) => json!({ "ObjectSizeGreaterThan": bytes }),
        None => json!({ "Prefix": "" }),
    };
    let transitions = rule.transitions.iter();
    let transitions: Vec<Value> =
        transitions.map(|to| json!({ "Days": to.days, "StorageClass": to.storage_class })).collect();
    json!({
        "ID": rule.id,
        "Status": "Enabled",
        "Filter": filter,
        "AbortIncompleteMultipartUpload": rule.abort_days.map(|days| json!({ "DaysAfterInitiation": days })),
        "Expiration": rule.expire_days.map(|days| json!({ "Days": days })),
        "NoncurrentVersionExpiration": rule.noncurrent_days.map(|days| json!({ "NoncurrentDays": days })),
        "Transitions": (!transitions.is_empty()).then_some(transitions),
    })
}

/// The policy of a bucket, where it has none.
pub(super) fn policy(policy: &S3BucketPolicy, of: Of<'_>) -> Calls {
    let document = json!({ "Version": "2012-10-17", "Statement": policy.statements });
    let arguments = json!({ "Bucket": of.name(), "ExpectedBucketOwner": of.account().as_str() });
    let nothing = unset("NoSuchBucketPolicy", "get-bucket-policy", of);
    let waiting = Answers { there: "", passing: "busy|$unknown_principal" };
    Calls::default().only(&nothing, |calls| {
        calls.with("s3api put-bucket-policy", waiting, arguments, Some(("--policy", &document)))
    })
}
