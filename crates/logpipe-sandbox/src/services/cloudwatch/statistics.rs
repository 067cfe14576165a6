//! GetMetricStatistics: one metric.

use serde::Deserialize;
use serde_json::Value;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::cbor::Item;
use crate::protocol::json::read;
use crate::state::site::Site;
use crate::state::world::World;

use super::metrics::{Metric, Span, Statistic};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetMetricStatistics {
    #[serde(flatten)]
    metric: Metric,
    start_time: f64,
    end_time: f64,
    period: f64,
    #[serde(default)]
    statistics: Vec<String>,
}

/// GetMetricStatistics.
pub(super) fn get(world: &mut World, call: &Call, input: &Value) -> Result<Item, Fault> {
    let input: GetMetricStatistics = read(input)?;
    if input.statistics != ["Sum"] {
        return Err(Fault::not_simulated("cloudwatch", "GetMetricStatistics of anything but Sum"));
    }
    let span = Span::new(input.start_time, input.end_time, input.period as u64)?;
    let sums = input.metric.points(world, &Site::of(call), span, Statistic::Sum).into_iter();
    let points = sums.map(|(at, sum)| {
        Item::Map(vec![
            ("Timestamp", Item::Time(at as f64)),
            ("Sum", Item::Number(sum)),
            ("Unit", Item::text(input.metric.unit())),
        ])
    });
    let points = points.collect();
    Ok(Item::Map(vec![("Label", Item::text(input.metric.name())), ("Datapoints", Item::List(points))]))
}
