//! How long a log group keeps its events.

use serde::Deserialize;
use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::read;
use crate::state::site::Site;
use crate::state::world::World;

use super::rules;

/// The numbers of days that PutRetentionPolicy accepts (CloudWatch Logs API Reference).
const DAYS: [u64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Retention {
    log_group_name: String,
    retention_in_days: Option<u64>,
}

/// PutRetentionPolicy.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: Retention = read(input)?;
    let days = input.retention_in_days.unwrap_or_default();
    if !DAYS.contains(&days) {
        return Err(rules::broken(days, "retentionInDays", &format!("satisfy enum value set: {DAYS:?}")));
    }
    world.log_group_mut(&Site::of(call), &input.log_group_name)?.retention_days = Some(days);
    Ok(Value::Null)
}

/// DeleteRetentionPolicy: events are kept forever again.
pub(super) fn delete(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: Retention = read(input)?;
    world.log_group_mut(&Site::of(call), &input.log_group_name)?.retention_days = None;
    Ok(Value::Null)
}
