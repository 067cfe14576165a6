//! What each kind takes in calls.

use super::step::Calls;
use super::{iam, logs, s3, services};
use crate::export::model::Pipeline;
use crate::export::of::Of;
use crate::graph::Node;
use crate::provider::Resource;

/// The calls of one resource.
pub(super) fn calls(node: &Node, pipeline: Pipeline<'_>) -> String {
    let of = Of { node, pipeline };
    let calls: Calls = match &node.resource {
        Resource::S3Bucket(bucket) => s3::bucket(bucket, of),
        Resource::S3BucketPolicy(policy) => s3::policy(policy, of),
        Resource::IamRole(role) => iam::role(role, of),
        Resource::IamPolicy(policy) => iam::policy(policy, of),
        Resource::IamRolePolicyAttachment(_) => iam::attachment(of),
        Resource::IamInstanceProfile(profile) => iam::instance_profile(profile, of),
        Resource::InstanceProfileAssociation(association) => services::association(association, of),
        Resource::LogGroup(group) => logs::group(group, of),
        Resource::LogStream(_) => logs::stream(of),
        Resource::FirehoseStream(stream) => services::stream(stream, of),
        Resource::LogsDestination(destination) => logs::destination(destination, of),
        Resource::LogsDestinationPolicy(policy) => logs::destination_policy(policy, of),
        Resource::SubscriptionFilter(filter) => logs::filter(filter, of),
        Resource::LogsAccountPolicy(policy) => logs::account_policy(policy, of),
        Resource::SsmParameter(parameter) => services::parameter(parameter, of),
        Resource::CloudwatchAlarm(alarm) => services::alarm(alarm, of),
    };
    calls.text()
}
