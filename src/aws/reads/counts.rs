//! What CloudWatch has counted of any metrics, many at once.

use std::time::SystemTime;

use aws_sdk_cloudwatch::types::DimensionFilter;

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;
use crate::aws::metric_data::{Query, each_value};

/// A metric, and what is made of the values of a period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    /// Its namespace, such as `AWS/Logs`.
    pub(crate) namespace: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// Names and values of its dimensions; all of them, or CloudWatch knows no such metric.
    pub(crate) dimensions: Vec<(String, String)>,
    /// What is made of the values of a period, in AWS's word.
    pub(crate) statistic: &'static str,
}

impl Asked {
    fn query(&self, period: i32) -> Query<'_> {
        let Self { namespace, name, dimensions, statistic } = self;
        let dimensions = dimensions.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Query { namespace, name, dimensions, statistic, period }
    }
}

/// What was counted of a metric.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Counts {
    /// All of it.
    pub(crate) sum: f64,
    /// The least value of a period, where there is any.
    pub(crate) least: Option<f64>,
    /// The value of the last period that has one.
    pub(crate) newest: Option<(i64, f64)>,
    /// When the last period began that has more than nothing, in seconds since 1970.
    pub(crate) last: Option<i64>,
}

impl Counts {
    fn add(&mut self, at: i64, value: f64) {
        self.sum += value;
        self.least = Some(self.least.map_or(value, |least| least.min(value)));
        if self.newest.is_none_or(|(newest, _)| newest <= at) {
            self.newest = Some((at, value));
        }
        if value > 0.0 {
            self.last = self.last.max(Some(at));
        }
    }
}

/// What was counted of each of these metrics between two times, in periods of so many seconds. A metric without data has
/// counted nothing, which is no error.
pub(crate) async fn counts(
    connection: &Connection,
    region: &Region,
    asked: &[Asked],
    span: (SystemTime, SystemTime),
    period: i32,
) -> Result<Vec<Counts>, CallError> {
    let queries: Vec<Query<'_>> = asked.iter().map(|asked| asked.query(period)).collect();
    let mut all = vec![Counts::default(); asked.len()];
    each_value(connection, region, &queries, span, |at, time, value| all[at].add(time, value)).await?;
    Ok(all)
}

/// The metrics of subscriptions of a name that CloudWatch Logs has counted anything of in the last two weeks (CloudWatch API
/// Reference, ListMetrics). Listed, because what a destination is called in `DestinationType` is not documented.
pub(crate) async fn of_subscriptions(
    connection: &Connection,
    region: &Region,
    filter: &str,
) -> Result<Vec<Asked>, CallError> {
    const NAMESPACE: &str = "AWS/Logs";
    let clients = connection.clients(Some(region));
    let named = DimensionFilter::builder().name("FilterName").value(filter).build();
    let call = clients.cloudwatch().list_metrics().namespace(NAMESPACE).dimensions(named);
    let pages =
        connection.pages("cloudwatch:ListMetrics", region, |token| call.clone().set_next_token(token).send());
    let metrics = pages.all(|page| page.metrics.unwrap_or_default()).await?.into_iter();
    let asked = metrics.filter_map(|metric| {
        let dimensions = metric.dimensions.unwrap_or_default().into_iter();
        let dimensions = dimensions.map(|dimension| Some((dimension.name?, dimension.value?)));
        Some(Asked {
            namespace: NAMESPACE,
            name: metric.metric_name?,
            dimensions: dimensions.collect::<Option<_>>()?,
            statistic: "Sum",
        })
    });
    Ok(asked.collect())
}
