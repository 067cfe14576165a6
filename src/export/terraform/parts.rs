//! What each kind is in Terraform's terms.

use serde_json::{Value, json};

use super::part::Part;
use super::{bucket, iam, logs, stream};
use crate::address::last_part;
use crate::export::model::{Language, Pipeline, Why};
use crate::export::of::Of;
use crate::graph::{Node, OWNERSHIP_TAG};
use crate::provider::{Live, OwnTags, Resource};
use crate::shell::quoted;

/// The blocks of one resource, in the order in which they have to be made.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) parts: Vec<Part>,
    /// Whether they take a provider of the newest version.
    pub(super) newest: bool,
}

impl From<Vec<Part>> for Written {
    fn from(parts: Vec<Part>) -> Self {
        Self { parts, newest: false }
    }
}

impl From<Part> for Written {
    fn from(part: Part) -> Self {
        vec![part].into()
    }
}

/// What it is, or why it is nothing.
pub(super) fn of(node: &Node, pipeline: Pipeline<'_>) -> Result<Written, Why> {
    let (address, of) = (&node.address, Of { node, pipeline });
    Ok(match &node.resource {
        Resource::S3Bucket(bucket) => bucket::bucket(bucket, of),
        Resource::S3BucketPolicy(policy) => bucket::policy(policy, of).into(),
        Resource::IamRole(role) => iam::role(role, of).into(),
        Resource::IamPolicy(policy) => iam::policy(policy, of).into(),
        Resource::IamRolePolicyAttachment(_) => iam::attachment(of).into(),
        Resource::IamInstanceProfile(profile) => iam::instance_profile(profile, of).into(),
        Resource::InstanceProfileAssociation(association) => {
            let profile = last_part(&association.profile_arn);
            let instead = format!(
                "aws ec2 associate-iam-instance-profile --instance-id {} --iam-instance-profile Name={}",
                quoted(&address.name),
                quoted(profile)
            );
            return Err(Why::NoWord { language: Language::Terraform, instead: Some(instead) });
        }
        Resource::LogGroup(group) => logs::group(group, of).into(),
        Resource::LogStream(_) => logs::stream(of).into(),
        Resource::FirehoseStream(stream) => stream::stream(stream, of).into(),
        Resource::LogsDestination(destination) => logs::destination(destination, of).into(),
        Resource::LogsDestinationPolicy(policy) => logs::destination_policy(policy, of).into(),
        Resource::SubscriptionFilter(filter) => logs::filter(filter, of).into(),
        Resource::LogsAccountPolicy(policy) => logs::account_policy(policy, of).into(),
        Resource::SsmParameter(parameter) => stream::parameter(parameter, of).into(),
        Resource::CloudwatchAlarm(alarm) => stream::alarm(alarm, of).into(),
    })
}

impl Of<'_> {
    /// Whether it bears the tag of this topology.
    pub(super) fn has_its_tag(&self) -> bool {
        let tag = self.live().and_then(Live::tags).and_then(|tags| tags.get(OWNERSHIP_TAG));
        tag.is_some_and(|name| name == self.pipeline.topology.name.as_str())
    }

    /// Its tags. Terraform takes away those that it does not know, so that the tags of others are among them.
    pub(super) fn tags(&self, own: &OwnTags) -> Value {
        let there = self.live().and_then(Live::tags).cloned().unwrap_or_default();
        let mut all = own.merged(&there);
        // Those of AWS itself nobody can set.
        all.retain(|key, _| !key.starts_with("aws:"));
        json!(all)
    }
}
