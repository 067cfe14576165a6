//! The values of CloudWatch's metrics, as many metrics at once as a call answers for.

use std::time::SystemTime;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;

/// Most metrics that one call answers for (CloudWatch API Reference, GetMetricData).
const AT_ONCE: usize = 500;

/// A metric, and what is made of the values of a period.
#[derive(Debug, Clone)]
pub(crate) struct Query<'a> {
    /// Its namespace, such as `AWS/Logs`.
    pub(crate) namespace: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// Names and values of its dimensions; all of them, or CloudWatch knows no such metric.
    pub(crate) dimensions: Vec<(&'a str, &'a str)>,
    /// What is made of the values of a period, in AWS's word.
    pub(crate) statistic: &'a str,
    /// Seconds of a period.
    pub(crate) period: i32,
}

/// Hands on each value between two times: the place of its query among `queries`, the second since 1970 at which its period
/// began, and the value. A metric without data has none, which is no error.
pub(crate) async fn each_value(
    connection: &Connection,
    region: &Region,
    queries: &[Query<'_>],
    (from, to): (SystemTime, SystemTime),
    mut found: impl FnMut(usize, i64, f64),
) -> Result<(), CallError> {
    let clients = connection.clients(Some(region));
    for (part, some) in queries.chunks(AT_ONCE).enumerate() {
        let asked = some.iter().enumerate().map(|(at, query)| asked(&format!("m{at}"), query));
        let call = clients.cloudwatch().get_metric_data();
        let call = call.start_time(DateTime::from(from)).end_time(DateTime::from(to));
        let call = call.set_metric_data_queries(Some(asked.collect()));
        let mut pages = connection
            .pages("cloudwatch:GetMetricData", region, |token| call.clone().set_next_token(token).send());
        while let Some(page) = pages.next().await? {
            for result in page.metric_data_results.unwrap_or_default() {
                let at = result.id().and_then(|id| id.strip_prefix('m')?.parse::<usize>().ok());
                let Some(at) = at.filter(|at| *at < some.len()) else { continue };
                let points = result.timestamps().iter().map(DateTime::secs).zip(result.values());
                points.for_each(|(time, value)| found(part * AT_ONCE + at, time, *value));
            }
        }
    }
    Ok(())
}

fn asked(id: &str, query: &Query<'_>) -> MetricDataQuery {
    let dimensions = query.dimensions.iter();
    let dimensions = dimensions.map(|(name, value)| Dimension::builder().name(*name).value(*value).build());
    let metric = Metric::builder().namespace(query.namespace).metric_name(query.name);
    let metric = metric.set_dimensions(Some(dimensions.collect())).build();
    let stat = MetricStat::builder().metric(metric).period(query.period).stat(query.statistic).build();
    MetricDataQuery::builder().id(id).metric_stat(stat).return_data(true).build()
}
