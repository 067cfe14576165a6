//! What was counted of a delivery, for people: what ails first, with why.

use std::cmp::Reverse;
use std::time::{Duration, SystemTime};

use super::report::DeliveryReport;
use crate::address::{AccountName, Region};
use crate::health::{Flow, Health, RouteHealth, StreamHealth};
use crate::ui::forms::Look;
use crate::ui::terminal::style::Paint;
use crate::ui::text;

/// Every flow in the order of the summary, with its word.
pub(super) const FLOWS: [(Flow, &str); 5] = [
    (Flow::Flowing, "flowing"),
    (Flow::Idle, "idle"),
    (Flow::Silent, "silent"),
    (Flow::Failing, "failing"),
    (Flow::Unknown, "unknown"),
];

/// So many lines are told of those of which there is nothing to say.
const TOLD: usize = 30;

/// As text, without a line break at the end.
pub(super) fn delivery_text(report: &DeliveryReport<'_>, look: Look) -> String {
    let (health, paint) = (report.health, look.paint);
    let title = format!("Delivery of {} in the last {}", report.topology, text::stretch(health.since));
    let mut parts = vec![paint.bold(&title)];
    let rows = routes(health).into_iter().map(|route| route_row(route, health)).collect();
    parts.extend(table(rows, look));
    let rows = health.streams.iter().map(|stream| stream_row(stream, health)).collect();
    parts.extend(table(rows, look));
    parts.push(paint.bold(&format!("Delivery: {}.", counted(health))));
    parts.join("\n\n")
}

/// What ails first.
pub(super) fn routes(health: &Health) -> Vec<&RouteHealth> {
    let mut routes: Vec<&RouteHealth> = health.routes.iter().collect();
    routes.sort_by_key(|route| Reverse(route.flow));
    routes
}

/// A line of a table, and what there is to say below it.
struct Row {
    flow: Flow,
    cells: Vec<String>,
    why: Option<String>,
}

/// What is somewhere, as it is called.
pub(super) fn place(account: &AccountName, region: &Region, name: &str) -> String {
    format!("{account}/{region} {name}")
}

fn route_row(route: &RouteHealth, health: &Health) -> Row {
    let place = place(&route.account, &route.region, &text::clean(&route.log_group));
    let mut cells = vec![format!("{} {place}", route.source)];
    if let Some(counts) = &route.counts {
        cells.push(format!("{} written", counts.incoming));
        cells.push(format!("{} forwarded", counts.forwarded));
        cells.push(match (counts.errors, counts.throttled) {
            (0, 0) => String::new(),
            (errors, 0) => text::count(whole(errors), "error"),
            (errors, throttled) => format!("{}, {throttled} throttled", text::count(whole(errors), "error")),
        });
        cells.push(ago("last", counts.last_forwarded, health));
    }
    Row { flow: route.flow, cells, why: route_why(route, health) }
}

/// Why a route is as it is, where somebody has to look.
pub(super) fn route_why(route: &RouteHealth, health: &Health) -> Option<String> {
    let doctor = format!("`logpipe doctor --source {}`", route.source);
    match route.flow {
        Flow::Unknown => route.unread.clone(),
        Flow::Failing => {
            Some(format!("CloudWatch Logs drops what it cannot forward: {doctor} names the hop"))
        }
        Flow::Silent => {
            let last = route.counts.as_ref().and_then(|counts| counts.last_incoming);
            let written = ago("an event was last written", last, health);
            let why = match route.has_pattern {
                true => "its filter has a pattern, which may match none of them",
                false => "its filter takes every event, so it may be gone or point elsewhere",
            };
            Some(format!(
                "the log group is written and nothing is forwarded ({written}): {why}; {doctor} judges the hops"
            ))
        }
        Flow::Flowing | Flow::Idle => None,
    }
}

fn stream_row(stream: &StreamHealth, health: &Health) -> Row {
    let place = place(&stream.account, &stream.region, &stream.stream);
    let mut cells = vec![format!("{} {place}", stream.destination)];
    if let Some(counts) = &stream.counts {
        cells.push(format!("{} taken in", counts.incoming));
        cells.push(format!("{} delivered", counts.delivered));
        cells.push(match counts.throttled {
            0 => String::new(),
            throttled => format!("{throttled} throttled"),
        });
        let delay = counts.delay.map(|delay| format!("delay {}", text::duration(delay)));
        cells.push(delay.unwrap_or_default());
        cells.push(ago("last", counts.last_delivered, health));
    }
    Row { flow: stream.flow, cells, why: stream_why(stream) }
}

/// Why a stream is as it is, where somebody has to look.
pub(super) fn stream_why(stream: &StreamHealth) -> Option<String> {
    let counts = stream.counts.unwrap_or_default();
    match stream.flow {
        Flow::Unknown => stream.unread.clone(),
        Flow::Failing if counts.refused => {
            Some("its bucket refused objects: `logpipe doctor` tells what Firehose logged".to_owned())
        }
        Flow::Failing => {
            Some("records came faster than it takes them: raise `count`, or its quota".to_owned())
        }
        Flow::Silent => Some(format!(
            "its oldest record waits longer than its buffer time of {} s: `logpipe doctor` judges the hops",
            stream.buffer.as_secs()
        )),
        Flow::Flowing | Flow::Idle => None,
    }
}

fn table(rows: Vec<Row>, look: Look) -> Option<String> {
    let quiet = |row: &Row| row.why.is_none();
    let dropped = match look.each() {
        true => 0,
        false => rows.iter().filter(|row| quiet(row)).count().saturating_sub(TOLD),
    };
    let mut left = rows.iter().filter(|row| quiet(row)).count() - dropped;
    let kept: Vec<Row> = rows
        .into_iter()
        .filter(|row| {
            let told = !quiet(row) || left > 0;
            left -= usize::from(quiet(row) && left > 0);
            told
        })
        .collect();
    let columns = kept.iter().map(|row| row.cells.len()).max()?;
    let width = |column: usize| {
        kept.iter().filter_map(|row| row.cells.get(column)).map(|cell| text::width(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut lines: Vec<String> = kept.iter().flat_map(|row| row_lines(row, &widths, look.paint)).collect();
    if dropped > 0 {
        lines.push(format!("  and {dropped} more of which there is nothing to say (--verbose tells each)"));
    }
    Some(lines.join("\n"))
}

fn row_lines(row: &Row, widths: &[usize], paint: Paint) -> Vec<String> {
    let cells = row.cells.iter().zip(widths).map(|(cell, width)| text::pad(cell, *width));
    let cells: Vec<String> = cells.collect();
    let line = format!("  {}  {}", painted(row.flow, paint), cells.join("  ").trim_end());
    let why = row.why.as_ref().map(|why| format!("           {}", text::clean(why)));
    std::iter::once(line).chain(why).collect()
}

fn painted(flow: Flow, paint: Paint) -> String {
    let word = FLOWS.iter().find(|(other, _)| *other == flow).map_or("", |(_, word)| *word);
    let word = text::pad(word, "flowing".len());
    match flow {
        Flow::Flowing => paint.added(&word),
        Flow::Idle => paint.dim(&word),
        Flow::Unknown => paint.changed(&word),
        Flow::Silent | Flow::Failing => paint.failing(&word),
    }
}

/// `last 0:42 ago`, or nothing.
fn ago(what: &str, at: Option<SystemTime>, health: &Health) -> String {
    let Some(at) = at else { return format!("{what} longer ago") };
    let ago = health.at.duration_since(at).unwrap_or(Duration::ZERO);
    format!("{what} {} ago", text::stopwatch(ago))
}

/// How many routes and streams are how. What flows is always counted, the rest where there is any.
pub(super) fn counted(health: &Health) -> String {
    let counts = FLOWS.iter().enumerate().map(|(place, (flow, word))| (place, number(health, *flow), word));
    let counts = counts.filter(|(place, number, _)| *place == 0 || *number > 0);
    counts.map(|(_, number, word)| format!("{number} {word}")).collect::<Vec<_>>().join(", ")
}

pub(super) fn number(health: &Health, flow: Flow) -> usize {
    health.flows().filter(|other| *other == flow).count()
}

fn whole(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::health::{RouteCounts, StreamCounts};
    use crate::ui::terminal::console::Verbosity;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn route(group: &str, flow: Flow, counts: Option<RouteCounts>) -> RouteHealth {
        RouteHealth {
            source: "app".parse().unwrap(),
            account: "app".parse().unwrap(),
            region: "eu-west-1".parse().unwrap(),
            log_group: group.to_owned(),
            destination: "central".parse().unwrap(),
            whole_account: false,
            has_pattern: true,
            counts,
            flow,
            unread: counts.is_none().then(|| "not allowed".to_owned()),
        }
    }

    fn told(health: &Health, verbosity: Verbosity) -> String {
        let (paint, aside) = (Paint::new(false), Paint::new(false));
        let report = DeliveryReport { topology: "logs", health, skipped: &[] };
        delivery_text(&report, Look { width: 100, verbosity, paint, aside })
    }

    fn health(routes: Vec<RouteHealth>) -> Health {
        let at = UNIX_EPOCH + HOUR;
        let counts = StreamCounts {
            incoming: 4,
            delivered: 4,
            delay: Some(Duration::from_secs(60)),
            last_delivered: Some(at - Duration::from_secs(130)),
            ..StreamCounts::default()
        };
        let stream = StreamHealth {
            destination: "central".parse().unwrap(),
            account: "archive".parse().unwrap(),
            region: "eu-west-1".parse().unwrap(),
            stream: "logs-central".to_owned(),
            buffer: Duration::from_secs(300),
            counts: Some(counts),
            flow: Flow::Flowing,
            unread: None,
        };
        Health { since: HOUR, at, routes, streams: vec![stream] }
    }

    #[test]
    fn what_ails_comes_first_and_says_why() {
        let at = UNIX_EPOCH + HOUR;
        let flowing = RouteCounts {
            incoming: 120,
            forwarded: 120,
            last_forwarded: Some(at - Duration::from_secs(130)),
            ..RouteCounts::default()
        };
        let silent = RouteCounts {
            incoming: 40,
            last_incoming: Some(at - Duration::from_secs(70)),
            ..RouteCounts::default()
        };
        let routes = vec![
            route("/app/web", Flow::Flowing, Some(flowing)),
            route("/app/batch", Flow::Silent, Some(silent)),
            route("/app/other", Flow::Unknown, None),
        ];
        insta::assert_snapshot!(told(&health(routes), Verbosity::Normal), @r"
        Delivery of logs in the last 60 minutes

          silent   app app/eu-west-1 /app/batch  40 written   0 forwarded      last longer ago
                   the log group is written and nothing is forwarded (an event was last written 1:10 ago): its filter has a pattern, which may match none of them; `logpipe doctor --source app` judges the hops
          unknown  app app/eu-west-1 /app/other
                   not allowed
          flowing  app app/eu-west-1 /app/web    120 written  120 forwarded    last 2:10 ago

          flowing  central archive/eu-west-1 logs-central  4 taken in  4 delivered    delay 1:00  last 2:10 ago

        Delivery: 2 flowing, 1 silent, 1 unknown.
        ");
    }

    #[test]
    fn of_many_that_flow_some_are_told_unless_all_are_wanted() {
        let routes = (0..100)
            .map(|number| route(&format!("/app/{number}"), Flow::Flowing, Some(RouteCounts::default())));
        let health = health(routes.collect());
        let short = told(&health, Verbosity::Normal);
        assert!(short.contains("and 70 more of which there is nothing to say"), "{short}");
        assert!(short.contains("/app/29 ") && !short.contains("/app/30 "), "{short}");
        assert_eq!(told(&health, Verbosity::Verbose).matches("/app/").count(), 100);
    }
}
