//! Parameters read back.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{broken_rule, present, read};
use crate::state::site::Site;
use crate::state::world::World;

use super::faults::{invalid, missing};
use super::naming;

/// Names of one GetParameters.
const MOST_NAMES: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetParameter {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetParameters {
    names: Vec<String>,
}

/// GetParameter.
pub(super) fn get(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: GetParameter = read(input)?;
    Ok(json!({ "Parameter": parameter(world, &Site::of(call), &input.name)? }))
}

/// GetParameters. Names that are not there are no error.
pub(super) fn get_several(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: GetParameters = read(input)?;
    if input.names.is_empty() || input.names.len() > MOST_NAMES {
        let names = format!("[{}]", input.names.join(", "));
        return Err(invalid(&broken_rule(&names, "names", "have length less than or equal to 10")));
    }
    let site = Site::of(call);
    let read = |name: &String| parameter(world, &site, name).map_err(|_| name.clone());
    let (found, unknown): (Vec<_>, Vec<_>) = input.names.iter().map(read).partition(Result::is_ok);
    let found: Vec<Value> = found.into_iter().flatten().collect();
    let unknown: Vec<String> = unknown.into_iter().filter_map(Result::err).collect();
    Ok(json!({ "Parameters": found, "InvalidParameters": unknown }))
}

fn parameter(world: &World, site: &Site, named: &str) -> Result<Value, Fault> {
    let (name, selector) = naming::plain(named);
    let held = world.parameter(site, &name).ok_or_else(missing)?;
    let chosen = match selector {
        None => held.versions.last_key_value(),
        Some(number) => number.parse().ok().and_then(|number| held.versions.get_key_value(&number)),
    };
    let (number, version) = chosen.ok_or_else(|| {
        let text = format!(
            "Systems Manager could not find version {} of {name}. Verify the version and try again.",
            selector.unwrap_or_default()
        );
        Fault::invalid("ParameterVersionNotFound", text)
    })?;
    // Milliseconds since 1970 are exact as a number of seconds for longer than anybody runs this.
    let modified = version.put_ms as f64 / 1_000.0;
    Ok(present(json!({
        "Name": name,
        "Type": held.kind,
        "Value": version.value,
        "Version": number,
        "Selector": selector.map(|selector| format!(":{selector}")),
        "LastModifiedDate": modified,
        "ARN": naming::arn(site, &name),
        "DataType": held.data_type,
    })))
}
