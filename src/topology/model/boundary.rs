//! The permissions boundary of the roles that logpipe makes.

use crate::address::{AccountId, Partition, arn};

/// The permissions boundary of the roles that logpipe makes (IAM User Guide, "Permissions boundaries for IAM entities").
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionsBoundary {
    /// A policy of AWS, by its path and name.
    Aws(String),
    /// A policy that every account has of its own, by its path and name.
    Own(String),
}

impl PermissionsBoundary {
    /// Its ARN for the roles of an account.
    pub fn arn(&self, partition: Partition, account: &AccountId) -> String {
        match self {
            Self::Aws(policy) => arn::policy_of_aws(partition, policy),
            Self::Own(policy) => arn::policy(partition, account, policy),
        }
    }
}
