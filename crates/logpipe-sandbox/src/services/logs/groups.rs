//! Log groups.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{present, read};
use crate::state::site::Site;
use crate::state::world::World;

use super::pages::PageRequest;
use super::state::{LogGroup, group_arn};
use super::{rules, tags};

const CLASSES: [&str; 3] = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateLogGroup {
    log_group_name: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    log_group_class: Option<String>,
}

/// CreateLogGroup.
pub(super) fn create(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: CreateLogGroup = read(input)?;
    rules::check_group_name(&input.log_group_name)?;
    tags::check(&input.tags)?;
    let class = input.log_group_class.unwrap_or_else(|| "STANDARD".to_owned());
    check_class(&class)?;
    let created_ms = world.now_ms;
    let groups = &mut world.logs_mut(&Site::of(call)).groups;
    if groups.contains_key(&input.log_group_name) {
        return Err(rules::exists("log group"));
    }
    let group = LogGroup { class, tags: input.tags, ..LogGroup::new(created_ms) };
    groups.insert(input.log_group_name, group);
    Ok(Value::Null)
}

/// One of the classes that there are.
pub(super) fn check_class(class: &str) -> Result<(), Fault> {
    if CLASSES.contains(&class) {
        return Ok(());
    }
    Err(rules::broken(class, "logGroupClass", "satisfy enum value set"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteLogGroup {
    log_group_name: String,
}

/// DeleteLogGroup: with its streams and filters.
pub(super) fn delete(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DeleteLogGroup = read(input)?;
    let groups = &mut world.logs_mut(&Site::of(call)).groups;
    groups.remove(&input.log_group_name).map(|_| Value::Null).ok_or_else(rules::no_group)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeLogGroups {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    log_group_class: Option<String>,
    #[serde(default)]
    log_group_identifiers: Vec<String>,
    #[serde(flatten)]
    page: PageRequest,
}

impl DescribeLogGroups {
    fn selects(&self, site: &Site, name: &str, group: &LogGroup) -> bool {
        let identified =
            |text: &String| rules::group_of_identifier(site, text).is_some_and(|named| named == name);
        (self.log_group_identifiers.is_empty() || self.log_group_identifiers.iter().any(identified))
            && self.log_group_name_prefix.as_deref().is_none_or(|prefix| name.starts_with(prefix))
            && self.log_group_name_pattern.as_deref().is_none_or(|part| name.contains(part))
            && self.log_group_class.as_deref().is_none_or(|class| class == group.class)
    }
}

/// DescribeLogGroups.
pub(super) fn describe(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DescribeLogGroups = read(input)?;
    if input.log_group_name_prefix.is_some() && input.log_group_name_pattern.is_some() {
        return Err(rules::invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let site = Site::of(call);
    let cut = world.rng.cut();
    let groups = &world.logs_mut(&site).groups;
    let page = input.page.of(cut, groups.iter().filter(|(name, group)| input.selects(&site, name, group)))?;
    let shown: Vec<Value> = page.items.into_iter().map(|(name, group)| shown(&site, name, group)).collect();
    Ok(present(json!({ "logGroups": shown, "nextToken": page.next_token })))
}

fn shown(site: &Site, name: &str, group: &LogGroup) -> Value {
    let arn = group_arn(site, name);
    let messages = group.streams.values().flat_map(|stream| stream.events.values());
    let bytes: usize = messages.map(|event| event.message.len()).sum();
    present(json!({
        "logGroupName": name,
        "creationTime": group.created_ms,
        "retentionInDays": group.retention_days,
        "metricFilterCount": 0,
        "arn": format!("{arn}:*"),
        "storedBytes": bytes,
        "logGroupClass": group.class,
        "logGroupArn": arn,
    }))
}
