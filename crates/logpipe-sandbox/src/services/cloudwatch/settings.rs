//! What PutMetricAlarm is given, and what it refuses (CloudWatch API Reference, PutMetricAlarm).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::faults::fault::Fault;
use crate::state::site::Site;

use super::insights::Insights;
use super::metrics::{Dimension, Statistic, invalid};

/// Actions of one state (CloudWatch User Guide, "CloudWatch service quotas").
const MOST_ACTIONS: usize = 5;
const DAY: i64 = 86_400;

/// The members that an alarm keeps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Settings {
    pub(super) alarm_name: String,
    pub(super) alarm_description: Option<String>,
    pub(super) actions_enabled: Option<bool>,
    #[serde(default, rename = "OKActions")]
    pub(super) ok_actions: Vec<String>,
    #[serde(default)]
    pub(super) alarm_actions: Vec<String>,
    #[serde(default)]
    pub(super) insufficient_data_actions: Vec<String>,
    pub(super) metric_name: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) statistic: Option<String>,
    #[serde(default)]
    pub(super) dimensions: Vec<Dimension>,
    pub(super) period: Option<i64>,
    pub(super) evaluation_periods: Option<i64>,
    pub(super) datapoints_to_alarm: Option<i64>,
    pub(super) threshold: Option<f64>,
    pub(super) comparison_operator: Option<Comparison>,
    pub(super) treat_missing_data: Option<String>,
    #[serde(default)]
    pub(super) metrics: Vec<Query>,
}

/// One of the metrics or expressions of an alarm.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Query {
    pub(super) id: String,
    pub(super) expression: Option<String>,
    pub(super) period: Option<i64>,
    #[serde(default)]
    pub(super) metric_stat: Option<Value>,
    pub(super) return_data: Option<bool>,
}

/// How a value is compared with the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::enum_variant_names, reason = "CloudWatch calls them so")]
pub(super) enum Comparison {
    GreaterThanOrEqualToThreshold,
    GreaterThanThreshold,
    LessThanThreshold,
    LessThanOrEqualToThreshold,
}

impl Comparison {
    /// Whether a value is on the wrong side.
    pub(super) fn breaches(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::GreaterThanOrEqualToThreshold => value >= threshold,
            Self::GreaterThanThreshold => value > threshold,
            Self::LessThanThreshold => value < threshold,
            Self::LessThanOrEqualToThreshold => value <= threshold,
        }
    }

    /// AWS's word.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::GreaterThanOrEqualToThreshold => "GreaterThanOrEqualToThreshold",
            Self::GreaterThanThreshold => "GreaterThanThreshold",
            Self::LessThanThreshold => "LessThanThreshold",
            Self::LessThanOrEqualToThreshold => "LessThanOrEqualToThreshold",
        }
    }
}

/// What a call can say that nothing here follows.
const NOT_FOLLOWED: [&str; 6] = [
    "EvaluationCriteria",
    "EvaluationWindow",
    "ExtendedStatistic",
    "ThresholdMetricId",
    "Unit",
    "WarmUpConfiguration",
];

/// Refuses what the sandbox would take and not follow.
pub(super) fn check_followed(input: &Value) -> Result<(), Fault> {
    match NOT_FOLLOWED.into_iter().find(|name| input.get(name).is_some_and(|value| !value.is_null())) {
        Some(name) => Err(Fault::not_simulated("cloudwatch", &format!("PutMetricAlarm with {name}"))),
        None => Ok(()),
    }
}

impl Settings {
    /// Refuses what AWS refuses.
    pub(super) fn check(&self, site: &Site) -> Result<(), Fault> {
        if self.alarm_name.is_empty() || self.alarm_name.chars().count() > 255 {
            return Err(invalid("The parameter AlarmName must be from 1 to 255 characters long."));
        }
        self.check_watched()?;
        if self.comparison_operator.is_none() || self.threshold.is_none() {
            return Err(invalid("The parameters ComparisonOperator and Threshold are required."));
        }
        self.check_periods()?;
        match self.treat_missing_data.as_deref() {
            None | Some("breaching" | "notBreaching" | "missing") => {}
            Some("ignore") => {
                return Err(Fault::not_simulated(
                    "cloudwatch",
                    "PutMetricAlarm with TreatMissingData ignore",
                ));
            }
            Some(_) => return Err(invalid("The value for TreatMissingData is not valid.")),
        }
        for actions in [&self.alarm_actions, &self.ok_actions, &self.insufficient_data_actions] {
            check_actions(actions, site)?;
        }
        Ok(())
    }

    fn check_watched(&self) -> Result<(), Fault> {
        let single = self.metric_name.is_some();
        if single != self.metrics.is_empty() {
            return Err(invalid("Exactly one of the parameters MetricName and Metrics must be specified."));
        }
        if single {
            let known = self.statistic.as_deref().map(Statistic::named);
            return match (known, &self.namespace) {
                (Some(Some(_)), Some(_)) => Ok(()),
                (Some(None), _) => {
                    Err(Fault::not_simulated("cloudwatch", "PutMetricAlarm of that statistic"))
                }
                _ => Err(invalid("The parameters Namespace and Statistic are required with MetricName.")),
            };
        }
        if self.namespace.is_some() || self.statistic.is_some() || self.period.is_some() {
            return Err(invalid(
                "The parameters Namespace, Dimensions, Period, Unit, Statistic and ExtendedStatistic must not be used with Metrics.",
            ));
        }
        self.insights().map(drop)
    }

    /// The query that it watches, where that is no single metric.
    pub(super) fn insights(&self) -> Result<Insights, Fault> {
        let [query] = self.metrics.as_slice() else {
            return Err(Fault::not_simulated("cloudwatch", "PutMetricAlarm of several metrics"));
        };
        if query.metric_stat.as_ref().is_some_and(|stat| !stat.is_null()) {
            return Err(Fault::not_simulated("cloudwatch", "PutMetricAlarm with a MetricStat"));
        }
        Insights::read(query.expression.as_deref().unwrap_or_default())
    }

    /// Seconds of a period.
    pub(super) fn seconds(&self) -> i64 {
        let of_query = self.metrics.first().and_then(|query| query.period);
        self.period.or(of_query).unwrap_or_default()
    }

    fn check_periods(&self) -> Result<(), Fault> {
        let (seconds, periods) = (self.seconds(), self.evaluation_periods.unwrap_or_default());
        if seconds < 60 || seconds % 60 != 0 {
            return Err(invalid("The parameter Period must be a multiple of 60."));
        }
        if periods < 1 {
            return Err(invalid("The parameter EvaluationPeriods must be greater than or equal to 1."));
        }
        if self.datapoints_to_alarm.is_some_and(|count| count < 1 || count > periods) {
            return Err(invalid(
                "The parameter DatapointsToAlarm must be from 1 to the value of EvaluationPeriods.",
            ));
        }
        let longest = if seconds < 3_600 { DAY } else { 7 * DAY };
        if seconds * periods > longest {
            return Err(invalid(&format!(
                "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= {longest})."
            )));
        }
        Ok(())
    }
}

/// Topics, each of the region of the alarm. Whether one is there is seen when it is told.
fn check_actions(actions: &[String], site: &Site) -> Result<(), Fault> {
    if actions.len() > MOST_ACTIONS {
        return Err(invalid("The collection of actions must have at most 5 members."));
    }
    for action in actions {
        let (there, _) = Site::of_arn(action, "sns")
            .ok_or_else(|| invalid(&format!("Invalid alarm action {action} specified.")))?;
        if there.region != site.region {
            return Err(invalid(&format!(
                "Invalid region {} specified. Only {} is supported.",
                there.region, site.region
            )));
        }
    }
    Ok(())
}
