//! The policy of a destination: who may send to it.

use serde::Deserialize;
use serde_json::Value;

use crate::access;
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::principals::PolicyText;
use crate::protocol::json::read;
use crate::services::Service;
use crate::state::site::Site;
use crate::state::world::World;
use logpipe_policy::PolicyKind;

use super::rules;
use super::state::{destination_arn, names_organization};

/// The longest policy, in bytes (CloudWatch Logs API Reference, PutDestinationPolicy).
const LONGEST: usize = 5_120;

/// How long a new policy may not be seen by those who subscribe, where that is left to chance.
const UNSEEN_MS: u64 = 15_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutDestinationPolicy {
    destination_name: String,
    access_policy: String,
    #[serde(default)]
    force_update: bool,
}

/// PutDestinationPolicy. There is no call that removes it.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: PutDestinationPolicy = read(input)?;
    if input.access_policy.len() > LONGEST {
        let rule = format!("have length less than or equal to {LONGEST}");
        return Err(rules::broken(&input.access_policy, "accessPolicy", &rule));
    }
    access::well_formed(&input.access_policy, PolicyKind::Resource, call.partition())
        .map_err(rules::invalid)?;
    let policy = PolicyText::resolve(world, &input.access_policy, Service::Logs).map_err(|principal| {
        rules::invalid(format!("Invalid principal in policy: \"AWS\":\"{principal}\""))
    })?;
    let site = Site::of(call);
    check_switch(world, &site, &input)?;
    let now_ms = world.now_ms;
    let seen_ms = now_ms + world.rng.between(0, 0, UNSEEN_MS);
    let destinations = &mut world.logs_mut(&site).destinations;
    let destination = destinations
        .get_mut(&input.destination_name)
        .ok_or_else(|| rules::missing("The specified destination does not exist."))?;
    let in_force = destination.policy_in_force(now_ms).cloned();
    destination.former_policy = Some((seen_ms, in_force)).filter(|_| seen_ms > now_ms);
    destination.policy = Some(policy);
    Ok(Value::Null)
}

/// A policy that turns from accounts to an organisation cuts off the filters that carry no role, so the caller has to
/// insist (CloudWatch Logs API Reference, PutDestinationPolicy). How AWS words the refusal is not documented.
fn check_switch(world: &World, site: &Site, input: &PutDestinationPolicy) -> Result<(), Fault> {
    let Some(destination) = world.logs_destination(site, &input.destination_name) else { return Ok(()) };
    let by_account = destination.policy.is_some() && !destination.admits_organization(world);
    let switches = by_account && names_organization(&input.access_policy) && !input.force_update;
    if !switches || !has_senders(world, &destination_arn(site, &input.destination_name)) {
        return Ok(());
    }
    Err(rules::invalid(
        "The access policy of a destination with subscription filters cannot be changed from account ids to an \
         organization unless forceUpdate is true. Update the subscription filters with a role first.",
    ))
}

/// Whether a subscription of any account sends to a destination.
fn has_senders(world: &World, arn: &str) -> bool {
    let regional = world.accounts.values().flat_map(|account| account.logs.values());
    regional.into_iter().any(|logs| {
        let filters = logs.groups.values().flat_map(|group| group.filters.values());
        let policies = logs.account_policies.values().map(|policy| &policy.filter);
        filters.chain(policies).any(|filter| filter.destination_arn == arn)
    })
}
