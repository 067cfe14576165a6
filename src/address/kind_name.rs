//! The kinds of resource, as addresses write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::identifier::BadIdentifier;

/// The kinds of resource logpipe manages, under AWS's own names in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KindName {
    /// An S3 bucket with its sub-resources, policy apart.
    S3Bucket,
    /// The resource policy of a bucket.
    S3BucketPolicy,
    /// An IAM role with its trust and its one inline policy.
    IamRole,
    /// A CloudWatch Logs log group.
    LogGroup,
    /// A CloudWatch Logs log stream.
    LogStream,
    /// A Firehose stream (DirectPut to S3).
    FirehoseStream,
    /// A CloudWatch Logs destination.
    LogsDestination,
    /// The access policy of a destination.
    LogsDestinationPolicy,
    /// A subscription filter on a log group.
    SubscriptionFilter,
    /// An account-level subscription policy: one filter on every log group of an account and region.
    LogsAccountPolicy,
    /// A customer managed IAM policy.
    IamPolicy,
    /// The attachment of a managed policy to a role, named `<role>:<policy>`; policies of AWS are `<role>:aws:<policy>`, with their path.
    IamRolePolicyAttachment,
    /// An instance profile with its one role.
    IamInstanceProfile,
    /// The instance profile of an EC2 instance, named by the instance's id.
    InstanceProfileAssociation,
    /// An SSM parameter that holds an agent's configuration.
    SsmParameter,
}

impl KindName {
    /// Every kind, in the order of a pipeline.
    pub const ALL: [Self; 15] = [
        Self::S3Bucket,
        Self::S3BucketPolicy,
        Self::IamRole,
        Self::LogGroup,
        Self::LogStream,
        Self::FirehoseStream,
        Self::LogsDestination,
        Self::LogsDestinationPolicy,
        Self::SubscriptionFilter,
        Self::LogsAccountPolicy,
        Self::IamPolicy,
        Self::IamRolePolicyAttachment,
        Self::IamInstanceProfile,
        Self::InstanceProfileAssociation,
        Self::SsmParameter,
    ];

    /// The kind as it stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::S3Bucket => "s3_bucket",
            Self::S3BucketPolicy => "s3_bucket_policy",
            Self::IamRole => "iam_role",
            Self::LogGroup => "log_group",
            Self::LogStream => "log_stream",
            Self::FirehoseStream => "firehose_stream",
            Self::LogsDestination => "logs_destination",
            Self::LogsDestinationPolicy => "logs_destination_policy",
            Self::SubscriptionFilter => "subscription_filter",
            Self::LogsAccountPolicy => "logs_account_policy",
            Self::IamPolicy => "iam_policy",
            Self::IamRolePolicyAttachment => "iam_role_policy_attachment",
            Self::IamInstanceProfile => "iam_instance_profile",
            Self::InstanceProfileAssociation => "instance_profile_association",
            Self::SsmParameter => "ssm_parameter",
        }
    }
}

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for KindName {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| BadIdentifier::new(text, "a resource kind such as `s3_bucket`"))
    }
}
