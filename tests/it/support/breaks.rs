//! What breaks one hop of the walk-through's pipeline behind logpipe's back, and leaves the others right.

use aws_types::SdkConfig;
use serde_json::{Value, json};

use super::Bench;
use super::aws::{self, ARCHIVE, SOURCE, TOKYO};

pub(crate) const GROUP: &str = "/delivery/test";
pub(crate) const FILTER: &str = "delivery-test-filter";
pub(crate) const DESTINATION: &str = "delivery-test-destination";
pub(crate) const STREAM: &str = "delivery-test-stream";
pub(crate) const CWL_ROLE: &str = "CWLtoKinesisFirehoseRole";
pub(crate) const FIREHOSE_ROLE: &str = "FirehosRoleToS3";
pub(crate) const BUCKET: &str = "delivery-test";

/// The hops in the order a log event takes them.
pub(crate) const HOPS: [&str; 9] = [
    "subscription_filter",
    "destination",
    "destination_policy",
    "cwl_role_trust",
    "cwl_role_permission",
    "stream",
    "firehose_role_trust",
    "firehose_role_permission",
    "bucket",
];

/// Breaks a hop.
pub(crate) fn break_hop(bench: &Bench, hop: &'static str) {
    let account = if hop == "subscription_filter" { SOURCE } else { ARCHIVE };
    bench.aws(account, TOKYO, async move |config| match hop {
        "subscription_filter" => filter_gone(config).await,
        "destination" => destination_gone(config).await,
        "destination_policy" => destination_admits_another(config).await,
        "cwl_role_trust" => cwl_role_trusts_another(config).await,
        "cwl_role_permission" => cwl_role_without_put_record(config).await,
        "stream" => stream_gone(config).await,
        "firehose_role_trust" => firehose_role_with_another_external_id(config).await,
        "firehose_role_permission" => firehose_role_without_put_object(config).await,
        _ => bucket_denies_the_write(config).await,
    });
}

pub(crate) async fn filter_gone(config: SdkConfig) {
    let call = aws::logs(&config).delete_subscription_filter().log_group_name(GROUP);
    call.filter_name(FILTER).send().await.unwrap();
}

pub(crate) async fn destination_gone(config: SdkConfig) {
    aws::logs(&config).delete_destination().destination_name(DESTINATION).send().await.unwrap();
}

pub(crate) async fn destination_admits_another(config: SdkConfig) {
    let there = &aws::destinations(&config).await[0];
    let policy = there.access_policy().unwrap().replace(SOURCE, "222222222222");
    let call = aws::logs(&config).put_destination_policy().destination_name(DESTINATION);
    call.access_policy(policy).send().await.unwrap();
}

pub(crate) async fn cwl_role_trusts_another(config: SdkConfig) {
    trust_another(&config, CWL_ROLE).await;
}

/// A role trusts another account in the place of the source's.
pub(crate) async fn trust_another(config: &SdkConfig, role: &str) {
    let trust = aws::trust(config, role).await.to_string().replace(SOURCE, "222222222222");
    aws::put_trust(config, role, &serde_json::from_str(&trust).unwrap()).await;
}

pub(crate) async fn cwl_role_without_put_record(config: SdkConfig) {
    let policy = policy_without(&config, CWL_ROLE, "firehose:PutRecord").await;
    aws::put_inline(&config, CWL_ROLE, &policy).await;
}

pub(crate) async fn stream_gone(config: SdkConfig) {
    let call = aws::firehose(&config).delete_delivery_stream();
    call.delivery_stream_name(STREAM).send().await.unwrap();
}

pub(crate) async fn firehose_role_with_another_external_id(config: SdkConfig) {
    let trust = aws::trust(&config, FIREHOSE_ROLE).await.to_string().replace(ARCHIVE, SOURCE);
    aws::put_trust(&config, FIREHOSE_ROLE, &serde_json::from_str(&trust).unwrap()).await;
}

pub(crate) async fn firehose_role_without_put_object(config: SdkConfig) {
    let policy = policy_without(&config, FIREHOSE_ROLE, "s3:PutObject").await;
    aws::put_inline(&config, FIREHOSE_ROLE, &policy).await;
}

pub(crate) async fn bucket_denies_the_write(config: SdkConfig) {
    deny_writes(&config, BUCKET).await;
}

/// The policy of a bucket lets nobody write to it any more.
pub(crate) async fn deny_writes(config: &SdkConfig, bucket: &str) {
    let mut policy = aws::bucket_policy(config, bucket).await;
    policy["Statement"].as_array_mut().unwrap().push(json!({
        "Sid": "Freeze", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
        "Resource": format!("arn:aws:s3:::{bucket}/*"),
    }));
    aws::put_bucket_policy(config, bucket, &policy).await;
}

/// The inline policy of a role, with one action taken out of every statement.
async fn policy_without(config: &SdkConfig, role: &str, action: &str) -> Value {
    let mut policy = aws::inline_policies(config, role).await.remove(0).1;
    for statement in policy["Statement"].as_array_mut().unwrap() {
        if let Some(actions) = statement["Action"].as_array_mut() {
            actions.retain(|one| one != action);
        }
    }
    policy
}
