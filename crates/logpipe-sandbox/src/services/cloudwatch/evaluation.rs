//! The state of an alarm, from the last periods that are over (CloudWatch User Guide, "Evaluating an alarm" and
//! "Configuring how CloudWatch alarms treat missing data").

use std::collections::BTreeMap;

use crate::state::site::Site;
use crate::state::world::World;

use super::metrics::{Metric, Span, Statistic};
use super::settings::Settings;
use super::state::Alarm;

/// From the making of an alarm until it is first evaluated.
const UNCHECKED_MS: u64 = 60_000;

/// Its state with the reason for it.
pub(super) fn state(world: &World, site: &Site, alarm: &Alarm) -> (&'static str, &'static str) {
    const UNKNOWN: &str = "INSUFFICIENT_DATA";
    if world.now_ms < alarm.created_ms + UNCHECKED_MS {
        return (UNKNOWN, "Unchecked: Initial alarm creation");
    }
    let settings = &alarm.settings;
    let (Some(comparison), Some(threshold)) = (settings.comparison_operator, settings.threshold) else {
        return (UNKNOWN, "Unchecked");
    };
    let periods = u64::try_from(settings.evaluation_periods.unwrap_or(1)).unwrap_or(1);
    let seconds = u64::try_from(settings.seconds()).unwrap_or(60).max(60);
    let end = world.now_ms / 1_000 / seconds * seconds;
    let start = end.saturating_sub(periods * seconds);
    let points = points(world, site, settings, (start, end), seconds);
    let missing = settings.treat_missing_data.as_deref().unwrap_or("missing");
    if points.is_empty() && missing == "missing" {
        return (UNKNOWN, "Insufficient Data: no datapoints were received.");
    }
    let times = (0..periods).map(|number| start + number * seconds);
    let breaching = times.filter(|time| match points.get(time) {
        Some(value) => comparison.breaches(*value, threshold),
        None => missing == "breaching",
    });
    let needed = settings.datapoints_to_alarm.or(settings.evaluation_periods).unwrap_or(1);
    if i64::try_from(breaching.count()).unwrap_or(i64::MAX) >= needed {
        ("ALARM", "Threshold Crossed: the datapoints were on the wrong side of the threshold or missing.")
    } else {
        ("OK", "Threshold Crossed: the datapoints were on the right side of the threshold or missing.")
    }
}

fn points(
    world: &World,
    site: &Site,
    settings: &Settings,
    (start, end): (u64, u64),
    seconds: u64,
) -> BTreeMap<u64, f64> {
    let Ok(span) = Span::new(start as f64, end as f64, seconds) else { return BTreeMap::new() };
    if let (Some(namespace), Some(name)) = (&settings.namespace, &settings.metric_name) {
        let metric = Metric {
            namespace: namespace.clone(),
            metric_name: name.clone(),
            dimensions: settings.dimensions.clone(),
        };
        let statistic = settings.statistic.as_deref().and_then(Statistic::named);
        return metric.points(world, site, span, statistic.unwrap_or(Statistic::Sum));
    }
    let values = settings.insights().map(|insights| insights.values(world, site)).unwrap_or_default();
    span.folded(values, Statistic::Sum)
}
