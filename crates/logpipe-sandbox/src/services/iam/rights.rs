//! What calls to IAM ask for.
//!
//! IAM evaluates ARNs, which end in path and name, and prints `role NAME` where a request names what is there.

use std::collections::BTreeMap;

use super::Role;

use crate::authorization::{Asked, Demand};

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    let demands = match asked.operation() {
        "CreateRole" => created(asked, new_arn(asked, "role", "RoleName"), "iam:TagRole"),
        "GetRole"
        | "UpdateRole"
        | "UpdateAssumeRolePolicy"
        | "DeleteRole"
        | "ListInstanceProfilesForRole"
        | "ListRoleTags"
        | "PutRolePolicy"
        | "GetRolePolicy"
        | "ListRolePolicies"
        | "DeleteRolePolicy"
        | "ListAttachedRolePolicies" => vec![on_role(asked)],
        "PutRolePermissionsBoundary" => {
            vec![on_role(asked).with("iam:PermissionsBoundary", asked.text("PermissionsBoundary"))]
        }
        "DeleteRolePermissionsBoundary" => vec![on_role(asked)],
        "TagRole" => vec![on_role(asked).requesting(&asked.tags("Tags"))],
        "UntagRole" => vec![on_role(asked).naming(asked.tag_keys("TagKeys"))],
        "AttachRolePolicy" | "DetachRolePolicy" => {
            vec![on_role(asked).with("iam:PolicyARN", asked.text("PolicyArn"))]
        }
        "SimulatePrincipalPolicy" => vec![on_source(asked)],
        "GetAccountSummary" => vec![Demand::own(asked, "*")],
        "ListRoles" => vec![Demand::own(asked, below_path(asked))],
        "CreatePolicy" => {
            let policy = new_arn(asked, "policy", "PolicyName");
            let mut demands = created(asked, policy, "iam:TagPolicy");
            let shown = format!("policy {}", asked.text("PolicyName"));
            if let Some(first) = demands.first_mut() {
                first.shown = Some(shown);
            }
            demands
        }
        "GetPolicy"
        | "DeletePolicy"
        | "ListEntitiesForPolicy"
        | "CreatePolicyVersion"
        | "GetPolicyVersion"
        | "ListPolicyVersions"
        | "SetDefaultPolicyVersion"
        | "DeletePolicyVersion"
        | "ListPolicyTags" => vec![on_policy(asked)],
        "TagPolicy" => vec![on_policy(asked).requesting(&asked.tags("Tags"))],
        "UntagPolicy" => vec![on_policy(asked).naming(asked.tag_keys("TagKeys"))],
        "CreateInstanceProfile" => {
            let profile = new_arn(asked, "instance-profile", "InstanceProfileName");
            created(asked, profile, "iam:TagInstanceProfile")
        }
        "GetInstanceProfile"
        | "DeleteInstanceProfile"
        | "RemoveRoleFromInstanceProfile"
        | "ListInstanceProfileTags" => vec![on_profile(asked)],
        "AddRoleToInstanceProfile" => {
            let role = role_arn(asked, asked.text("RoleName"));
            vec![on_profile(asked), Demand::pass_role(asked, &role, asked.call.partition().ec2_principal())]
        }
        "TagInstanceProfile" => vec![on_profile(asked).requesting(&asked.tags("Tags"))],
        "UntagInstanceProfile" => vec![on_profile(asked).naming(asked.tag_keys("TagKeys"))],
        "ListInstanceProfiles" => {
            let path = asked.optional("PathPrefix").unwrap_or("/");
            vec![Demand::own(asked, arn(asked, &format!("instance-profile{path}")))]
        }
        _ => return None,
    };
    Some(demands)
}

/// Tags that come with a new resource take the right to tag as well.
fn created(asked: &Asked<'_>, arn: String, tagging: &str) -> Vec<Demand> {
    let tags = asked.tags("Tags");
    let mut demands = vec![Demand::own(asked, &arn).requesting(&tags)];
    if !tags.is_empty() {
        demands.push(Demand::new(asked, tagging, arn).requesting(&tags));
    }
    demands
}

fn new_arn(asked: &Asked<'_>, kind: &str, name: &str) -> String {
    let path = asked.optional("Path").unwrap_or("/");
    arn(asked, &format!("{kind}{path}{}", asked.text(name)))
}

fn on_role(asked: &Asked<'_>) -> Demand {
    let name = asked.text("RoleName");
    let tags = role(asked, name).map(|role| &role.tags);
    on_tagged(asked, role_arn(asked, name), tags).shown_as(format!("role {name}"))
}

fn role<'a>(asked: &Asked<'a>, name: &str) -> Option<&'a Role> {
    asked.world.accounts.get(asked.call.account())?.iam.role(name)
}

fn role_arn(asked: &Asked<'_>, name: &str) -> String {
    role(asked, name).map_or_else(|| arn(asked, &format!("role/{name}")), Role::arn)
}

/// On the role or user whose policies are simulated.
fn on_source(asked: &Asked<'_>) -> Demand {
    let arn = asked.text("PolicySourceArn");
    let tags = role(asked, arn.rsplit('/').next().unwrap_or(arn)).map(|role| &role.tags);
    on_tagged(asked, arn.to_owned(), tags)
}

fn on_policy(asked: &Asked<'_>) -> Demand {
    let policy = asked.text("PolicyArn");
    let held = asked.world.accounts.get(asked.call.account());
    let tags = held.and_then(|held| held.iam.policies.get(policy)).map(|policy| &policy.tags);
    on_tagged(asked, policy.to_owned(), tags).shown_as(format!("policy {policy}"))
}

fn on_profile(asked: &Asked<'_>) -> Demand {
    let name = asked.text("InstanceProfileName");
    let profile = asked.world.accounts.get(asked.call.account()).and_then(|held| held.iam.profile(name));
    let resource = profile
        .map_or_else(|| arn(asked, &format!("instance-profile/{name}")), |profile| profile.arn.clone());
    let none = BTreeMap::new();
    // Its tags have no name of IAM's own.
    let tags = profile.map_or(&none, |profile| &profile.tags);
    Demand::own(asked, resource).tagged(tags).shown_as(format!("instance profile {name}"))
}

/// On a role or policy with these tags, which have two names.
fn on_tagged(asked: &Asked<'_>, resource: String, tags: Option<&BTreeMap<String, String>>) -> Demand {
    let none = BTreeMap::new();
    let tags = tags.unwrap_or(&none);
    let demand = Demand::own(asked, resource).tagged(tags);
    tags.iter().fold(demand, |demand, (key, value)| demand.with(&format!("iam:ResourceTag/{key}"), value))
}

/// A listing is on the path whose roles it asks for.
fn below_path(asked: &Asked<'_>) -> String {
    arn(asked, &format!("role{}", asked.optional("PathPrefix").unwrap_or("/")))
}

fn arn(asked: &Asked<'_>, resource: &str) -> String {
    format!("arn:{}:iam::{}:{resource}", asked.call.partition(), asked.call.account())
}
