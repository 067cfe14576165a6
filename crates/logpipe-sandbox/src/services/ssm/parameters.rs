//! Parameters put and deleted.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::read;
use crate::state::site::Site;
use crate::state::world::World;

use super::faults::{invalid, missing};
use super::naming;
use super::state::{Parameter, Version};
use super::tags;
use super::tiers::Tier;
use crate::services::tags::Tag;

/// Versions that are kept of a parameter (Systems Manager User Guide, "Working with parameter versions").
const MOST_VERSIONS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutParameter {
    name: String,
    value: String,
    #[serde(rename = "Type")]
    kind: Option<String>,
    #[serde(default)]
    overwrite: bool,
    tier: Option<String>,
    data_type: Option<String>,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    name: String,
}

/// PutParameter: a new parameter, or with `Overwrite` a new version of one.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: PutParameter = read(input)?;
    naming::check(&input.name)?;
    if input.value.is_empty() {
        return Err(invalid("The following parameter value is invalid: it must not be empty."));
    }
    if input.overwrite && !input.tags.is_empty() {
        return Err(invalid(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please \
             remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or \
             RemoveTagsFromResource.",
        ));
    }
    if input.kind.as_deref() == Some("SecureString") {
        return Err(Fault::not_simulated("ssm", "PutParameter of a SecureString"));
    }
    let put_ms = world.now_ms;
    let parameters = world.parameters_mut(&Site::of(call));
    match parameters.get_mut(&input.name) {
        Some(_) if !input.overwrite => Err(Fault::invalid(
            "ParameterAlreadyExists",
            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        )),
        Some(held) => overwrite(held, input, put_ms),
        None => {
            let made = made(&input, put_ms)?;
            let answer = answer(1, made.tier);
            parameters.insert(input.name, made);
            Ok(answer)
        }
    }
}

fn made(input: &PutParameter, put_ms: u64) -> Result<Parameter, Fault> {
    let kind = input.kind.clone();
    let kind = kind.ok_or_else(|| invalid("A parameter type is required when you create a parameter."))?;
    Ok(Parameter {
        kind,
        tier: Tier::of(input.tier.as_deref(), &input.value, None)?,
        data_type: input.data_type.clone().unwrap_or_else(|| "text".to_owned()),
        description: input.description.clone(),
        versions: BTreeMap::from([(1, Version { value: input.value.clone(), put_ms })]),
        tags: tags::merged(&BTreeMap::new(), &input.tags)?,
    })
}

fn overwrite(held: &mut Parameter, input: PutParameter, put_ms: u64) -> Result<Value, Fault> {
    if input.kind.as_ref().is_some_and(|kind| *kind != held.kind) {
        let text = format!(
            "The parameter type cannot be changed from {} to {}.",
            held.kind,
            input.kind.unwrap_or_default()
        );
        return Err(Fault::invalid("HierarchyTypeMismatchException", text));
    }
    held.tier = Tier::of(input.tier.as_deref(), &input.value, Some(held.tier))?;
    held.description = input.description.or_else(|| held.description.take());
    let number = held.versions.keys().next_back().map_or(1, |last| last + 1);
    held.versions.insert(number, Version { value: input.value, put_ms });
    if held.versions.len() > MOST_VERSIONS {
        held.versions.pop_first();
    }
    Ok(answer(number, held.tier))
}

fn answer(version: u64, tier: Tier) -> Value {
    json!({ "Version": version, "Tier": tier.name() })
}

/// DeleteParameter.
pub(super) fn delete(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: Named = read(input)?;
    let (name, _) = naming::plain(&input.name);
    world.parameters_mut(&Site::of(call)).remove(&name).map(|_| json!({})).ok_or_else(missing)
}
