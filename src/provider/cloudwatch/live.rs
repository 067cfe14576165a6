//! An alarm as CloudWatch reports it.

use aws_sdk_cloudwatch::types::MetricAlarm;

use super::watched::{shown_metric, shown_query};
use crate::provider::tags::Tags;

/// A metric alarm as CloudWatch reports it, or what else has its name.
#[derive(Debug, Clone, Default)]
pub struct LiveAlarm {
    /// Whether it is one that watches other alarms.
    pub(super) composite: bool,
    pub(super) description: Option<String>,
    pub(crate) actions_enabled: Option<bool>,
    pub(super) ok_actions: Vec<String>,
    pub(super) alarm_actions: Vec<String>,
    pub(super) insufficient_data_actions: Vec<String>,
    /// What it watches.
    pub(super) watched: Option<String>,
    pub(super) comparison: Option<String>,
    pub(super) threshold: Option<f64>,
    pub(super) periods: Option<i32>,
    pub(super) datapoints: Option<i32>,
    pub(super) missing: Option<String>,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub(crate) state: Option<String>,
    pub(crate) tags: Tags,
}

impl LiveAlarm {
    /// One that watches other alarms.
    pub(super) fn composite() -> Self {
        Self { composite: true, ..Self::default() }
    }

    /// A metric alarm, without its tags.
    pub(super) fn of(alarm: MetricAlarm) -> Self {
        Self {
            composite: false,
            watched: watched(&alarm),
            description: alarm.alarm_description,
            actions_enabled: alarm.actions_enabled,
            ok_actions: alarm.ok_actions.unwrap_or_default(),
            alarm_actions: alarm.alarm_actions.unwrap_or_default(),
            insufficient_data_actions: alarm.insufficient_data_actions.unwrap_or_default(),
            comparison: alarm.comparison_operator.map(|operator| operator.as_str().to_owned()),
            threshold: alarm.threshold,
            // Without a number of its own, all of the periods have to be wrong (CloudWatch User Guide, "Evaluating an
            // alarm").
            datapoints: alarm.datapoints_to_alarm.or(alarm.evaluation_periods),
            periods: alarm.evaluation_periods,
            // What nobody sets is `missing` (CloudWatch API Reference, PutMetricAlarm).
            missing: Some(alarm.treat_missing_data.unwrap_or_else(|| "missing".to_owned())),
            state: alarm.state_value.map(|state| state.as_str().to_owned()),
            tags: Tags::new(),
        }
    }
}

/// What an alarm watches, with everything that makes it another metric than ours.
fn watched(alarm: &MetricAlarm) -> Option<String> {
    if let [query] = alarm.metrics()
        && let (Some(expression), None) = (query.expression(), query.account_id())
    {
        let period = query.period().or(alarm.period()).unwrap_or_default();
        return Some(shown_query(expression, period));
    }
    if !alarm.metrics().is_empty() {
        let ids: Vec<&str> = alarm.metrics().iter().filter_map(|query| query.id()).collect();
        return Some(format!("several metrics: {}", ids.join(", ")));
    }
    let name = alarm.metric_name()?;
    let dimensions = alarm.dimensions().iter();
    let mut dimensions: Vec<(&str, &str)> =
        dimensions.filter_map(|dimension| Some((dimension.name()?, dimension.value()?))).collect();
    dimensions.sort_unstable();
    let statistic = alarm.statistic().map(|statistic| statistic.as_str()).or(alarm.extended_statistic());
    let shown = shown_metric(
        (alarm.namespace().unwrap_or_default(), name),
        &dimensions,
        statistic.unwrap_or_default(),
        alarm.period().unwrap_or_default(),
    );
    Some(match alarm.unit() {
        Some(unit) => format!("{shown} in {unit}"),
        None => shown,
    })
}
