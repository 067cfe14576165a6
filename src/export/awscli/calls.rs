//! What each kind takes in calls.

use super::step::Calls;
use super::{iam, logs, s3, services};
use crate::address::{AccountId, Partition, Region};
use crate::export::model::Pipeline;
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

/// A resource with what it is a part of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) node: &'a Node,
    pub(super) pipeline: Pipeline<'a>,
}

impl Of<'_> {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.node.address.name.as_str()
    }

    /// The id of its account.
    pub(super) fn account(&self) -> &AccountId {
        self.pipeline.account_id(&self.node.address.account)
    }

    /// Its region, or that of the topology where it is in none.
    pub(super) fn region(&self) -> &Region {
        self.node.address.place.region().unwrap_or(&self.pipeline.topology.region)
    }

    /// The partition of all that.
    pub(super) fn partition(&self) -> Partition {
        self.region().partition()
    }
}
