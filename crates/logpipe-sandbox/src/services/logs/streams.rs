//! Log streams.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{present, read};
use crate::state::site::Site;
use crate::state::world::World;

use super::pages::PageRequest;
use super::rules::{self, GroupRef};
use super::state::{LogStream, group_arn};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StreamName {
    log_group_name: String,
    log_stream_name: String,
}

/// CreateLogStream.
pub(super) fn create(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: StreamName = read(input)?;
    rules::check_name(&input.log_stream_name, "logStreamName")?;
    let created_ms = world.now_ms;
    let streams = &mut world.log_group_mut(&Site::of(call), &input.log_group_name)?.streams;
    if streams.contains_key(&input.log_stream_name) {
        return Err(rules::exists("log stream"));
    }
    streams.insert(input.log_stream_name, LogStream { created_ms, ..LogStream::default() });
    Ok(Value::Null)
}

/// DeleteLogStream: with its events.
pub(super) fn delete(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: StreamName = read(input)?;
    let group = world.log_group_mut(&Site::of(call), &input.log_group_name)?;
    let stream = group.streams.remove(&input.log_stream_name).ok_or_else(rules::no_stream)?;
    group.counted.extend(stream.incoming());
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeLogStreams {
    #[serde(flatten)]
    group: GroupRef,
    log_stream_name_prefix: Option<String>,
    order_by: Option<String>,
    #[serde(default)]
    descending: bool,
    #[serde(flatten)]
    page: PageRequest,
}

/// DescribeLogStreams.
pub(super) fn describe(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DescribeLogStreams = read(input)?;
    let by_time = input.order_by.as_deref() == Some("LastEventTime");
    if by_time && input.log_stream_name_prefix.is_some() {
        return Err(rules::invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let site = Site::of(call);
    let group = input.group.name(&site)?;
    let prefix = input.log_stream_name_prefix.as_deref().unwrap_or_default();
    let cut = world.rng.cut();
    let streams = &world.log_group(&site, &group)?.streams;
    let mut ordered: Vec<_> = streams.iter().filter(|(name, _)| name.starts_with(prefix)).collect();
    if by_time {
        ordered.sort_by_key(|(_, stream)| last_event(stream));
    }
    if input.descending {
        ordered.reverse();
    }
    let page = input.page.of(cut, ordered.into_iter())?;
    let arn = group_arn(&site, &group);
    let shown: Vec<Value> = page.items.into_iter().map(|(name, stream)| shown(&arn, name, stream)).collect();
    Ok(present(json!({ "logStreams": shown, "nextToken": page.next_token })))
}

fn last_event(stream: &LogStream) -> Option<u64> {
    stream.events.last_key_value().map(|(_, event)| event.timestamp)
}

fn shown(group_arn: &str, name: &str, stream: &LogStream) -> Value {
    present(json!({
        "logStreamName": name,
        "creationTime": stream.created_ms,
        "firstEventTimestamp": stream.events.first_key_value().map(|(_, event)| event.timestamp),
        "lastEventTimestamp": last_event(stream),
        "lastIngestionTime": stream.ingested_ms,
        "arn": format!("{group_arn}:log-stream:{name}"),
        "storedBytes": 0,
    }))
}
