//! What the kinds of IAM call.

use super::right::Doing::{Create, Delete, Read, Update};
use super::right::{Purpose, Rights, Spot};
use crate::graph::arns;

/// A role that is made with tags takes the right to tag it too (IAM API Reference, CreateRole).
pub(super) fn role(spot: &Spot<'_>, rights: &mut Rights) {
    let arn = arns::role(spot.partition, spot.account, spot.name);
    let mut allow = |doings, actions: &[&'static str]| rights.allow(Purpose::Roles, doings, &arn, actions);
    allow(&[Read], &["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"]);
    allow(&[Create], &["iam:CreateRole"]);
    allow(&[Create, Update], &["iam:PutRolePolicy", "iam:TagRole"]);
    allow(&[Update], &["iam:UntagRole", "iam:UpdateAssumeRolePolicy"]);
    allow(&[Delete], &["iam:DeleteRole", "iam:DeleteRolePolicy"]);
}
