//! Asks CloudWatch what it has counted: one look-up per account and region, whatever the number of log groups.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::judge;
use super::model::{Flow, Health, RouteCounts, RouteHealth, StreamCounts, StreamHealth};
use crate::address::{AccountName, KindName, Region};
use crate::aws::accounts::Connection;
use crate::aws::counts::{Asked, Counts, counts, of_subscriptions};
use crate::aws::{Accounts, CallError};
use crate::graph::Route;
use crate::plan::Survey;
use crate::topology::{Destination, Transport};

/// What is counted of a subscription.
const OF_SUBSCRIPTIONS: [&str; 3] = ["ForwardedLogEvents", "DeliveryErrors", "DeliveryThrottling"];

/// What is counted of a stream, with what is made of the values of a period.
const OF_STREAMS: [(&str, &str); 5] = [
    ("IncomingRecords", "Sum"),
    ("DeliveryToS3.Records", "Sum"),
    ("ThrottledRecords", "Sum"),
    ("DeliveryToS3.Success", "Minimum"),
    ("DeliveryToS3.DataFreshness", "Maximum"),
];

/// The time that is asked about, and in which periods.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: SystemTime,
    to: SystemTime,
    period: i32,
}

impl Span {
    /// The last so much time, in as many periods as a page takes: CloudWatch keeps minutes for 15 days and answers at most
    /// 100,800 values at once (CloudWatch API Reference, GetMetricData).
    fn of(since: Duration, to: SystemTime) -> Self {
        let period = match since.as_secs() {
            0..=10_800 => 60,
            10_801..=172_800 => 300,
            _ => 3_600,
        };
        Self { from: to.checked_sub(since).unwrap_or(UNIX_EPOCH), to, period }
    }

    async fn counts(
        self,
        connection: &Connection,
        region: &Region,
        asked: &[Asked],
    ) -> Result<Vec<Counts>, CallError> {
        counts(connection, region, asked, (self.from, self.to), self.period).await
    }
}

/// The routes of an account and region.
type Routes<'s> = BTreeMap<(&'s AccountName, &'s Region), Vec<&'s Route>>;

/// What was counted of everything that a topology delivers, in the last so much time. What cannot be read is unknown.
pub async fn read(survey: &Survey, accounts: &Accounts, since: Duration) -> Health {
    let at = accounts.meter().server_time().now();
    let span = Span::of(since, at);
    let mut routes = Routes::new();
    for route in &survey.graph.routes {
        routes.entry((&route.account, &route.region)).or_default().push(route);
    }
    let mut of_routes = FuturesUnordered::new();
    for ((account, region), routes) in routes {
        of_routes.push(async move {
            let answer = match accounts.get(account) {
                Some(connection) => {
                    place(connection, region, &routes, span).await.map_err(|it| it.to_string())
                }
                None => Err(format!("there is no way into {account}")),
            };
            (routes, answer)
        });
    }
    let mut of_destinations = FuturesUnordered::new();
    for destination in survey.topology.destinations.values() {
        of_destinations.push(streams(survey, accounts, destination, span));
    }
    let mut health = Health { since, at, routes: Vec::new(), streams: Vec::new() };
    while let Some((routes, answer)) = of_routes.next().await {
        health.routes.extend(told(survey, &routes, answer));
    }
    while let Some(streams) = of_destinations.next().await {
        health.streams.extend(streams);
    }
    health.routes.sort_by(|one, other| {
        let key = |it: &RouteHealth| {
            (it.source.clone(), it.account.clone(), it.region.clone(), it.log_group.clone())
        };
        key(one).cmp(&key(other))
    });
    health
        .streams
        .sort_by(|one, other| (&one.destination, &one.stream).cmp(&(&other.destination, &other.stream)));
    health
}

/// What identifies a subscription among all of a place: its name, and its log group unless it has the whole account.
type Subscription = (String, Option<String>);

fn subscription(route: &Route) -> Subscription {
    match is_of_account(route) {
        true => (route.filter.name.to_string(), None),
        false => (route.filter.name_parts().1.to_owned(), Some(route.log_group.clone())),
    }
}

fn is_of_account(route: &Route) -> bool {
    route.filter.kind == KindName::LogsAccountPolicy
}

/// What was counted of each route of a place.
async fn place(
    connection: &Connection,
    region: &Region,
    routes: &[&Route],
    span: Span,
) -> Result<Vec<RouteCounts>, CallError> {
    let mut of: BTreeMap<Asked, Subscription> = BTreeMap::new();
    let wanted: BTreeSet<Subscription> = routes.iter().map(|route| subscription(route)).collect();
    let names: BTreeSet<&str> = wanted.iter().map(|(name, _)| name.as_str()).collect();
    for name in names {
        for metric in of_subscriptions(connection, region, name).await? {
            let group = metric.dimensions.iter().find(|(name, _)| name == "LogGroupName");
            let whose = (name.to_owned(), group.map(|(_, group)| group.clone()));
            if OF_SUBSCRIPTIONS.contains(&metric.name.as_str()) && wanted.contains(&whose) {
                of.insert(metric, whose);
            }
        }
    }
    let groups: BTreeSet<&str> = routes.iter().map(|route| route.log_group.as_str()).collect();
    let asked: Vec<Asked> = groups.iter().map(|group| written(group)).chain(of.keys().cloned()).collect();
    let counted = span.counts(connection, region, &asked).await?;
    let (of_groups, of_subscriptions) = counted.split_at(groups.len());
    let incoming: BTreeMap<&str, &Counts> = groups.into_iter().zip(of_groups).collect();
    let mut forwarded: BTreeMap<Subscription, RouteCounts> = BTreeMap::new();
    for ((metric, whose), counted) in of.into_iter().zip(of_subscriptions) {
        add(forwarded.entry(whose).or_default(), &metric, counted);
    }
    let counts = |route: &&Route| {
        let incoming = incoming[route.log_group.as_str()];
        RouteCounts {
            incoming: whole(incoming.sum),
            last_incoming: incoming.last.map(at),
            ..forwarded.get(&subscription(route)).copied().unwrap_or_default()
        }
    };
    Ok(routes.iter().map(counts).collect())
}

/// What is written to a log group.
fn written(group: &str) -> Asked {
    Asked {
        namespace: "AWS/Logs",
        name: "IncomingLogEvents".to_owned(),
        dimensions: vec![("LogGroupName".to_owned(), group.to_owned())],
        statistic: "Sum",
    }
}

/// Adds what was counted of a subscription.
fn add(counts: &mut RouteCounts, metric: &Asked, counted: &Counts) {
    match metric.name.as_str() {
        "DeliveryErrors" => counts.errors += whole(counted.sum),
        "DeliveryThrottling" => counts.throttled += whole(counted.sum),
        _ => {
            counts.forwarded += whole(counted.sum);
            counts.last_forwarded = counts.last_forwarded.max(counted.last.map(at));
        }
    }
}

fn told(survey: &Survey, routes: &[&Route], answer: Result<Vec<RouteCounts>, String>) -> Vec<RouteHealth> {
    let (counted, unread) = match answer {
        Ok(counted) => (counted.into_iter().map(Some).collect(), None),
        Err(error) => (vec![None; routes.len()], Some(error)),
    };
    let told = routes.iter().zip(counted).map(|(route, counts)| RouteHealth {
        source: route.source.clone(),
        account: route.account.clone(),
        region: route.region.clone(),
        log_group: route.log_group.clone(),
        destination: route.destination.clone(),
        whole_account: is_of_account(route),
        has_pattern: !survey.topology.sources[&route.source].filter.pattern.is_empty(),
        flow: counts.as_ref().map_or(Flow::Unknown, judge::of_route),
        counts,
        unread: unread.clone(),
    });
    told.collect()
}

/// What was counted of the streams of a destination.
async fn streams(
    survey: &Survey,
    accounts: &Accounts,
    destination: &Destination,
    span: Span,
) -> Vec<StreamHealth> {
    let Transport::Firehose(firehose) = &destination.transport;
    let buffer = Duration::from_secs(u64::from(firehose.stream.buffer_seconds));
    let names: Vec<String> = survey
        .lifecycle()
        .streams(&survey.topology, destination)
        .into_iter()
        .map(|streams| streams.in_use)
        .collect();
    let asked: Vec<Asked> = names.iter().flat_map(|name| of_stream(name)).collect();
    let answer = match accounts.get(&destination.account) {
        Some(connection) => {
            let answer = span.counts(connection, &destination.region, &asked).await;
            answer.map_err(|error| error.to_string())
        }
        None => Err(format!("there is no way into {}", destination.account)),
    };
    let told = names.into_iter().enumerate().map(|(number, stream)| {
        let of_it = number * OF_STREAMS.len()..(number + 1) * OF_STREAMS.len();
        let counts = answer.as_ref().ok().and_then(|all| all.get(of_it)).map(stream_counts);
        StreamHealth {
            destination: destination.key.clone(),
            account: destination.account.clone(),
            region: destination.region.clone(),
            stream,
            buffer,
            flow: counts.as_ref().map_or(Flow::Unknown, |counts| judge::of_stream(counts, buffer)),
            counts,
            unread: answer.as_ref().err().cloned(),
        }
    });
    told.collect()
}

fn of_stream(name: &str) -> [Asked; OF_STREAMS.len()] {
    OF_STREAMS.map(|(metric, statistic)| Asked {
        namespace: "AWS/Firehose",
        name: metric.to_owned(),
        dimensions: vec![("DeliveryStreamName".to_owned(), name.to_owned())],
        statistic,
    })
}

/// In the order of [`OF_STREAMS`].
fn stream_counts(counts: &[Counts]) -> StreamCounts {
    let of = |place: usize| counts.get(place).copied().unwrap_or_default();
    let [incoming, delivered, throttled, success, delay] = [0, 1, 2, 3, 4].map(of);
    StreamCounts {
        incoming: whole(incoming.sum),
        delivered: whole(delivered.sum),
        throttled: whole(throttled.sum),
        refused: success.least.is_some_and(|least| least < 1.0),
        delay: delay.newest.map(|(_, seconds)| Duration::from_secs(whole(seconds))),
        last_delivered: delivered.last.map(at),
    }
}

/// A count, which CloudWatch keeps as a float.
fn whole(count: f64) -> u64 {
    count.max(0.0).round() as u64
}

fn at(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}
