//! Roles, policies and instance profiles.

use serde_json::{Value, json};

use super::item::{Item, Output, Written};
use super::resource::Around;
use crate::address::Address;
use crate::export::Why;
use crate::provider::iam::instance_profile::IamInstanceProfile;
use crate::provider::iam::policy::IamPolicy;
use crate::provider::iam::role::{INLINE, IamRole};
use crate::shell::quoted;

/// A role with its inline policy, and the managed policies that are attached to it.
pub(super) fn role(address: &Address, role: &IamRole, around: &Around<'_>) -> Written {
    if role.borrowed_arn.is_some() {
        return Written::LeftOut(Why::OnlyUsed);
    }
    let inline = role.policy.as_ref();
    let inline =
        inline.map_or(Value::Null, |policy| json!([{ "PolicyName": INLINE, "PolicyDocument": policy }]));
    let attached = around.attached_to(address);
    let item = Item::new(
        "AWS::IAM::Role",
        [
            ("RoleName", json!(*address.name)),
            ("Description", json!(role.description)),
            ("AssumeRolePolicyDocument", role.trust.clone()),
            ("Policies", inline),
            ("ManagedPolicyArns", if attached.is_empty() { Value::Null } else { json!(attached) }),
            ("PermissionsBoundary", json!(role.permissions_boundary)),
        ],
    );
    let about = format!("The role {}", address.name);
    let output = Output { what: "Arn", about, attribute: Some("Arn"), export: None };
    let item = item.known_by(&["RoleName"]);
    Written::Item(item.tagged(&role.tags).shown(output))
}

/// A managed policy, attached to the roles that others have made; roles of the templates say themselves what is attached to
/// them.
pub(super) fn policy(address: &Address, policy: &IamPolicy, around: &Around<'_>) -> Written {
    let roles = around.borrowed_with(address);
    let item = Item::new(
        "AWS::IAM::ManagedPolicy",
        [
            ("ManagedPolicyName", json!(*address.name)),
            ("Description", json!(policy.description)),
            ("PolicyDocument", policy.document.clone()),
            ("Roles", if roles.is_empty() { Value::Null } else { json!(roles) }),
        ],
    );
    let about = format!("The ARN of the policy {}", address.name);
    let export = Some(format!("{}-arn", address.name));
    let item = item.known_as("PolicyArn", json!(around.own_policy_arn(address))).tagless();
    Written::Item(item.shown(Output { what: "Arn", about, attribute: Some("PolicyArn"), export }))
}

/// What is attached is a property of the role where the templates have it, and otherwise of the policy.
pub(super) fn attachment(address: &Address, around: &Around<'_>) -> Written {
    let (role, policy) = around.ends_of(address);
    if let Some(whole) = role.into_iter().chain(policy).next() {
        return Written::PartOf(whole);
    }
    let (name, _) = address.name_parts();
    let arn = around.policy_arn(address);
    let command =
        format!("aws iam attach-role-policy --role-name {} --policy-arn {}", quoted(name), quoted(&arn));
    Written::LeftOut(around.no_word(Some(command)))
}

pub(super) fn instance_profile(address: &Address, profile: &IamInstanceProfile) -> Written {
    let item = Item::new(
        "AWS::IAM::InstanceProfile",
        [("InstanceProfileName", json!(*address.name)), ("Roles", json!([profile.role]))],
    );
    let about = format!("The instance profile {}", address.name);
    let export = Some(format!("{}-name", address.name));
    let name = Output { what: "Name", about: about.clone(), attribute: None, export };
    let arn = Output { what: "Arn", about, attribute: Some("Arn"), export: None };
    let item = item.known_by(&["InstanceProfileName"]);
    Written::Item(item.tagless().shown(name).shown(arn))
}
