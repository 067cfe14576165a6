//! Roles, policies and instance profiles.

use serde_json::json;

use super::step::{Answers, Calls};
use crate::export::of::Of;
use crate::export::words::tags;
use crate::provider::iam::instance_profile::IamInstanceProfile;
use crate::provider::iam::policy::IamPolicy;
use crate::provider::iam::role::{INLINE, IamRole};
use crate::provider::iam::role_policy_attachment::policy_arn;

/// What IAM answers when something of that name is there.
const THERE: &str = r"\(EntityAlreadyExists\)";

/// What passes once IAM knows everywhere what is new.
const KNOWN_SOON: Answers = Answers { there: "", passing: "unknown_to_iam" };

/// A role, and its inline policy where it has one.
pub(super) fn role(role: &IamRole, of: Of<'_>) -> Calls {
    let name = json!({ "RoleName": of.name() });
    if role.borrowed_arn.is_some() {
        let there = "# It is somebody else's and only used, so it has to be there.";
        return Calls::default().then(there).call("iam get-role", Answers::default(), name);
    }
    let arguments = json!({
        "RoleName": of.name(),
        "Description": Some(&role.description).filter(|description| !description.is_empty()),
        "PermissionsBoundary": role.permissions_boundary,
        "Tags": tags(&role.tags),
    });
    let answers = Answers { there: THERE, passing: "unknown_principal" };
    let trust = Some(("--assume-role-policy-document", &role.trust));
    let calls = Calls::default().with("iam create-role", answers, arguments, trust);
    let Some(policy) = &role.policy else { return calls };
    let arguments = json!({ "RoleName": of.name(), "PolicyName": INLINE });
    calls.with("iam put-role-policy", KNOWN_SOON, arguments, Some(("--policy-document", policy)))
}

/// A managed policy.
pub(super) fn policy(policy: &IamPolicy, of: Of<'_>) -> Calls {
    let arguments = json!({
        "PolicyName": of.name(),
        "Description": Some(&policy.description).filter(|description| !description.is_empty()),
        "Tags": tags(&policy.tags),
    });
    let answers = Answers { there: THERE, passing: "" };
    let document = Some(("--policy-document", &policy.document));
    Calls::default().with("iam create-policy", answers, arguments, document)
}

/// A managed policy on a role; to attach it twice is to attach it once.
pub(super) fn attachment(of: Of<'_>) -> Calls {
    let (role, _) = of.node.address.name_parts();
    let arn = policy_arn(of.partition(), of.account(), of.name());
    let arguments = json!({ "RoleName": role, "PolicyArn": arn });
    Calls::default().call("iam attach-role-policy", KNOWN_SOON, arguments)
}

/// An instance profile with its role. It takes one.
pub(super) fn instance_profile(profile: &IamInstanceProfile, of: Of<'_>) -> Calls {
    let create = json!({ "InstanceProfileName": of.name(), "Tags": tags(&profile.tags) });
    let add = json!({ "InstanceProfileName": of.name(), "RoleName": profile.role });
    let full = Answers { there: r"\(LimitExceeded\)", passing: "unknown_to_iam" };
    Calls::default().call("iam create-instance-profile", Answers { there: THERE, passing: "" }, create).call(
        "iam add-role-to-instance-profile",
        full,
        add,
    )
}
