//! Events coming in.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::delivery;
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{present, read};
use crate::state::site::Site;
use crate::state::world::World;

use super::rules;
use super::state::{Event, LogGroup};

// Limits of one batch (CloudWatch Logs API Reference, PutLogEvents).
const MOST_EVENTS: usize = 10_000;
const MOST_BYTES: usize = 1_048_576;
const BYTES_PER_EVENT: usize = 26;
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
const OLDEST_DAYS: u64 = 14;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutLogEvents {
    log_group_name: String,
    log_stream_name: String,
    log_events: Vec<InputEvent>,
}

/// An event as a caller sends it.
#[derive(Deserialize)]
struct InputEvent {
    timestamp: u64,
    message: String,
}

/// PutLogEvents.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: PutLogEvents = read(input)?;
    check_batch(&input.log_events)?;
    let site = Site::of(call);
    let group = world.log_group(&site, &input.log_group_name)?;
    if !group.streams.contains_key(&input.log_stream_name) {
        return Err(rules::no_stream());
    }
    let window = Window::of(group, world.now_ms);
    let rejected = window.rejected(&input.log_events);
    let accepted = input.log_events.into_iter().filter(|event| window.holds(event.timestamp));
    let accepted = accepted.map(|event| (event.timestamp, event.message)).collect();
    ingest(world, &site, &input.log_group_name, &input.log_stream_name, accepted);
    let token = format!("{:056}", world.next_number());
    Ok(present(json!({ "nextSequenceToken": token, "rejectedLogEventsInfo": rejected })))
}

/// Appends events (time and message) to a log stream and sends them on to the group's subscription filters. Does
/// nothing where the log stream is not there.
pub(crate) fn ingest(world: &mut World, site: &Site, group: &str, stream: &str, events: Vec<(u64, String)>) {
    let ingested_ms = world.now_ms;
    let events: Vec<(String, Event)> = events
        .into_iter()
        .map(|(timestamp, message)| (world.event_id(timestamp), Event { timestamp, ingested_ms, message }))
        .collect();
    let held = world.log_group_mut(site, group).ok().and_then(|group| group.streams.get_mut(stream));
    let Some(held) = held.filter(|_| !events.is_empty()) else { return };
    held.ingested_ms = Some(ingested_ms);
    held.events.extend(events.iter().cloned());
    delivery::forward(world, site, group, stream, &events);
}

fn check_batch(events: &[InputEvent]) -> Result<(), Fault> {
    let broken = |rule: &str| Err(rules::broken("[...]", "logEvents", rule));
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return broken("have length greater than or equal to 1");
    };
    if events.len() > MOST_EVENTS {
        return broken(&format!("have length less than or equal to {MOST_EVENTS}"));
    }
    if events.iter().any(|event| event.message.is_empty()) {
        return broken("have message length greater than or equal to 1");
    }
    let bytes: usize = events.iter().map(|event| event.message.len() + BYTES_PER_EVENT).sum();
    if bytes > MOST_BYTES {
        let text = format!("Upload too large: {bytes} bytes exceeds limit of {MOST_BYTES}");
        return Err(rules::invalid(text));
    }
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return Err(rules::invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    if last.timestamp - first.timestamp > DAY_MS {
        return Err(rules::invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    Ok(())
}

/// The times that a log group takes events of, now.
struct Window {
    too_old_before: u64,
    expired_before: u64,
    too_new_after: u64,
}

impl Window {
    fn of(group: &LogGroup, now_ms: u64) -> Self {
        let before = |days: u64| now_ms.saturating_sub(days * DAY_MS);
        Self {
            too_old_before: before(OLDEST_DAYS),
            expired_before: group.retention_days.map_or(0, before),
            too_new_after: now_ms + 2 * HOUR_MS,
        }
    }

    fn holds(&self, timestamp: u64) -> bool {
        timestamp >= self.too_old_before.max(self.expired_before) && timestamp <= self.too_new_after
    }

    /// Which events of an ordered batch are not taken; `Null` if all are. Ends are exclusive, as the API has them.
    fn rejected(&self, events: &[InputEvent]) -> Value {
        if events.iter().all(|event| self.holds(event.timestamp)) {
            return Value::Null;
        }
        let before = |limit: u64| events.partition_point(|event| event.timestamp < limit);
        let too_new = events.partition_point(|event| event.timestamp <= self.too_new_after);
        let some = |end: usize| (end > 0).then_some(end);
        present(json!({
            "tooNewLogEventStartIndex": (too_new < events.len()).then_some(too_new),
            "tooOldLogEventEndIndex": some(before(self.too_old_before)),
            "expiredLogEventEndIndex": some(before(self.expired_before)),
        }))
    }
}
