//! Reading and changing the simulated AWS with plain SDK clients, as an administrator with another tool would.

use aws_sdk_cloudwatchlogs::types::{Destination, LogGroup, SubscriptionFilter};
use aws_sdk_firehose::types::DeliveryStreamDescription;
use aws_types::SdkConfig;
use percent_encoding::percent_decode_str;
use serde_json::Value;

pub(crate) const TOKYO: &str = "ap-northeast-1";
pub(crate) const SOURCE: &str = "111111111111";
pub(crate) const ARCHIVE: &str = "999999999999";

pub(crate) fn iam(config: &SdkConfig) -> aws_sdk_iam::Client {
    aws_sdk_iam::Client::new(config)
}

pub(crate) fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    aws_sdk_s3::Client::new(config)
}

pub(crate) fn logs(config: &SdkConfig) -> aws_sdk_cloudwatchlogs::Client {
    aws_sdk_cloudwatchlogs::Client::new(config)
}

pub(crate) fn firehose(config: &SdkConfig) -> aws_sdk_firehose::Client {
    aws_sdk_firehose::Client::new(config)
}

/// IAM sends documents URL-encoded.
fn document(encoded: &str) -> Value {
    serde_json::from_str(&percent_decode_str(encoded).decode_utf8().unwrap()).unwrap()
}

pub(crate) async fn trust(config: &SdkConfig, role: &str) -> Value {
    let answer = iam(config).get_role().role_name(role).send().await.unwrap();
    document(answer.role().unwrap().assume_role_policy_document().unwrap())
}

pub(crate) async fn role_tags(config: &SdkConfig, role: &str) -> Vec<(String, String)> {
    let answer = iam(config).list_role_tags().role_name(role).send().await.unwrap();
    let tags = answer.tags().iter();
    tags.map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// The inline policies of a role: names and documents.
pub(crate) async fn inline_policies(config: &SdkConfig, role: &str) -> Vec<(String, Value)> {
    let names = iam(config).list_role_policies().role_name(role).send().await.unwrap();
    let mut policies = Vec::new();
    for name in names.policy_names() {
        let call = iam(config).get_role_policy().role_name(role).policy_name(name);
        policies.push((name.clone(), document(call.send().await.unwrap().policy_document())));
    }
    policies
}

pub(crate) async fn put_trust(config: &SdkConfig, role: &str, trust: &Value) {
    let call = iam(config).update_assume_role_policy().role_name(role).policy_document(trust.to_string());
    call.send().await.unwrap();
}

pub(crate) async fn put_inline(config: &SdkConfig, role: &str, policy: &Value) {
    let call = iam(config).put_role_policy().role_name(role).policy_name("logpipe");
    call.policy_document(policy.to_string()).send().await.unwrap();
}

/// Puts what somebody has no use for on a role: an inline policy, and one of AWS's.
pub(crate) async fn add_policies(config: &SdkConfig, role: &str) {
    let wide = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["firehose:*"],"Resource":["*"]}]}"#;
    let call = iam(config).put_role_policy().role_name(role).policy_name("Permissions-Policy-For-CWL");
    call.policy_document(wide).send().await.unwrap();
    let call = iam(config).attach_role_policy().role_name(role);
    call.policy_arn("arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess").send().await.unwrap();
}

/// The names of every role but the one that logpipe works with.
pub(crate) async fn roles(config: &SdkConfig) -> Vec<String> {
    let answer = iam(config).list_roles().send().await.unwrap();
    let names = answer.roles().iter().map(|role| role.role_name().to_owned());
    names.filter(|name| name != "LogpipeDeployer").collect()
}

pub(crate) async fn bucket_policy_text(config: &SdkConfig, bucket: &str) -> String {
    s3(config).get_bucket_policy().bucket(bucket).send().await.unwrap().policy.unwrap()
}

pub(crate) async fn bucket_policy(config: &SdkConfig, bucket: &str) -> Value {
    serde_json::from_str(&bucket_policy_text(config, bucket).await).unwrap()
}

pub(crate) async fn put_bucket_policy(config: &SdkConfig, bucket: &str, policy: &Value) {
    s3(config).put_bucket_policy().bucket(bucket).policy(policy.to_string()).send().await.unwrap();
}

pub(crate) async fn bucket_tags(config: &SdkConfig, bucket: &str) -> Vec<(String, String)> {
    let answer = s3(config).get_bucket_tagging().bucket(bucket).send().await.unwrap();
    let mut tags: Vec<_> = answer.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect();
    tags.sort();
    tags
}

/// Empties a bucket and deletes it.
pub(crate) async fn delete_bucket(config: &SdkConfig, bucket: &str) {
    let client = s3(config);
    let objects = client.list_objects_v2().bucket(bucket).send().await.unwrap();
    for object in objects.contents() {
        client.delete_object().bucket(bucket).key(object.key().unwrap()).send().await.unwrap();
    }
    client.delete_bucket().bucket(bucket).send().await.unwrap();
}

pub(crate) async fn stream(config: &SdkConfig, name: &str) -> DeliveryStreamDescription {
    let call = firehose(config).describe_delivery_stream().delivery_stream_name(name);
    call.send().await.unwrap().delivery_stream_description.unwrap()
}

pub(crate) async fn stream_names(config: &SdkConfig) -> Vec<String> {
    firehose(config).list_delivery_streams().send().await.unwrap().delivery_stream_names
}

pub(crate) async fn destinations(config: &SdkConfig) -> Vec<Destination> {
    logs(config).describe_destinations().send().await.unwrap().destinations.unwrap_or_default()
}

pub(crate) async fn log_groups(config: &SdkConfig) -> Vec<LogGroup> {
    logs(config).describe_log_groups().send().await.unwrap().log_groups.unwrap_or_default()
}

pub(crate) async fn filters(config: &SdkConfig, group: &str) -> Vec<SubscriptionFilter> {
    let call = logs(config).describe_subscription_filters().log_group_name(group);
    call.send().await.unwrap().subscription_filters.unwrap_or_default()
}

/// The tags of anything of CloudWatch Logs that has an ARN, sorted.
pub(crate) async fn logs_tags(config: &SdkConfig, arn: &str) -> Vec<(String, String)> {
    let answer = logs(config).list_tags_for_resource().resource_arn(arn).send().await.unwrap();
    let mut tags: Vec<_> = answer.tags.unwrap_or_default().into_iter().collect();
    tags.sort();
    tags
}

#[cfg(feature = "ec2")]
pub(crate) fn ec2(config: &SdkConfig) -> aws_sdk_ec2::Client {
    aws_sdk_ec2::Client::new(config)
}

/// ARNs of the managed policies of a role, in order.
pub(crate) async fn attached(config: &SdkConfig, role: &str) -> Vec<String> {
    let answer = iam(config).list_attached_role_policies().role_name(role).send().await.unwrap();
    let mut arns: Vec<String> = answer
        .attached_policies()
        .iter()
        .filter_map(|policy| policy.policy_arn().map(str::to_owned))
        .collect();
    arns.sort();
    arns
}

/// Names of the instance profiles that instances have, by instance; those on their way out left out.
#[cfg(feature = "ec2")]
pub(crate) async fn profiles(config: &SdkConfig) -> std::collections::BTreeMap<String, String> {
    let answer = ec2(config).describe_iam_instance_profile_associations().send().await.unwrap();
    let all = answer.iam_instance_profile_associations().iter();
    let staying = all.filter(|one| one.state().is_some_and(|state| state.as_str() != "disassociating"));
    let there = staying.filter_map(|one| {
        let arn = one.iam_instance_profile()?.arn()?;
        Some((one.instance_id()?.to_owned(), arn.rsplit('/').next()?.to_owned()))
    });
    there.collect()
}
