//! The kinds of resource, as addresses write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::BadIdentifier;

/// Makes the kinds from one row each: what it is, its variant, and the word that addresses have for it.
macro_rules! kind_names {
    ($($(#[$doc:meta])+ $kind:ident = $word:literal,)+) => {
        /// The kinds of resource logpipe manages, under AWS's own names in snake case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum KindName {
            $($(#[$doc])+ #[serde(rename = $word)] $kind,)+
        }

        impl KindName {
            /// Every kind, in the order of a pipeline.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$kind),+];

            /// The kind as an address writes it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)+
                }
            }
        }
    };
}

kind_names! {
    /// An S3 bucket with its sub-resources, policy apart.
    S3Bucket = "s3_bucket",
    /// The resource policy of a bucket.
    S3BucketPolicy = "s3_bucket_policy",
    /// An IAM role with its trust and its one inline policy.
    IamRole = "iam_role",
    /// A CloudWatch Logs log group.
    LogGroup = "log_group",
    /// A CloudWatch Logs log stream.
    LogStream = "log_stream",
    /// A Firehose stream (DirectPut to S3).
    FirehoseStream = "firehose_stream",
    /// A CloudWatch Logs destination.
    LogsDestination = "logs_destination",
    /// The access policy of a destination.
    LogsDestinationPolicy = "logs_destination_policy",
    /// A subscription filter on a log group.
    SubscriptionFilter = "subscription_filter",
    /// An account-level subscription policy: one filter on every log group of an account and region.
    LogsAccountPolicy = "logs_account_policy",
    /// A customer managed IAM policy.
    IamPolicy = "iam_policy",
    /// The attachment of a managed policy to a role, named `<role>:<policy>`; policies of AWS are `<role>:aws:<policy>`, with their path.
    IamRolePolicyAttachment = "iam_role_policy_attachment",
    /// An instance profile with its one role.
    IamInstanceProfile = "iam_instance_profile",
    /// The instance profile of an EC2 instance, named by the instance's id.
    InstanceProfileAssociation = "instance_profile_association",
    /// An SSM parameter that holds an agent's configuration.
    SsmParameter = "ssm_parameter",
    /// A CloudWatch alarm on one metric, or on one query of metrics.
    CloudwatchAlarm = "cloudwatch_alarm",
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
