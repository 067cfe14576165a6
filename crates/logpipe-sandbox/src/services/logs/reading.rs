//! Events read back.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{present, read};
use crate::state::site::Site;
use crate::state::world::World;

use super::pattern;
use super::rules::{self, GroupRef};
use super::state::{Event, LogGroup};

/// The most events of one answer.
const MOST_EVENTS: usize = 10_000;
/// How much FilterLogEvents looks at for one answer, in bytes. A pattern that matches little gives empty pages with a
/// token, as in AWS.
const MOST_SCANNED: usize = 1_048_576;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetLogEvents {
    #[serde(flatten)]
    group: GroupRef,
    log_stream_name: String,
    start_time: Option<u64>,
    end_time: Option<u64>,
    limit: Option<usize>,
    next_token: Option<String>,
    #[serde(default)]
    start_from_head: bool,
}

/// GetLogEvents. Its tokens are never absent: at an end, the same token comes back.
pub(super) fn get(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: GetLogEvents = read(input)?;
    let limit = world.rng.cut().limit(checked_limit(input.limit)?);
    let site = Site::of(call);
    let group = world.log_group(&site, &input.group.name(&site)?)?;
    let stream = group.streams.get(&input.log_stream_name).ok_or_else(rules::no_stream)?;
    let cursor = Cursor::parse(input.next_token.as_deref(), input.start_from_head)?;
    let from = input.start_time.unwrap_or_default();
    let until = input.end_time.unwrap_or(u64::MAX);
    let within: Vec<(&String, &Event)> = stream
        .events
        .iter()
        .filter(|(_, event)| (from..until).contains(&event.timestamp))
        .filter(|(id, _)| cursor.reaches(id))
        .collect();
    let skipped = if cursor.forward() { 0 } else { within.len().saturating_sub(limit) };
    let page: Vec<_> = within.into_iter().skip(skipped).take(limit).collect();
    let first = page.first().map_or_else(|| cursor.id(), |(id, _)| (*id).clone());
    let last = page.last().map_or_else(|| cursor.id(), |(id, _)| (*id).clone());
    let shown: Vec<Value> = page.iter().map(|(_, event)| shown(event)).collect();
    Ok(json!({
        "events": shown,
        "nextForwardToken": format!("f/{last}/s"),
        "nextBackwardToken": format!("b/{first}/s"),
    }))
}

fn shown(event: &Event) -> Value {
    json!({ "timestamp": event.timestamp, "message": event.message, "ingestionTime": event.ingested_ms })
}

fn checked_limit(limit: Option<usize>) -> Result<usize, Fault> {
    let limit = limit.unwrap_or(MOST_EVENTS);
    if (1..=MOST_EVENTS).contains(&limit) {
        Ok(limit)
    } else {
        Err(rules::broken(limit, "limit", &format!("have value between 1 and {MOST_EVENTS}")))
    }
}

/// Where in a stream a reader is, and which way it goes.
enum Cursor {
    FromStart,
    FromEnd,
    After(String),
    Before(String),
}

impl Cursor {
    fn parse(token: Option<&str>, from_head: bool) -> Result<Self, Fault> {
        let Some(token) = token else {
            return Ok(if from_head { Self::FromStart } else { Self::FromEnd });
        };
        match token.split('/').collect::<Vec<_>>().as_slice() {
            ["f", id, "s"] => Ok(Self::After((*id).to_owned())),
            ["b", id, "s"] => Ok(Self::Before((*id).to_owned())),
            _ => Err(rules::invalid("The specified nextToken is invalid.")),
        }
    }

    fn forward(&self) -> bool {
        matches!(self, Self::FromStart | Self::After(_))
    }

    fn reaches(&self, id: &String) -> bool {
        match self {
            Self::FromStart | Self::FromEnd => true,
            Self::After(last) => id > last,
            Self::Before(first) => id < first,
        }
    }

    /// The id that stands for this place in the tokens of an empty page.
    fn id(&self) -> String {
        match self {
            Self::FromStart | Self::FromEnd => format!("{:056}", 0),
            Self::After(id) | Self::Before(id) => id.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FilterLogEvents {
    #[serde(flatten)]
    group: GroupRef,
    #[serde(default)]
    log_stream_names: Vec<String>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<u64>,
    end_time: Option<u64>,
    #[serde(default)]
    filter_pattern: String,
    next_token: Option<String>,
    limit: Option<usize>,
}

impl FilterLogEvents {
    /// The events to look at, in order, with their streams.
    fn candidates<'a>(
        &self,
        group: &'a LogGroup,
    ) -> Result<BTreeMap<&'a String, (&'a String, &'a Event)>, Fault> {
        if self.log_stream_names.iter().any(|name| !group.streams.contains_key(name)) {
            return Err(rules::no_stream());
        }
        let prefix = self.log_stream_name_prefix.as_deref().unwrap_or_default();
        let range = self.start_time.unwrap_or_default()..=self.end_time.unwrap_or(u64::MAX);
        let after = self.next_token.as_deref().unwrap_or_default();
        Ok(group
            .streams
            .iter()
            .filter(|(name, _)| self.log_stream_names.is_empty() || self.log_stream_names.contains(name))
            .filter(|(name, _)| name.starts_with(prefix))
            .flat_map(|(name, stream)| stream.events.iter().map(move |(id, event)| (id, (name, event))))
            .filter(|(id, (_, event))| id.as_str() > after && range.contains(&event.timestamp))
            .collect())
    }
}

/// FilterLogEvents.
pub(super) fn filter(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: FilterLogEvents = read(input)?;
    let cut = world.rng.cut();
    let limit = cut.limit(checked_limit(input.limit)?);
    if !input.log_stream_names.is_empty() && input.log_stream_name_prefix.is_some() {
        return Err(rules::invalid("logStreamNames and logStreamNamePrefix are mutually exclusive."));
    }
    if input.log_stream_names.len() > 100 {
        return Err(rules::broken("[...]", "logStreamNames", "have length less than or equal to 100"));
    }
    let pattern = pattern::compile(&input.filter_pattern)?;
    let site = Site::of(call);
    let candidates = input.candidates(world.log_group(&site, &input.group.name(&site)?)?)?;
    if cut.empty {
        // Sorts after the event that it follows and before any other.
        let token = format!("{}!", input.next_token.as_deref().unwrap_or_default());
        return Ok(json!({ "events": [], "searchedLogStreams": [], "nextToken": token }));
    }
    let (mut found, mut scanned, mut next_token) = (Vec::new(), 0, None);
    let last_id = candidates.last_key_value().map(|(id, _)| *id);
    for (id, (stream, event)) in &candidates {
        scanned += event.message.len();
        if pattern.matches(&event.message) {
            found.push(shown_in(stream, id, event));
        }
        if found.len() == limit || scanned > MOST_SCANNED {
            next_token = Some(*id).filter(|id| Some(*id) != last_id);
            break;
        }
    }
    Ok(present(json!({ "events": found, "searchedLogStreams": [], "nextToken": next_token })))
}

fn shown_in(stream: &str, id: &str, event: &Event) -> Value {
    let mut shown = shown(event);
    shown["logStreamName"] = stream.into();
    shown["eventId"] = id.into();
    shown
}
