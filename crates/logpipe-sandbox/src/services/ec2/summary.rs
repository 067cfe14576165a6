//! EC2 in numbers and names.

use serde_json::{Map, Value, json};

use super::state::{Ec2State, RegionalEc2};

/// Summarises EC2 in an account.
pub(crate) fn of(state: &Ec2State) -> Value {
    let regions = state.iter().map(|(region, regional)| (region.to_string(), instances(regional)));
    Value::Object(regions.collect())
}

fn instances(regional: &RegionalEc2) -> Value {
    let instance = regional.instances.iter().map(|(id, instance)| {
        let held: Vec<Value> = regional
            .of_instance(id)
            .map(|(_, held)| json!({ "profile": held.profile_arn, "state": held.state }))
            .collect();
        let shown = json!({ "name": instance.tags.get("Name"), "state": instance.state, "profiles": held });
        (id.clone(), shown)
    });
    Value::Object(instance.collect::<Map<_, _>>())
}
