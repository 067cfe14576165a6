//! `permissions_boundary`: the policy that bounds what every role of ours may do.

use super::aws_managed;
use super::finding::Findings;
use super::names;
use super::read::Field;
use crate::address::{AccountId, Partition};

/// The permissions boundary of the roles that logpipe makes (IAM User Guide, "Permissions boundaries for IAM entities").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermissionsBoundary {
    /// A policy of AWS, by its path and name.
    Aws(String),
    /// A policy that every account has of its own, by its path and name.
    Own(String),
}

impl PermissionsBoundary {
    /// Its ARN for the roles of an account.
    pub fn arn(&self, partition: Partition, account: &AccountId) -> String {
        let (owner, policy) = match self {
            Self::Aws(policy) => ("aws", policy),
            Self::Own(policy) => (account.as_str(), policy),
        };
        format!("arn:{partition}:iam::{owner}:policy/{policy}")
    }
}

pub(super) fn read(field: Field<'_>, findings: &mut Findings) -> Option<PermissionsBoundary> {
    let text = field.text(findings)?;
    if let Some(path) = aws_managed::path_of(text) {
        return Some(PermissionsBoundary::Aws(path.to_owned()));
    }
    if let Some((_, policy)) = text.strip_prefix("arn:").and_then(|rest| rest.split_once(":policy/")) {
        let why =
            "roles of several accounts get it, and a role takes a boundary of its own account or of AWS";
        findings.add(
            field.span(),
            format!("`{text}` is an ARN"),
            why,
            format!("write `permissions_boundary: {policy}`, which each account has of its own"),
        );
        return None;
    }
    if let Err(why) = names::POLICY_WITH_PATH.check(text) {
        let help = "write the name of a policy that is there in every account, such as `TeamBoundary`";
        findings.add(field.span(), format!("`{text}` cannot be a policy"), why, help);
        return None;
    }
    Some(PermissionsBoundary::Own(text.to_owned()))
}
