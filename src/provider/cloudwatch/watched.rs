//! What an alarm watches, and when it goes off.

use aws_sdk_cloudwatch::types::{ComparisonOperator, Dimension, MetricDataQuery, Statistic};

/// What is watched, as one value a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// One metric with one dimension.
    Metric {
        /// Its namespace, such as `AWS/Firehose`.
        namespace: &'static str,
        /// Its name.
        name: &'static str,
        /// The name of its dimension.
        dimension: &'static str,
        /// What that is.
        of: String,
        /// What is made of the values of a period, in AWS's word.
        statistic: &'static str,
    },
    /// What a Metrics Insights query gives, over all metrics that it finds at the moment of each look (CloudWatch User
    /// Guide, "Create a CloudWatch alarm based on a Metrics Insights query").
    Query(String),
}

/// The id of the one query of an alarm: letters, digits and `_`, with a lower-case letter first.
pub const QUERY: &str = "watched";

impl Watched {
    /// How a plan shows it, so that two are the same when they watch the same.
    pub(super) fn shown(&self, period: i32) -> String {
        match self {
            Self::Metric { namespace, name, dimension, of, statistic } => {
                shown_metric((namespace, name), &[(dimension, of)], statistic, period)
            }
            Self::Query(query) => shown_query(query, period),
        }
    }

    /// The query, as an alarm takes it.
    pub(super) fn query(&self, period: i32) -> Option<MetricDataQuery> {
        let Self::Query(query) = self else { return None };
        let query = MetricDataQuery::builder().id(QUERY).expression(query).period(period);
        Some(query.return_data(true).build())
    }

    /// The dimension of a metric.
    pub(super) fn dimension(&self) -> Option<Dimension> {
        let Self::Metric { dimension, of, .. } = self else { return None };
        Some(Dimension::builder().name(*dimension).value(of).build())
    }

    /// Namespace, name and statistic of a metric.
    pub(super) fn metric(&self) -> Option<(&'static str, &'static str, Statistic)> {
        let Self::Metric { namespace, name, statistic, .. } = self else { return None };
        Some((namespace, name, Statistic::from(*statistic)))
    }
}

/// A metric, its dimensions in the order of their names, what is made of its values, and over how many seconds.
pub(super) fn shown_metric(
    (namespace, name): (&str, &str),
    dimensions: &[(&str, &str)],
    statistic: &str,
    period: i32,
) -> String {
    let dimensions: Vec<String> = dimensions.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{statistic} of {namespace} {name} ({}) over {period} s", dimensions.join(", "))
}

/// A query, and over how many seconds.
pub(super) fn shown_query(query: &str, period: i32) -> String {
    format!("{query} over {period} s")
}

/// When an alarm goes off: as soon as each of so many periods is over or under the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Which side of the threshold is the wrong one.
    pub wrong: Wrong,
    /// The threshold, in the unit of what is watched.
    pub threshold: u32,
    /// Seconds of a period.
    pub period: i32,
    /// How many periods.
    pub periods: i32,
    /// What a period without a value counts as.
    pub missing: Missing,
}

/// The wrong side of a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// What is greater.
    Above,
    /// What is less.
    Below,
}

impl Wrong {
    /// AWS's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Above => "GreaterThanThreshold",
            Self::Below => "LessThanThreshold",
        }
    }

    pub(super) fn operator(self) -> ComparisonOperator {
        ComparisonOperator::from(self.as_str())
    }
}

/// What a period without a value counts as (CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// On the wrong side: what says nothing is dead.
    Breaching,
    /// On the right side: nothing happened that it counts.
    NotBreaching,
}

impl Missing {
    /// AWS's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaching => "breaching",
            Self::NotBreaching => "notBreaching",
        }
    }
}

/// A text in a Metrics Insights query, in single quotes (CloudWatch User Guide, "Query components and syntax"). CloudWatch
/// Logs turns what is not ASCII in a filter's name into `?` ("Monitoring usage with CloudWatch metrics").
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for letter in text.chars() {
        match letter {
            '\'' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_ascii() => quoted.push(letter),
            _ => quoted.push('?'),
        }
    }
    quoted + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_query_ends_where_it_ends() {
        let check = |text: &str, expect: &str| assert_eq!(quoted(text), expect);
        check("central-logs", "'central-logs'");
        check("it's", r"'it\'s'");
        check(r"a\", r"'a\\'");
        check("ログ", "'??'");
    }
}
