//! What was counted of a delivery, on a page: what ails first, and a table of everything.

use super::human::{counted, place, route_why, routes, stream_why};
use super::report::DeliveryReport;
use crate::health::Flow;
use crate::ui::markdown::{Item, Line, Mark, Page, Table};
use crate::ui::skipped::skipped_items;

pub(super) fn page(report: &DeliveryReport<'_>) -> Page {
    let health = report.health;
    let mark = if health.flows().any(Flow::ails) {
        Mark::Bad
    } else if health.flows().any(|flow| flow == Flow::Unknown) || !report.skipped.is_empty() {
        Mark::Caution
    } else {
        Mark::Good
    };
    let ailing = routes(health).into_iter().filter_map(|route| {
        route_why(route, health).map(|why| item(place(&route.account, &route.region, &route.log_group), why))
    });
    let streams = health.streams.iter().filter_map(|stream| {
        stream_why(stream).map(|why| item(place(&stream.account, &stream.region, &stream.stream), why))
    });
    let number =
        |count: Option<u64>| Line::from(count.map_or_else(|| "?".to_owned(), |count| count.to_string()));
    let mut of_routes =
        Table::new(&["source", "log group"], &["written", "forwarded", "errors", "throttled"]);
    for route in routes(health) {
        let counts = route.counts.as_ref();
        of_routes = of_routes.row([
            Line::from(route.source.as_str()),
            Line::name(place(&route.account, &route.region, &route.log_group)),
            number(counts.map(|counts| counts.incoming)),
            number(counts.map(|counts| counts.forwarded)),
            number(counts.map(|counts| counts.errors)),
            number(counts.map(|counts| counts.throttled)),
        ]);
    }
    let mut of_streams =
        Table::new(&["destination", "stream"], &["taken in", "delivered", "throttled", "delay in s"]);
    for stream in &health.streams {
        let counts = stream.counts.as_ref();
        of_streams = of_streams.row([
            Line::from(stream.destination.as_str()),
            Line::name(place(&stream.account, &stream.region, &stream.stream)),
            number(counts.map(|counts| counts.incoming)),
            number(counts.map(|counts| counts.delivered)),
            number(counts.map(|counts| counts.throttled)),
            number(counts.and_then(|counts| counts.delay).map(|delay| delay.as_secs())),
        ]);
    }
    Page::new(mark, format!("Delivery: {}", counted(health)))
        .titled("What to look at", ailing.chain(streams))
        .titled("Accounts left out", skipped_items(report.skipped))
        .table(of_routes)
        .table(of_streams)
}

fn item(name: String, why: String) -> Item {
    Item::new(Line::name(name).and(": ").and(why))
}
