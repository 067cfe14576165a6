//! The policy of a destination: who may send to it.

use serde::Deserialize;
use serde_json::Value;

use crate::policy::PolicyKind;
use crate::sandbox::access;
use crate::sandbox::dispatch::Call;
use crate::sandbox::fault::Fault;
use crate::sandbox::json::read;
use crate::sandbox::principals::PolicyText;
use crate::sandbox::site::Site;
use crate::sandbox::world::World;

use super::rules;

/// The longest policy, in bytes (CloudWatch Logs API Reference, PutDestinationPolicy).
const LONGEST: usize = 5_120;

/// `forceUpdate` is a member too. What AWS does without it, when a policy turns from accounts to an organization, is
/// not documented, so it makes no difference here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutDestinationPolicy {
    destination_name: String,
    access_policy: String,
}

/// PutDestinationPolicy. There is no call that removes it.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: PutDestinationPolicy = read(input)?;
    if input.access_policy.len() > LONGEST {
        let rule = format!("have length less than or equal to {LONGEST}");
        return Err(rules::broken(&input.access_policy, "accessPolicy", &rule));
    }
    access::well_formed(&input.access_policy, PolicyKind::Resource).map_err(rules::invalid)?;
    let policy = PolicyText::resolve(world, &input.access_policy).map_err(|principal| {
        rules::invalid(format!("Invalid principal in policy: \"AWS\":\"{principal}\""))
    })?;
    let destinations = &mut world.logs_mut(&Site::of(call)).destinations;
    let destination = destinations
        .get_mut(&input.destination_name)
        .ok_or_else(|| rules::missing("The specified destination does not exist."))?;
    destination.policy = Some(policy);
    Ok(Value::Null)
}
