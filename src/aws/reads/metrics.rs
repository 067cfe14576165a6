//! CloudWatch's metrics of log groups.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;

/// Most metrics that one call answers for (CloudWatch API Reference, GetMetricData), two for each log group.
const GROUPS_AT_ONCE: usize = 250;

/// One sum a day.
const PERIOD: i32 = 86_400;

/// Bytes and events that were written to a log group.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Incoming {
    /// Bytes of messages.
    pub(crate) bytes: f64,
    /// Events.
    pub(crate) events: f64,
}

/// What was written to log groups between two times, all of them together.
pub(crate) async fn incoming(
    connection: &Connection,
    region: &Region,
    groups: &[String],
    (from, to): (SystemTime, SystemTime),
) -> Result<Incoming, CallError> {
    let clients = connection.clients(Some(region));
    let mut sums: BTreeMap<bool, f64> = BTreeMap::new();
    for some in groups.chunks(GROUPS_AT_ONCE) {
        let queries = some.iter().enumerate().flat_map(|(at, group)| {
            [
                query(&format!("b{at}"), "IncomingBytes", group),
                query(&format!("e{at}"), "IncomingLogEvents", group),
            ]
        });
        let call = clients.cloudwatch().get_metric_data();
        let call = call.start_time(DateTime::from(from)).end_time(DateTime::from(to));
        let call = call.set_metric_data_queries(Some(queries.collect()));
        let mut pages = connection
            .pages("cloudwatch:GetMetricData", region, |token| call.clone().set_next_token(token).send());
        while let Some(page) = pages.next().await? {
            for result in page.metric_data_results.unwrap_or_default() {
                let is_bytes = result.id().is_some_and(|id| id.starts_with('b'));
                *sums.entry(is_bytes).or_default() += result.values().iter().sum::<f64>();
            }
        }
    }
    let sum = |bytes| sums.get(&bytes).copied().unwrap_or_default();
    Ok(Incoming { bytes: sum(true), events: sum(false) })
}

fn query(id: &str, name: &str, group: &str) -> MetricDataQuery {
    let dimension = Dimension::builder().name("LogGroupName").value(group).build();
    let metric = Metric::builder().namespace("AWS/Logs").metric_name(name).dimensions(dimension).build();
    let stat = MetricStat::builder().metric(metric).period(PERIOD).stat("Sum").build();
    MetricDataQuery::builder().id(id).metric_stat(stat).return_data(true).build()
}

/// The time this many days before.
pub(crate) fn days_before(time: SystemTime, days: u64) -> SystemTime {
    time.checked_sub(Duration::from_secs(days * 86_400)).unwrap_or(time)
}
