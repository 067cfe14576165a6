//! What the kinds of IAM call.

use super::right::Doing::{Create, Delete, Diagnose, Read, Tighten, Update};
use super::right::{Condition, Doing, Purpose, Rights, Spot};
use crate::graph::arns;
use crate::provider::Resource;
use crate::provider::iam::role::IamRole;
use crate::provider::iam::role_policy_attachment::policy_arn;

/// What reading a role of somebody else's takes.
const LOOK: [&str; 3] = ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"];

/// What tells how much of the account's quotas is left for what is to be made.
const SUMMARY: [&str; 1] = ["iam:GetAccountSummary"];

/// A role that is made with tags takes the right to tag it too (IAM API Reference, CreateRole).
pub(super) fn role(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    let role = resource.and_then(Resource::of::<IamRole>);
    if let Some(theirs) = role.and_then(|role| role.borrowed_arn.as_deref()) {
        return borrowed_role(theirs, rights);
    }
    rights.allow_on_everything(&[Diagnose], &SUMMARY);
    let arn = arns::role(spot.partition, spot.account, spot.name);
    let mut allow = |doings, actions: &[&'static str]| rights.allow(Purpose::Roles, doings, &arn, actions);
    allow(
        &[Read],
        &["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    );
    allow(&[Create], &["iam:CreateRole"]);
    allow(&[Create, Update], &["iam:TagRole"]);
    allow(&[Update], &["iam:UntagRole", "iam:UpdateAssumeRolePolicy"]);
    if role.is_some_and(|role| role.permissions_boundary.is_some()) {
        allow(&[Create, Update], &["iam:PutRolePermissionsBoundary"]);
    }
    allow(&[Delete], &["iam:DeleteRole", "iam:DeleteRolePolicy"]);
    // What others attached to it, and who uses it, is named where it keeps the role from going.
    let holders = ["iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies"];
    allow(&[Delete], &holders);
    match role.map(|role: &IamRole| role.policy.is_some()) {
        Some(false) => allow(&[Update], &["iam:DeleteRolePolicy"]),
        Some(true) => {
            allow(&[Create, Update], &["iam:PutRolePolicy"]);
            // Of others.
            allow(&[Tighten], &["iam:DeleteRolePolicy", "iam:DetachRolePolicy"]);
        }
        None => allow(&[Create, Update], &["iam:PutRolePolicy"]),
    }
}

/// A role of somebody else's, by its ARN or a pattern.
pub(super) fn borrowed_role(arn: &str, rights: &mut Rights) {
    rights.allow(Purpose::Roles, &[Read], arn, &LOOK);
}

/// A policy that is made with tags takes the right to tag it too (IAM API Reference, CreatePolicy).
pub(super) fn policy(spot: &Spot<'_>, rights: &mut Rights) {
    rights.allow_on_everything(&[Diagnose], &SUMMARY);
    let arn = spot.arn("iam", &format!("policy/{}", spot.name));
    let mut allow = |doings, actions: &[&'static str]| rights.allow(Purpose::Policies, doings, &arn, actions);
    allow(&[Read], &["iam:GetPolicy", "iam:GetPolicyVersion"]);
    allow(&[Create], &["iam:CreatePolicy"]);
    allow(&[Create, Update], &["iam:TagPolicy"]);
    allow(&[Update], &["iam:CreatePolicyVersion", "iam:UntagPolicy"]);
    allow(&[Update, Delete], &["iam:ListPolicyVersions", "iam:DeletePolicyVersion"]);
    allow(&[Delete], &["iam:DeletePolicy", "iam:ListEntitiesForPolicy"]);
}

/// Attaching and detaching this policy and no other. The name of the role may have its path before it; of one that only
/// the record knows the path is not known.
pub(super) fn attachment(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    let (role, _) = spot.name_parts();
    let policy = policy_arn(spot.partition, spot.account, spot.name);
    let arn = arns::role(spot.partition, spot.account, role);
    attach(&arn, &policy, rights);
    if resource.is_none() {
        let anywhere = arns::role(spot.partition, spot.account, &format!("*/{role}"));
        attach(&anywhere, &policy, rights);
        // If the record does not prove the owner, look at the role.
        for role in [&arn, &anywhere] {
            rights.allow(Purpose::Roles, &[Read], role, &["iam:ListAttachedRolePolicies"]);
        }
    }
}

/// The same on a role, by its ARN or a pattern.
pub(super) fn attach(role: &str, policy: &str, rights: &mut Rights) {
    let mut allow = |doings: &'static [Doing], actions: &[&'static str]| {
        let condition = Condition { key: "iam:PolicyARN", values: [policy.to_owned()].into() };
        rights.add(Purpose::AttachPolicies, doings, role, actions, Some(condition));
    };
    allow(&[Create], &["iam:AttachRolePolicy"]);
    allow(&[Delete], &["iam:DetachRolePolicy"]);
}

/// Whoever puts a role into a profile hands it over to EC2 (IAM API Reference, AddRoleToInstanceProfile).
pub(super) fn instance_profile(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    rights.allow_on_everything(&[Diagnose], &SUMMARY);
    let arn = spot.arn("iam", &format!("instance-profile/{}", spot.name));
    let mut allow =
        |doings, actions: &[&'static str]| rights.allow(Purpose::InstanceProfiles, doings, &arn, actions);
    allow(&[Read, Delete], &["iam:GetInstanceProfile"]);
    allow(&[Create], &["iam:CreateInstanceProfile"]);
    allow(&[Create, Update], &["iam:AddRoleToInstanceProfile", "iam:TagInstanceProfile"]);
    allow(&[Update], &["iam:UntagInstanceProfile"]);
    allow(&[Update, Delete], &["iam:RemoveRoleFromInstanceProfile"]);
    allow(&[Delete], &["iam:DeleteInstanceProfile"]);
    if let Some(Resource::IamInstanceProfile(profile)) = resource {
        let role = arns::role(spot.partition, spot.account, &profile.role);
        let service = spot.partition.ec2_principal().to_owned();
        rights.pass_role(Purpose::PassToEc2, &[Create, Update], &role, service);
    }
}
