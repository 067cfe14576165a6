//! CloudWatch's metrics of log groups and streams.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;
use crate::aws::metric_data::{Query, each_value};

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
    span: (SystemTime, SystemTime),
) -> Result<[Vec<f64>; METRICS], CallError> {
    let of_group = |group| {
        metrics.map(|name| Query {
            namespace: "AWS/Logs",
            name,
            dimensions: vec![("LogGroupName", group)],
            statistic: "Sum",
            period: PERIOD,
        })
    };
    let queries: Vec<Query<'_>> = groups.iter().flat_map(|group| of_group(group.as_str())).collect();
    let mut sums = metrics.map(|_| vec![0.0; groups.len()]);
    let add = |at: usize, _, value| sums[at % METRICS][at / METRICS] += value;
    each_value(connection, region, &queries, span, add).await?;
    Ok(sums)
}

/// What a record may wait beyond the buffer time of its stream before that tells of anything: CloudWatch is a few minutes
/// late, and so may Firehose be.
pub(crate) const LATE: Duration = Duration::from_secs(5 * 60);

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

    /// Bytes a second that Firehose takes, `usual` where it does not say.
    pub(crate) fn limit_or(&self, usual: u64) -> u64 {
        self.limit.filter(|limit| *limit > 0).unwrap_or(usual)
    }
}

/// A metric of a stream, as it is asked about: its name, and the statistic over how many seconds (Amazon Data Firehose Developer
/// Guide, "Monitor Amazon Data Firehose with CloudWatch metrics").
type Counted = (&'static str, &'static str, i32);

/// What tells how much a stream takes in.
const OF_STREAMS: [Counted; 3] = [
    ("IncomingBytes", "Sum", 60),
    ("BytesPerSecondLimit", "Maximum", 3_600),
    ("ThrottledRecords", "Sum", 3_600),
];

/// What tells beside that what became of it. CloudWatch keeps points of five minutes for 63 days, and those of one for 15
/// (CloudWatch API Reference, GetMetricData).
const OF_DELIVERY: [Counted; 7] = [
    OF_STREAMS[0],
    OF_STREAMS[1],
    ("ThrottledRecords", "Sum", 300),
    ("IncomingRecords", "Sum", 300),
    ("DeliveryToS3.Records", "Sum", 300),
    ("DeliveryToS3.Success", "Maximum", 300),
    ("DeliveryToS3.DataFreshness", "Maximum", 60),
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
    span: (SystemTime, SystemTime),
) -> Result<Vec<Taken>, CallError> {
    let of_stream = |stream| {
        metrics.iter().map(move |(name, statistic, period)| Query {
            namespace: "AWS/Firehose",
            name,
            dimensions: vec![("DeliveryStreamName", stream)],
            statistic,
            period: *period,
        })
    };
    let queries: Vec<Query<'_>> = streams.iter().copied().flat_map(of_stream).collect();
    let mut all = vec![Found::default(); streams.len()];
    let add = |at: usize, time, value| all[at / metrics.len()].add(queries[at].name, time, value);
    each_value(connection, region, &queries, span, add).await?;
    Ok(all.into_iter().map(|found| found.taken).collect())
}

/// What has been answered of a stream so far. The points of a metric may come on several pages.
#[derive(Debug, Clone, Default)]
struct Found {
    taken: Taken,
    /// When the limit was that.
    limit_at: Option<i64>,
}

impl Found {
    fn add(&mut self, metric: &str, time: i64, value: f64) {
        let share = (value.max(0.0) * 100.0) as u64;
        let value = value.max(0.0) as u64;
        let flow = &mut self.taken.flow;
        match metric {
            "IncomingBytes" => *self.taken.minutes.entry(time).or_default() += value,
            "ThrottledRecords" => {
                self.taken.throttled += value;
                if value > 0 {
                    flow.throttled_at = flow.throttled_at.max(Some(time));
                }
            }
            "IncomingRecords" => flow.records += value,
            "DeliveryToS3.Records" => flow.written += value,
            "DeliveryToS3.Success" => flow.success = flow.success.max(Some((time, share))),
            "DeliveryToS3.DataFreshness" => flow.oldest = flow.oldest.max(Some((time, value))),
            _ if self.limit_at.is_none_or(|at| at <= time) => {
                (self.taken.limit, self.limit_at) = (Some(value), Some(time));
            }
            _ => {}
        }
    }
}

/// The time this many days before.
pub(crate) fn days_before(time: SystemTime, days: u64) -> SystemTime {
    time.checked_sub(Duration::from_secs(days * 86_400)).unwrap_or(time)
}
