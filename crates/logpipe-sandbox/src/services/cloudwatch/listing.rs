//! ListMetrics: which metrics subscriptions have.

use serde::Deserialize;
use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::cbor::Item;
use crate::protocol::json::read;
use crate::state::site::Site;
use crate::state::world::World;

use super::forwarding::{self, OF_SUBSCRIPTIONS};
use super::metrics::LOGS;
use super::pages::Page;

/// Metrics on a page (CloudWatch API Reference, ListMetrics).
const MOST: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListMetrics {
    namespace: Option<String>,
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<Filter>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    name: String,
    value: Option<String>,
}

/// ListMetrics, of subscriptions alone.
pub(super) fn list(world: &mut World, call: &Call, input: &Value) -> Result<Item, Fault> {
    let input: ListMetrics = read(input)?;
    if input.namespace.as_deref() != Some(LOGS) || input.dimensions.is_empty() {
        return Err(Fault::not_simulated("cloudwatch", "ListMetrics of anything but subscriptions"));
    }
    let page = Page::of(world, input.next_token.as_deref(), MOST)?;
    let site = Site::of(call);
    let meant = |series: &forwarding::Series<'_>| {
        input.dimensions.iter().all(|filter| {
            let found = series.dimension(&filter.name);
            found.is_some() && filter.value.as_deref().is_none_or(|value| found == Some(value))
        })
    };
    let series = forwarding::series(world, &site).filter(meant);
    let names: Vec<&str> = OF_SUBSCRIPTIONS
        .into_iter()
        .filter(|name| input.metric_name.as_deref().is_none_or(|wanted| wanted == *name))
        .collect();
    let counted = series.flat_map(|series| {
        let named = names.iter().filter(|name| !series.values(name).is_empty());
        named.map(|name| metric(name, &series)).collect::<Vec<_>>()
    });
    let items = counted.collect();
    let (items, token) = page.cut(items);
    let mut members = vec![("Metrics", Item::List(items))];
    members.extend(token.map(|token| ("NextToken", Item::Text(token))));
    Ok(Item::Map(members))
}

fn metric(name: &str, series: &forwarding::Series<'_>) -> Item {
    let dimensions = series.dimensions.iter();
    let dimensions = dimensions
        .map(|(name, value)| Item::Map(vec![("Name", Item::text(*name)), ("Value", Item::text(*value))]));
    Item::Map(vec![
        ("Namespace", Item::text(LOGS)),
        ("MetricName", Item::text(name)),
        ("Dimensions", Item::List(dimensions.collect())),
    ])
}
