//! CloudWatch's metrics of log groups and streams.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;

/// Most metrics that one call answers for (CloudWatch API Reference, GetMetricData).
pub(crate) const QUERIES_AT_ONCE: usize = 500;

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
    span: (SystemTime, SystemTime),
) -> Result<Incoming, CallError> {
    let [bytes, events] =
        sums(connection, region, ["IncomingBytes", "IncomingLogEvents"], groups, span).await?;
    Ok(Incoming { bytes: bytes.iter().sum(), events: events.iter().sum() })
}

/// The bytes that were written to each of these log groups between two times, in their order.
pub(crate) async fn incoming_bytes(
    connection: &Connection,
    region: &Region,
    groups: &[String],
    span: (SystemTime, SystemTime),
) -> Result<Vec<f64>, CallError> {
    let [bytes] = sums(connection, region, ["IncomingBytes"], groups, span).await?;
    Ok(bytes)
}

/// The sum of each metric for each of these log groups, in their order.
async fn sums<const METRICS: usize>(
    connection: &Connection,
    region: &Region,
    metrics: [&str; METRICS],
    groups: &[String],
    (from, to): (SystemTime, SystemTime),
) -> Result<[Vec<f64>; METRICS], CallError> {
    let clients = connection.clients(Some(region));
    let mut sums = metrics.map(|_| vec![0.0; groups.len()]);
    let at_once = QUERIES_AT_ONCE / METRICS.max(1);
    for (part, some) in groups.chunks(at_once).enumerate() {
        let queries = some.iter().enumerate().flat_map(|(at, group)| {
            let of = move |(metric, name): (usize, &str)| {
                let dimension = ("LogGroupName", group.as_str());
                query(&format!("m{metric}_{at}"), ("AWS/Logs", name), dimension, ("Sum", PERIOD))
            };
            metrics.into_iter().enumerate().map(of)
        });
        let call = clients.cloudwatch().get_metric_data();
        let call = call.start_time(DateTime::from(from)).end_time(DateTime::from(to));
        let call = call.set_metric_data_queries(Some(queries.collect()));
        let mut pages = connection
            .pages("cloudwatch:GetMetricData", region, |token| call.clone().set_next_token(token).send());
        while let Some(page) = pages.next().await? {
            for result in page.metric_data_results.unwrap_or_default() {
                let id = result.id().and_then(|id| id.strip_prefix('m')?.split_once('_'));
                let parsed = id.and_then(|(metric, at)| Some((metric.parse().ok()?, at.parse().ok()?)));
                let Some((metric, at)): Option<(usize, usize)> = parsed else { continue };
                if let Some(sum) = sums.get_mut(metric).and_then(|of| of.get_mut(part * at_once + at)) {
                    *sum += result.values().iter().sum::<f64>();
                }
            }
        }
    }
    Ok(sums)
}

/// What a stream took in, in the time that was asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Bytes in each minute that had any, by the second since 1970 at which it began.
    pub(crate) minutes: BTreeMap<i64, u64>,
    /// Bytes a second that Firehose takes, as of late, where it says so. It raises that by itself for streams that are
    /// throttled (AWS re:Post, "How do I resolve throttle on my Firehose delivery stream").
    pub(crate) limit: Option<u64>,
    /// Records that Firehose refused because they were too many.
    pub(crate) throttled: u64,
    /// What it passed on, where that was asked about.
    pub(crate) flow: Flow,
}

/// What a stream passed on, in the time that was asked about. The points of CloudWatch are named by the second since 1970 at
/// which their period began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Records that it took in.
    pub(crate) records: u64,
    /// Records that it wrote to its bucket.
    pub(crate) written: u64,
    /// When it last refused records because they were too many.
    pub(crate) throttled_at: Option<i64>,
    /// Of how many percent of the objects S3 took the last ones that it tried to write, and when.
    pub(crate) success: Option<(i64, u64)>,
    /// How many seconds the oldest record that it held had waited, as of late, and when.
    pub(crate) oldest: Option<(i64, u64)>,
}

impl Taken {
    /// Bytes a second in the minute that had most.
    pub(crate) fn busiest(&self) -> u64 {
        self.minutes.values().max().map_or(0, |bytes| bytes / 60)
    }
}

/// A metric of a stream, as it is asked about.
type Counted = (char, &'static str, &'static str, i32);

/// Each metric of a stream: the letter of its queries, its name, and the statistic over how many seconds (Amazon Data
/// Firehose Developer Guide, "Monitor Amazon Data Firehose with CloudWatch metrics").
const OF_STREAMS: [Counted; 3] = [
    ('b', "IncomingBytes", "Sum", 60),
    ('l', "BytesPerSecondLimit", "Maximum", 3_600),
    ('t', "ThrottledRecords", "Sum", 3_600),
];

/// What tells beside these what became of it, likewise. CloudWatch keeps points of five minutes for 63 days, and those of one
/// for 15 (CloudWatch API Reference, GetMetricData).
const OF_DELIVERY: [Counted; 7] = [
    OF_STREAMS[0],
    OF_STREAMS[1],
    ('t', "ThrottledRecords", "Sum", 300),
    ('r', "IncomingRecords", "Sum", 300),
    ('w', "DeliveryToS3.Records", "Sum", 300),
    ('s', "DeliveryToS3.Success", "Maximum", 300),
    ('o', "DeliveryToS3.DataFreshness", "Maximum", 60),
];

/// What each of these streams took in between two times.
pub(crate) async fn taken(
    connection: &Connection,
    region: &Region,
    streams: &[&str],
    span: (SystemTime, SystemTime),
) -> Result<Vec<Taken>, CallError> {
    counted(connection, region, (streams, &OF_STREAMS), span).await
}

/// What each of these streams took in between two times, and what became of it.
pub(crate) async fn passed_on(
    connection: &Connection,
    region: &Region,
    streams: &[&str],
    span: (SystemTime, SystemTime),
) -> Result<Vec<Taken>, CallError> {
    counted(connection, region, (streams, &OF_DELIVERY), span).await
}

async fn counted(
    connection: &Connection,
    region: &Region,
    (streams, metrics): (&[&str], &[Counted]),
    (from, to): (SystemTime, SystemTime),
) -> Result<Vec<Taken>, CallError> {
    let clients = connection.clients(Some(region));
    let mut all = Vec::with_capacity(streams.len());
    for some in streams.chunks(QUERIES_AT_ONCE / metrics.len().max(1)) {
        let queries = some.iter().enumerate().flat_map(|(at, stream)| {
            let dimension = ("DeliveryStreamName", *stream);
            metrics.iter().map(move |(letter, name, statistic, period)| {
                query(&format!("{letter}{at}"), ("AWS/Firehose", name), dimension, (statistic, *period))
            })
        });
        let call = clients.cloudwatch().get_metric_data();
        let call = call.start_time(DateTime::from(from)).end_time(DateTime::from(to));
        let call = call.set_metric_data_queries(Some(queries.collect()));
        let mut pages = connection
            .pages("cloudwatch:GetMetricData", region, |token| call.clone().set_next_token(token).send());
        let mut found = vec![Found::default(); some.len()];
        while let Some(page) = pages.next().await? {
            for result in page.metric_data_results.unwrap_or_default() {
                let id = result.id().and_then(|id| Some((id.chars().next()?, id.get(1..)?.parse().ok()?)));
                let Some((letter, at)): Option<(char, usize)> = id else { continue };
                let Some(found) = found.get_mut(at) else { continue };
                let points = result.timestamps().iter().map(DateTime::secs).zip(result.values());
                points.for_each(|(time, value)| found.add(letter, time, *value));
            }
        }
        all.extend(found.into_iter().map(|found| found.taken));
    }
    Ok(all)
}

/// What has been answered of a stream so far. The points of a metric may come on several pages.
#[derive(Debug, Clone, Default)]
struct Found {
    taken: Taken,
    /// When the limit was that.
    limit_at: Option<i64>,
}

impl Found {
    fn add(&mut self, letter: char, time: i64, value: f64) {
        let share = (value.max(0.0) * 100.0) as u64;
        let value = value.max(0.0) as u64;
        let flow = &mut self.taken.flow;
        match letter {
            'b' => *self.taken.minutes.entry(time).or_default() += value,
            't' => {
                self.taken.throttled += value;
                if value > 0 {
                    flow.throttled_at = flow.throttled_at.max(Some(time));
                }
            }
            'r' => flow.records += value,
            'w' => flow.written += value,
            's' => flow.success = flow.success.max(Some((time, share))),
            'o' => flow.oldest = flow.oldest.max(Some((time, value))),
            _ if self.limit_at.is_none_or(|at| at <= time) => {
                (self.taken.limit, self.limit_at) = (Some(value), Some(time));
            }
            _ => {}
        }
    }
}

fn query(
    id: &str,
    (namespace, name): (&str, &str),
    (dimension, of): (&str, &str),
    (statistic, period): (&str, i32),
) -> MetricDataQuery {
    let dimension = Dimension::builder().name(dimension).value(of).build();
    let metric = Metric::builder().namespace(namespace).metric_name(name).dimensions(dimension).build();
    let stat = MetricStat::builder().metric(metric).period(period).stat(statistic).build();
    MetricDataQuery::builder().id(id).metric_stat(stat).return_data(true).build()
}

/// The time this many days before.
pub(crate) fn days_before(time: SystemTime, days: u64) -> SystemTime {
    time.checked_sub(Duration::from_secs(days * 86_400)).unwrap_or(time)
}
