//! What calls to IAM ask for.
//!
//! IAM evaluates ARNs, which end in path and name, and prints `role NAME` where a request names what is there.

use std::collections::BTreeMap;

use super::asked::Asked;
use super::demand::Demand;

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
        "TagRole" => vec![on_role(asked).requesting(&asked.tags("Tags"))],
        "UntagRole" => vec![on_role(asked).naming(asked.tag_keys("TagKeys"))],
        "AttachRolePolicy" | "DetachRolePolicy" => {
            vec![on_role(asked).with("iam:PolicyARN", asked.text("PolicyArn"))]
        }
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
        "GetPolicy" | "GetPolicyVersion" | "ListPolicyVersions" | "DeletePolicy" => vec![on_policy(asked)],
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
    let role = asked.world.accounts.get(asked.call.account()).and_then(|held| held.iam.role(name));
    let resource = role.map_or_else(|| arn(asked, &format!("role/{name}")), |role| role.arn());
    let none = BTreeMap::new();
    let tags = role.map_or(&none, |role| &role.tags);
    let demand = Demand::own(asked, resource).shown_as(format!("role {name}")).tagged(tags);
    tags.iter().fold(demand, |demand, (key, value)| demand.with(&format!("iam:ResourceTag/{key}"), value))
}

fn on_policy(asked: &Asked<'_>) -> Demand {
    let policy = asked.text("PolicyArn");
    Demand::own(asked, policy).shown_as(format!("policy {policy}"))
}

/// A listing is on the path whose roles it asks for.
fn below_path(asked: &Asked<'_>) -> String {
    arn(asked, &format!("role{}", asked.optional("PathPrefix").unwrap_or("/")))
}

fn arn(asked: &Asked<'_>, resource: &str) -> String {
    format!("arn:{}:iam::{}:{resource}", asked.call.partition(), asked.call.account())
}
