//! The policy of a destination: who may send to it.

use serde::Deserialize;
use serde_json::Value;

use crate::sandbox::dispatch::Call;
use crate::sandbox::fault::Fault;
use crate::sandbox::json::read;
use crate::sandbox::principals::PolicyText;
use crate::sandbox::site::Site;
use crate::sandbox::world::World;

use super::rules;

/// The longest policy, in bytes (CloudWatch Logs API Reference, PutDestinationPolicy).
const LONGEST: usize = 5_120;

/// `forceUpdate` is a member too. It only matters for organizations, which the sandbox does not simulate.
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
    let document: Value = serde_json::from_str(&input.access_policy).unwrap_or_default();
    if document.get("Statement").is_none() {
        return Err(rules::invalid("The access policy is not a valid policy document."));
    }
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
