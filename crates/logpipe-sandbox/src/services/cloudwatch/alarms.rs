//! Alarms put, described and deleted.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::cbor::Item;
use crate::protocol::json::read;
use crate::services::tags::Tag;
use crate::state::site::Site;
use crate::state::world::World;

use super::evaluation;
use super::metrics::invalid;
use super::pages::Page;
use super::settings::{self, Query, Settings};
use super::state::{Alarm, arn};
use super::tags;

/// Alarms on a page of DescribeAlarms, and names in one DeleteAlarms (CloudWatch API Reference).
const MOST: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tagged {
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeAlarms {
    #[serde(default)]
    alarm_names: Vec<String>,
    alarm_name_prefix: Option<String>,
    state_value: Option<String>,
    max_records: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteAlarms {
    alarm_names: Vec<String>,
}

/// PutMetricAlarm: a new alarm, or all of an alarm's settings. Tags of one that is there stay as they are.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Item, Fault> {
    settings::check_followed(input)?;
    let settings: Settings = read(input)?;
    let Tagged { tags } = read(input)?;
    let site = Site::of(call);
    settings.check(&site)?;
    let now_ms = world.now_ms;
    let alarms = world.alarms_mut(&site);
    match alarms.get_mut(&settings.alarm_name) {
        Some(alarm) => (alarm.settings, alarm.updated_ms) = (settings, now_ms),
        None => {
            let tags = tags::merged(&BTreeMap::new(), &tags)?;
            let name = settings.alarm_name.clone();
            alarms.insert(name, Alarm { created_ms: now_ms, updated_ms: now_ms, settings, tags });
        }
    }
    Ok(Item::Map(Vec::new()))
}

/// DeleteAlarms: all of them, or none.
pub(super) fn delete(world: &mut World, call: &Call, input: &Value) -> Result<Item, Fault> {
    let input: DeleteAlarms = read(input)?;
    if input.alarm_names.len() > MOST {
        return Err(invalid("The collection AlarmNames must have at most 100 members."));
    }
    let alarms = world.alarms_mut(&Site::of(call));
    if let Some(name) = input.alarm_names.iter().find(|name| !alarms.contains_key(*name)) {
        return Err(Fault::missing("ResourceNotFound", format!("Could not find the alarm {name}.")));
    }
    alarms.retain(|name, _| !input.alarm_names.contains(name));
    Ok(Item::Map(Vec::new()))
}

/// DescribeAlarms. The sandbox makes no composite alarms.
pub(super) fn describe(world: &mut World, call: &Call, input: &Value) -> Result<Item, Fault> {
    let input: DescribeAlarms = read(input)?;
    if input.alarm_names.len() > MOST {
        return Err(invalid("The collection AlarmNames must have at most 100 members."));
    }
    let page = Page::of(world, input.next_token.as_deref(), input.max_records.unwrap_or(MOST).min(MOST))?;
    let site = Site::of(call);
    let meant = |name: &&String| {
        (input.alarm_names.is_empty() || input.alarm_names.contains(*name))
            && input.alarm_name_prefix.as_ref().is_none_or(|prefix| name.starts_with(prefix))
    };
    let alarms = world.alarms(&site).into_iter().flatten().filter(|(name, _)| meant(name));
    let described = alarms.map(|(name, alarm)| {
        let (state, reason) = evaluation::state(world, &site, alarm);
        (state, described(&site, name, alarm, state, reason))
    });
    let wanted = |state: &str| input.state_value.as_deref().is_none_or(|wanted| wanted == state);
    let items: Vec<Item> =
        described.filter(|(state, _)| wanted(state)).map(|(_, described)| described).collect();
    let (items, token) = page.cut(items);
    let mut members = vec![("MetricAlarms", Item::List(items)), ("CompositeAlarms", Item::List(Vec::new()))];
    members.extend(token.map(|token| ("NextToken", Item::Text(token))));
    Ok(Item::Map(members))
}

fn described(site: &Site, name: &str, alarm: &Alarm, state: &str, reason: &str) -> Item {
    let settings = &alarm.settings;
    let texts = |texts: &[String]| Item::List(texts.iter().map(Item::text).collect());
    let dimensions = settings.dimensions.iter().map(|dimension| {
        Item::Map(vec![("Name", Item::text(&dimension.name)), ("Value", Item::text(&dimension.value))])
    });
    let mut members = vec![
        ("AlarmName", Item::text(name)),
        ("AlarmArn", Item::text(arn(site, name))),
        ("ActionsEnabled", Item::Flag(settings.actions_enabled.unwrap_or(true))),
        ("OKActions", texts(&settings.ok_actions)),
        ("AlarmActions", texts(&settings.alarm_actions)),
        ("InsufficientDataActions", texts(&settings.insufficient_data_actions)),
        ("Dimensions", Item::List(dimensions.collect())),
        ("StateValue", Item::text(state)),
        ("StateReason", Item::text(reason)),
        ("AlarmConfigurationUpdatedTimestamp", Item::Time(alarm.updated_ms as f64 / 1_000.0)),
    ];
    let more = [
        ("AlarmDescription", settings.alarm_description.as_deref()),
        ("MetricName", settings.metric_name.as_deref()),
        ("Namespace", settings.namespace.as_deref()),
        ("Statistic", settings.statistic.as_deref()),
        ("TreatMissingData", settings.treat_missing_data.as_deref()),
        ("ComparisonOperator", settings.comparison_operator.map(|comparison| comparison.as_str())),
    ];
    members.extend(more.into_iter().filter_map(|(name, text)| Some((name, Item::text(text?)))));
    let numbers = [
        ("Period", settings.period),
        ("EvaluationPeriods", settings.evaluation_periods),
        ("DatapointsToAlarm", settings.datapoints_to_alarm),
    ];
    members.extend(numbers.into_iter().filter_map(|(name, number)| Some((name, Item::Whole(number?)))));
    members.extend(settings.threshold.map(|threshold| ("Threshold", Item::Number(threshold))));
    if !settings.metrics.is_empty() {
        members.push(("Metrics", Item::List(settings.metrics.iter().map(query).collect())));
    }
    Item::Map(members)
}

fn query(query: &Query) -> Item {
    let mut members = vec![("Id", Item::text(&query.id))];
    members.extend(query.expression.as_ref().map(|text| ("Expression", Item::text(text))));
    members.extend(query.period.map(|period| ("Period", Item::Whole(period))));
    members.push(("ReturnData", Item::Flag(query.return_data.unwrap_or(true))));
    Item::Map(members)
}
