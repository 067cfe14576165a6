//! What was counted of a delivery, for programs.

use serde_json::{Map, Value, json};

use super::human::{FLOWS, number, route_why, stream_why};
use super::report::DeliveryReport;
use crate::health::{Health, RouteHealth, StreamHealth};
use crate::ui::text::moment;

pub(super) fn delivery_json(report: &DeliveryReport<'_>) -> Value {
    let health = report.health;
    let summary: Map<String, Value> =
        FLOWS.iter().map(|(flow, word)| ((*word).to_owned(), json!(number(health, *flow)))).collect();
    json!({
        "format": 1,
        "topology": report.topology,
        "since_seconds": health.since.as_secs(),
        "at": moment(health.at),
        "summary": summary,
        "routes": health.routes.iter().map(|route| route_json(route, health)).collect::<Vec<_>>(),
        "streams": health.streams.iter().map(stream_json).collect::<Vec<_>>(),
        "skipped_accounts": report.skipped,
    })
}

fn route_json(route: &RouteHealth, health: &Health) -> Value {
    let counts = route.counts.as_ref();
    json!({
        "source": route.source,
        "account": route.account,
        "region": route.region,
        "log_group": route.log_group,
        "destination": route.destination,
        "flow": route.flow,
        "incoming": counts.map(|counts| counts.incoming),
        "forwarded": counts.map(|counts| counts.forwarded),
        "errors": counts.map(|counts| counts.errors),
        "throttled": counts.map(|counts| counts.throttled),
        "whole_account": route.whole_account,
        "last_incoming": counts.and_then(|counts| counts.last_incoming).and_then(moment),
        "last_forwarded": counts.and_then(|counts| counts.last_forwarded).and_then(moment),
        "why": route_why(route, health),
    })
}

fn stream_json(stream: &StreamHealth) -> Value {
    let counts = stream.counts.as_ref();
    json!({
        "destination": stream.destination,
        "account": stream.account,
        "region": stream.region,
        "stream": stream.stream,
        "flow": stream.flow,
        "incoming": counts.map(|counts| counts.incoming),
        "delivered": counts.map(|counts| counts.delivered),
        "throttled": counts.map(|counts| counts.throttled),
        "refused": counts.map(|counts| counts.refused),
        "delay_seconds": counts.and_then(|counts| counts.delay).map(|delay| delay.as_secs()),
        "last_delivered": counts.and_then(|counts| counts.last_delivered).and_then(moment),
        "why": stream_why(stream),
    })
}
