//! What calls to Organizations ask for.

use crate::authorization::{Asked, Demand};

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    let resource = match asked.operation() {
        "ListAccounts" => "*".to_owned(),
        "ListAccountsForParent" | "ListOrganizationalUnitsForParent" => target(asked, asked.text("ParentId")),
        "ListTagsForResource" => target(asked, asked.text("ResourceId")),
        _ => return None,
    };
    Some(vec![Demand::own(asked, resource)])
}

/// The ARN of a root, a unit or an account, all of which the management account owns.
fn target(asked: &Asked<'_>, id: &str) -> String {
    let kind = match id.split('-').next() {
        Some("r") => "root",
        Some("ou") => "ou",
        _ => "account",
    };
    let management = asked.world.directory.management.as_ref().unwrap_or(asked.call.account());
    let organization = asked.world.organization.as_deref().unwrap_or("*");
    format!("arn:{}:organizations::{management}:{kind}/{organization}/{id}", asked.call.partition())
}
