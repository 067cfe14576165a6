//! Buckets and their policies.

use serde_json::{Map, Value, json};

use super::item::{Item, Output, Written};
use crate::address::Address;
use crate::export::Why;
use crate::provider::s3::bucket::{OWNER_ENFORCED, Rule, S3Bucket};
use crate::provider::s3::bucket_policy::S3BucketPolicy;

pub(super) fn bucket(name: &str, bucket: &S3Bucket) -> Written {
    if bucket.borrowed_in.is_some() {
        return Written::LeftOut(Why::OnlyUsed);
    }
    let encryption = match &bucket.kms_key_arn {
        Some(key) => json!({
            "ServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key },
            "BucketKeyEnabled": true,
        }),
        None => json!({ "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }),
    };
    let versioning = bucket.versioning.map(|kept| if kept { "Enabled" } else { "Suspended" });
    let rules: Vec<Value> = bucket.lifecycle_rules().iter().map(rule).collect();
    let namespace = bucket.account_regional.then_some("account-regional");
    let item = Item::new(
        "AWS::S3::Bucket",
        [
            ("BucketName", json!(name)),
            ("BucketNamespace", json!(namespace)),
            (
                "PublicAccessBlockConfiguration",
                json!({
                    "BlockPublicAcls": true,
                    "BlockPublicPolicy": true,
                    "IgnorePublicAcls": true,
                    "RestrictPublicBuckets": true,
                }),
            ),
            ("OwnershipControls", json!({ "Rules": [{ "ObjectOwnership": OWNER_ENFORCED }] })),
            ("BucketEncryption", json!({ "ServerSideEncryptionConfiguration": [encryption] })),
            ("VersioningConfiguration", versioning.map_or(Value::Null, |status| json!({ "Status": status }))),
            (
                "LifecycleConfiguration",
                if rules.is_empty() { Value::Null } else { json!({ "Rules": rules }) },
            ),
        ],
    );
    let output =
        Output { what: "Name", about: "The bucket with the logs".to_owned(), attribute: None, export: None };
    let item = item.known_by(&["BucketName"]);
    Written::Item(item.tagged(&bucket.tags).kept().shown(output))
}

fn rule(rule: &Rule<'_>) -> Value {
    let mut said = Map::new();
    let mut say = |name: &str, value: Value| drop(said.insert(name.to_owned(), value));
    say("Id", json!(rule.id));
    say("Status", json!("Enabled"));
    if let Some(larger) = rule.larger_than {
        say("ObjectSizeGreaterThan", json!(larger.to_string()));
    }
    if let Some(days) = rule.abort_days {
        say("AbortIncompleteMultipartUpload", json!({ "DaysAfterInitiation": days }));
    }
    if let Some(days) = rule.expire_days {
        say("ExpirationInDays", json!(days));
    }
    if let Some(days) = rule.noncurrent_days {
        say("NoncurrentVersionExpiration", json!({ "NoncurrentDays": days }));
    }
    let moves = rule.transitions.iter();
    let moves: Vec<Value> =
        moves.map(|one| json!({ "StorageClass": one.storage_class, "TransitionInDays": one.days })).collect();
    if !moves.is_empty() {
        say("Transitions", json!(moves));
    }
    Value::Object(said)
}

/// It protects the objects, so it stays with them.
pub(super) fn policy(address: &Address, policy: &S3BucketPolicy) -> Written {
    let document = json!({ "Version": "2012-10-17", "Statement": policy.statements });
    let properties = [("Bucket", json!(*address.name)), ("PolicyDocument", document)];
    Written::Item(Item::new("AWS::S3::BucketPolicy", properties).known_by(&["Bucket"]).kept())
}
