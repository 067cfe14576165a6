//! What CloudWatch has counted of any metrics, many at once.

use std::time::SystemTime;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, DimensionFilter, Metric, MetricDataQuery, MetricStat};

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;
use crate::aws::metrics::QUERIES_AT_ONCE;

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
    (from, to): (SystemTime, SystemTime),
    period: i32,
) -> Result<Vec<Counts>, CallError> {
    let clients = connection.clients(Some(region));
    let mut all = Vec::with_capacity(asked.len());
    for some in asked.chunks(QUERIES_AT_ONCE) {
        let queries = some.iter().enumerate().map(|(at, asked)| query(&format!("m{at}"), asked, period));
        let call = clients.cloudwatch().get_metric_data();
        let call = call.start_time(DateTime::from(from)).end_time(DateTime::from(to));
        let call = call.set_metric_data_queries(Some(queries.collect()));
        let mut pages = connection
            .pages("cloudwatch:GetMetricData", region, |token| call.clone().set_next_token(token).send());
        let mut found = vec![Counts::default(); some.len()];
        while let Some(page) = pages.next().await? {
            for result in page.metric_data_results.unwrap_or_default() {
                let at = result.id().and_then(|id| id.get(1..)?.parse::<usize>().ok());
                let Some(counts) = at.and_then(|at| found.get_mut(at)) else { continue };
                let points = result.timestamps().iter().map(DateTime::secs).zip(result.values());
                points.for_each(|(time, value)| counts.add(time, *value));
            }
        }
        all.extend(found);
    }
    Ok(all)
}

fn query(id: &str, asked: &Asked, period: i32) -> MetricDataQuery {
    let dimensions = asked.dimensions.iter();
    let dimensions =
        dimensions.map(|(name, value)| Dimension::builder().name(name).value(value).build()).collect();
    let metric = Metric::builder().namespace(asked.namespace).metric_name(&asked.name);
    let metric = metric.set_dimensions(Some(dimensions)).build();
    let stat = MetricStat::builder().metric(metric).period(period).stat(asked.statistic).build();
    MetricDataQuery::builder().id(id).metric_stat(stat).return_data(true).build()
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
