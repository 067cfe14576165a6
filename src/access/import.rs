//! What `import` reads: whatever could be part of a pipeline, which nobody can name before it is found.

use super::logs::whole_group;
use super::right::Doing::Import;
use super::right::{Purpose, Rights, Spot};
use crate::address::arn;
use crate::graph::arns;

/// What is authorised on everything alone (Service Authorization Reference): what there is, and what `plan` asks about
/// patterns that no page covers.
const ON_EVERYTHING: &[&str] = &[
    "logs:DescribeAccountPolicies",
    "logs:DescribeDestinations",
    "logs:DescribeLogGroups",
    "logs:ListLogGroups",
    "logs:TestMetricFilter",
];

/// The destinations, streams, log groups and roles of an account and region, with what is on them, and its buckets.
pub(super) fn look(spot: &Spot<'_>) -> Rights {
    let mut rights = Rights::default();
    rights.allow_on_everything(&[Import], ON_EVERYTHING);
    let mut allow = |purpose, resource: &str, actions: &[&'static str]| {
        rights.allow(purpose, &[Import], resource, actions);
    };
    let tags = &["logs:ListTagsForResource"];
    allow(Purpose::Destinations, &spot.arn("logs", "destination:*"), tags);
    let groups = whole_group(spot, "*");
    allow(Purpose::LogGroups, &groups, tags);
    allow(Purpose::Subscriptions, &groups, &["logs:DescribeSubscriptionFilters"]);
    allow(Purpose::ListLogStreams, &groups, &["logs:DescribeLogStreams"]);
    let streams = ["firehose:DescribeDeliveryStream", "firehose:ListTagsForDeliveryStream"];
    allow(Purpose::Streams, &spot.arn("firehose", "deliverystream/*"), &streams);
    let roles = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"];
    allow(Purpose::Roles, &arns::role(spot.partition, spot.account, "*"), &roles);
    for owner in [spot.account.as_str(), "aws"] {
        let policies = arn::of(spot.partition, "iam", "", owner, "policy/*");
        allow(Purpose::Policies, &policies, &["iam:GetPolicy", "iam:GetPolicyVersion"]);
    }
    let buckets = [
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:ListBucket",
    ];
    allow(Purpose::Buckets, &arns::bucket(spot.partition, "*"), &buckets);
    rights
}
