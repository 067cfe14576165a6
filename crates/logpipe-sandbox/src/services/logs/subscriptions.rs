//! Subscription filters: which events of a group go where.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::delivery::{Origin, Route};
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{present, read};
use crate::state::site::Site;
use crate::state::world::World;

use super::pages::PageRequest;
use super::state::{LogGroup, SubscriptionFilter, group_arn};
use super::system_fields::SystemFields;
use super::{pattern, routes, rules};

/// Subscription filters per log group (CloudWatch Logs User Guide, "CloudWatch Logs quotas").
const MOST_FILTERS: usize = 2;
/// What a destination must allow those who subscribe to it.
pub(crate) const FILTER_ACTIONS: [&str; 1] = ["logs:PutSubscriptionFilter"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutSubscriptionFilter {
    log_group_name: String,
    filter_name: String,
    filter_pattern: String,
    destination_arn: String,
    role_arn: Option<String>,
    distribution: Option<String>,
    #[serde(flatten)]
    system_fields: SystemFields,
}

/// PutSubscriptionFilter: made or replaced, once a test message has got through.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: PutSubscriptionFilter = read(input)?;
    rules::check_name(&input.filter_name, "filterName")?;
    let distribution = checked_distribution(input.distribution.as_deref())?;
    input.system_fields.check()?;
    let site = Site::of(call);
    check_group(world.log_group(&site, &input.log_group_name)?, &input.filter_name)?;
    pattern::compile(&input.filter_pattern)?;
    let origin = Origin { site: site.clone(), arn: group_arn(&site, &input.log_group_name) };
    let route =
        Route { arn: &input.destination_arn, role: input.role_arn.as_deref(), actions: &FILTER_ACTIONS };
    routes::open(world, &origin, route)?;
    let created_ms = world.now_ms;
    let filters = &mut world.log_group_mut(&site, &input.log_group_name)?.filters;
    let (forwarded, refused) = filters
        .remove(&input.filter_name)
        .map_or((0, BTreeMap::new()), |replaced| (replaced.forwarded, replaced.refused));
    let filter = SubscriptionFilter {
        created_ms,
        pattern: input.filter_pattern,
        destination_arn: input.destination_arn,
        role_arn: input.role_arn,
        distribution,
        system_fields: input.system_fields,
        forwarded,
        refused,
    };
    filters.insert(input.filter_name, filter);
    Ok(Value::Null)
}

/// The distribution of a subscription: as asked for, else by log stream.
pub(super) fn checked_distribution(distribution: Option<&str>) -> Result<String, Fault> {
    match distribution.unwrap_or("ByLogStream") {
        known @ ("ByLogStream" | "Random") => Ok(known.to_owned()),
        other => Err(rules::broken(other, "distribution", "satisfy enum value set: [Random, ByLogStream]")),
    }
}

/// Reading them is refused as setting them is (turbot/steampipe-plugin-aws#2758).
fn check_class(group: &LogGroup) -> Result<(), Fault> {
    if group.class == "STANDARD" {
        return Ok(());
    }
    let text = format!("Subscription filters are not supported for log groups of class {}.", group.class);
    Err(Fault::invalid("ValidationException", text))
}

fn check_group(group: &LogGroup, filter: &str) -> Result<(), Fault> {
    check_class(group)?;
    if group.filters.len() >= MOST_FILTERS && !group.filters.contains_key(filter) {
        return Err(Fault::invalid("LimitExceededException", "Resource limit exceeded."));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeSubscriptionFilters {
    log_group_name: String,
    #[serde(default)]
    filter_name_prefix: String,
    #[serde(flatten)]
    page: PageRequest,
}

/// DescribeSubscriptionFilters: of one log group.
pub(super) fn describe(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DescribeSubscriptionFilters = read(input)?;
    let cut = world.rng.cut();
    let group = world.log_group(&Site::of(call), &input.log_group_name)?;
    check_class(group)?;
    let filters = &group.filters;
    let page =
        input.page.of(cut, filters.iter().filter(|(name, _)| name.starts_with(&input.filter_name_prefix)))?;
    let shown: Vec<Value> =
        page.items.into_iter().map(|(name, filter)| shown(&input.log_group_name, name, filter)).collect();
    Ok(present(json!({ "subscriptionFilters": shown, "nextToken": page.next_token })))
}

fn shown(group: &str, name: &str, filter: &SubscriptionFilter) -> Value {
    let mut shown = json!({
        "filterName": name,
        "logGroupName": group,
        "filterPattern": filter.pattern,
        "destinationArn": filter.destination_arn,
        "roleArn": filter.role_arn,
        "distribution": filter.distribution,
        "creationTime": filter.created_ms,
    });
    if let (Value::Object(members), Value::Object(fields)) = (&mut shown, json!(filter.system_fields)) {
        members.extend(fields);
    }
    present(shown)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteSubscriptionFilter {
    log_group_name: String,
    filter_name: String,
}

/// DeleteSubscriptionFilter.
pub(super) fn delete(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DeleteSubscriptionFilter = read(input)?;
    let filters = &mut world.log_group_mut(&Site::of(call), &input.log_group_name)?.filters;
    filters
        .remove(&input.filter_name)
        .map(|_| Value::Null)
        .ok_or_else(|| rules::missing("The specified subscription filter does not exist."))
}
