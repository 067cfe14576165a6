//! What each resource of a topology becomes: one match over the kinds, which misses none.

use std::collections::BTreeMap;

use serde_json::Value;

use super::item::Written;
use super::{firehose, iam, logs, others, s3};
use crate::address::{AccountId, Address, KindName, arn};
use crate::export::{Language, Pipeline, Why};
use crate::graph::Node;
use crate::provider::Resource;
use crate::provider::iam::role::IamRole;
use crate::provider::iam::role_policy_attachment::policy_arn;
use crate::provider::logs::destination_policy::LogsDestinationPolicy;

/// The resources around one, of which some become a part of it.
pub(super) struct Around<'a> {
    pipeline: Pipeline<'a>,
    /// The attachments of each role.
    of_role: BTreeMap<&'a Address, Vec<&'a Address>>,
    /// The roles of others that each policy is attached to.
    of_policy: BTreeMap<Address, Vec<String>>,
}

/// What a resource becomes.
pub(super) fn written(node: &Node, around: &Around<'_>) -> Written {
    let address = &node.address;
    match &node.resource {
        Resource::S3Bucket(bucket) => s3::bucket(&address.name, bucket),
        Resource::S3BucketPolicy(policy) => s3::policy(address, policy),
        Resource::IamRole(role) => iam::role(address, role, around),
        Resource::LogGroup(group) => logs::group(address, group, around),
        Resource::LogStream(_) => logs::stream(address),
        Resource::FirehoseStream(stream) => firehose::stream(address, stream),
        Resource::LogsDestination(destination) => logs::destination(address, destination, around),
        Resource::LogsDestinationPolicy(_) => Written::PartOf(address.of_kind(KindName::LogsDestination)),
        Resource::SubscriptionFilter(filter) => logs::subscription(address, filter),
        Resource::LogsAccountPolicy(policy) => logs::account_policy(address, policy, around),
        Resource::IamPolicy(policy) => iam::policy(address, policy, around),
        Resource::IamRolePolicyAttachment(_) => iam::attachment(address, around),
        Resource::IamInstanceProfile(profile) => iam::instance_profile(address, profile),
        Resource::InstanceProfileAssociation(association) => {
            others::association(address, association, around)
        }
        Resource::SsmParameter(parameter) => others::parameter(address, parameter),
        Resource::CloudwatchAlarm(alarm) => others::alarm(address, alarm),
    }
}

impl<'a> Around<'a> {
    pub(super) fn of(pipeline: Pipeline<'a>) -> Self {
        let mut around = Self { pipeline, of_role: BTreeMap::new(), of_policy: BTreeMap::new() };
        let nodes = pipeline.graph.nodes.values();
        for node in nodes.filter(|node| node.address.kind == KindName::IamRolePolicyAttachment) {
            let Some(role) = &node.container else { continue };
            match (around.made(role), around.own_policy(&node.address)) {
                (true, _) => around.of_role.entry(role).or_default().push(&node.address),
                (false, Some(policy)) => {
                    around.of_policy.entry(policy).or_default().push(role.name.to_string());
                }
                (false, None) => {}
            }
        }
        around
    }

    /// Whether a role is in the templates.
    fn made(&self, role: &Address) -> bool {
        let role = self.pipeline.graph.nodes.get(role).and_then(|node| node.resource.of::<IamRole>());
        role.is_some_and(|role| role.borrowed_arn.is_none())
    }

    /// The policy that an attachment is of, where it is in the templates.
    fn own_policy(&self, attachment: &Address) -> Option<Address> {
        let node = self.pipeline.graph.nodes.get(attachment)?;
        let mut needs = node.needs.iter().map(|need| &need.address);
        let policy = needs.find(|need| need.kind == KindName::IamPolicy)?;
        self.pipeline.graph.nodes.contains_key(policy).then(|| policy.clone())
    }

    /// The role and the policy of an attachment, as far as they are in the templates.
    pub(super) fn ends_of(&self, attachment: &Address) -> (Option<Address>, Option<Address>) {
        let node = self.pipeline.graph.nodes.get(attachment);
        let role = node.and_then(|node| node.container.clone()).filter(|role| self.made(role));
        (role, self.own_policy(attachment))
    }

    /// The ARNs of the policies that are attached to a role.
    pub(super) fn attached_to(&self, role: &Address) -> Vec<String> {
        let attachments = self.of_role.get(role).into_iter().flatten();
        attachments.map(|attachment| self.policy_arn(attachment)).collect()
    }

    /// The roles of others that a policy is attached to.
    pub(super) fn borrowed_with(&self, policy: &Address) -> &[String] {
        self.of_policy.get(policy).map_or(&[], Vec::as_slice)
    }

    /// The ARN of the policy that an attachment is of.
    pub(super) fn policy_arn(&self, attachment: &Address) -> String {
        let partition = self.pipeline.topology.region.partition();
        policy_arn(partition, self.pipeline.account_id(&attachment.account), &attachment.name)
    }

    /// The ARN of a policy of the templates.
    pub(super) fn own_policy_arn(&self, policy: &Address) -> String {
        let partition = self.pipeline.topology.region.partition();
        arn::policy(partition, self.account_id(policy), &policy.name)
    }

    /// The id of the account that something is in.
    pub(super) fn account_id(&self, address: &Address) -> &'a AccountId {
        &self.pipeline.topology.accounts[&address.account].id
    }

    /// The access policy of a destination.
    pub(super) fn access_policy(&self, destination: &Address) -> Option<&'a Value> {
        let node = self.pipeline.graph.nodes.get(&destination.of_kind(KindName::LogsDestinationPolicy))?;
        node.resource.of::<LogsDestinationPolicy>().map(|policy| &policy.policy)
    }

    /// Whether it is there already.
    pub(super) fn exists(&self, address: &Address) -> bool {
        self.pipeline.existing.contains_key(address)
    }

    /// That CloudFormation has no type for it.
    pub(super) fn no_word(&self, instead: Option<String>) -> Why {
        Why::NoWord { language: Language::Cloudformation, instead }
    }
}
