//! What calls to STS ask for.

use crate::principals::{PolicyText, role_of};
use crate::services::Service;

use crate::authorization::{Asked, Demand};

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    match asked.operation() {
        // Nobody can be kept from asking who they are.
        "GetCallerIdentity" => Some(vec![]),
        "AssumeRole" => Some(vec![assume_role(asked)]),
        _ => None,
    }
}

/// The trust policy takes part. A role that is not there, or not yet for other services, trusts nobody.
fn assume_role(asked: &Asked<'_>) -> Demand {
    let role = asked.text("RoleArn");
    let mut demand = Demand::own(asked, role)
        .with("sts:RoleSessionName", asked.text("RoleSessionName"))
        .with_optional("sts:ExternalId", asked.optional("ExternalId"))
        .with_optional("aws:MultiFactorAuthPresent", asked.optional("TokenCode").map(|_| "true"));
    if let Some((account, _)) = role_of(role) {
        demand.owner = account;
    }
    let view = asked.world.effective_role(role, Service::Sts);
    demand.policy = Some(view.map_or_else(|| PolicyText::unnamed(""), |view| view.trust.clone()));
    demand
}
