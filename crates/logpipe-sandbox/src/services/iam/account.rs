//! GetAccountSummary: how many of what an account has, and how many it may have.

use crate::dispatch::Call;
use crate::protocol::xml::Element;
use crate::state::world::World;

use super::documents::trust_limit;
use super::operations::Answer;
use super::quotas;

/// GetAccountSummary, as far as what is simulated goes.
pub(super) fn summary(world: &World, call: &Call) -> Answer {
    let account = world.accounts.get(call.account());
    let count = |of: fn(&super::IamState) -> usize| account.map_or(0, |account| of(&account.iam));
    let entries = [
        ("Roles", count(|iam| iam.roles().count())),
        ("RolesQuota", quotas::most("Roles")),
        ("Policies", count(|iam| iam.policies.len())),
        ("PoliciesQuota", quotas::most("Policies")),
        ("InstanceProfiles", count(|iam| iam.profiles().count())),
        ("InstanceProfilesQuota", quotas::most("InstanceProfiles")),
        ("AssumeRolePolicySizeQuota", trust_limit(world)),
    ];
    let entry =
        |(key, value): (&str, usize)| Element::new("entry").with_text("key", key).with_text("value", value);
    Ok(vec![entries.into_iter().map(entry).fold(Element::new("SummaryMap"), Element::with)])
}
