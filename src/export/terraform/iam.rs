//! Roles, policies and instance profiles.

use serde_json::json;

use super::part::Part;
use crate::address::arn;
use crate::export::of::Of;
use crate::provider::Live;
use crate::provider::iam::instance_profile::IamInstanceProfile;
use crate::provider::iam::policy::IamPolicy;
use crate::provider::iam::role::{INLINE, IamRole, LiveRole};
use crate::provider::iam::role_policy_attachment::policy_arn;

/// A role, and its inline policy where it has one.
pub(super) fn role(role: &IamRole, of: Of<'_>) -> Vec<Part> {
    let name = of.name();
    if role.borrowed_arn.is_some() {
        return vec![Part::data("aws_iam_role", json!({ "name": name }))];
    }
    let own = json!({
        "name": name,
        "description": Some(&role.description).filter(|description| !description.is_empty()),
        "assume_role_policy": role.trust.to_string(),
        "permissions_boundary": role.permissions_boundary,
        "tags": of.tags(&role.tags),
    });
    let own = Part::resource("aws_iam_role", own).known_as(of.there(), name);
    let has_inline = of.live().and_then(Live::of::<IamRole>).is_some_and(LiveRole::has_inline);
    let inline = role.policy.as_ref().map(|policy| {
        let arguments = json!({ "name": INLINE, "role": name, "policy": policy.to_string() });
        Part::resource("aws_iam_role_policy", arguments).known_as(has_inline, format!("{name}:{INLINE}"))
    });
    std::iter::once(own).chain(inline).collect()
}

/// A managed policy.
pub(super) fn policy(policy: &IamPolicy, of: Of<'_>) -> Part {
    let arguments = json!({
        "name": of.name(),
        "description": Some(&policy.description).filter(|description| !description.is_empty()),
        "policy": policy.document.to_string(),
        "tags": of.tags(&policy.tags),
    });
    let arn = arn::policy(of.partition(), of.account(), of.name());
    Part::resource("aws_iam_policy", arguments).known_as(of.there(), arn)
}

/// A managed policy on a role.
pub(super) fn attachment(of: Of<'_>) -> Part {
    let (role, _) = of.node.address.name_parts();
    let arn = policy_arn(of.partition(), of.account(), of.name());
    let id = format!("{role}/{arn}");
    Part::resource("aws_iam_role_policy_attachment", json!({ "role": role, "policy_arn": arn }))
        .known_as(of.there(), id)
}

/// An instance profile with its role.
pub(super) fn instance_profile(profile: &IamInstanceProfile, of: Of<'_>) -> Part {
    let arguments = json!({ "name": of.name(), "role": profile.role, "tags": of.tags(&profile.tags) });
    Part::resource("aws_iam_instance_profile", arguments).known_as(of.there(), of.name())
}
