//! GetMetricData: many metrics at once.

use serde::Deserialize;
use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::cbor::Item;
use crate::protocol::json::read;
use crate::state::site::Site;
use crate::state::world::World;

use super::metrics::{Metric, Span, Statistic, invalid};
use super::pages::Page;

/// Queries of one call (CloudWatch API Reference, GetMetricData).
const MOST: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetMetricData {
    metric_data_queries: Vec<Query>,
    start_time: f64,
    end_time: f64,
    scan_by: Option<String>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    id: String,
    label: Option<String>,
    metric_stat: Option<MetricStat>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStat {
    metric: Metric,
    period: f64,
    stat: String,
}

/// GetMetricData. A page may hold few of the results, or none, together with a token.
pub(super) fn get(world: &mut World, call: &Call, input: &Value) -> Result<Item, Fault> {
    let input: GetMetricData = read(input)?;
    if input.metric_data_queries.is_empty() || input.metric_data_queries.len() > MOST {
        return Err(invalid("The collection MetricDataQueries must have a size between 1 and 500."));
    }
    let page = Page::of(world, input.next_token.as_deref(), MOST)?;
    let results = if page.is_empty() {
        Vec::new()
    } else {
        let site = Site::of(call);
        let all = input.metric_data_queries.iter();
        all.map(|query| result(world, &site, &input, query)).collect::<Result<Vec<_>, _>>()?
    };
    let (results, next) = page.cut(results);
    Ok(answer(results, next))
}

fn answer(results: Vec<Item>, next_token: Option<String>) -> Item {
    let mut members = vec![("MetricDataResults", Item::List(results)), ("Messages", Item::List(Vec::new()))];
    members.extend(next_token.map(|token| ("NextToken", Item::Text(token))));
    Item::Map(members)
}

fn result(world: &World, site: &Site, input: &GetMetricData, query: &Query) -> Result<Item, Fault> {
    let stat = query.metric_stat.as_ref();
    let known = stat.and_then(|stat| Some((stat, Statistic::named(&stat.stat)?)));
    let (stat, statistic) = known.ok_or_else(|| {
        let what = "GetMetricData of expressions, or of statistics other than Sum, Minimum and Maximum";
        Fault::not_simulated("cloudwatch", what)
    })?;
    let span = Span::new(input.start_time, input.end_time, stat.period as u64)?;
    let mut points: Vec<(u64, f64)> = stat.metric.points(world, site, span, statistic).into_iter().collect();
    if input.scan_by.as_deref() != Some("TimestampAscending") {
        points.reverse();
    }
    let (times, values) =
        points.into_iter().map(|(at, value)| (Item::Time(at as f64), Item::Number(value))).unzip();
    Ok(Item::Map(vec![
        ("Id", Item::text(&query.id)),
        ("Label", Item::text(query.label.as_deref().unwrap_or(stat.metric.name()))),
        ("Timestamps", Item::List(times)),
        ("Values", Item::List(values)),
        ("StatusCode", Item::text("Complete")),
    ]))
}
