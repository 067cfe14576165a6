//! `windows_events` of an agent.

use serde_json::{Value, json};

use super::common::{EVENT_FILTER, LOG_GROUP, LOG_GROUP_CLASS, LOG_STREAM, RETENTION, filters};
use crate::topology::keys::forms::agent;
use crate::topology::keys::{Choice, Key, List, Number, Table, Text};
use crate::topology::model::{EventFormat, EventLevel};

pub(in crate::topology) static EVENTS: Table = Table {
    name: "windows_events",
    path: "agents.<key>.windows_events[]",
    meaning: "A Windows event log.",
    keys: &[
        &EVENT_NAME,
        &EVENT_LEVELS,
        &EVENT_IDS,
        &EVENT_FORMAT,
        &LOG_GROUP,
        &LOG_STREAM,
        &LOG_GROUP_CLASS,
        &RETENTION,
        &filters(&EVENT_FILTER),
    ],
    conditions: says_which,
};

pub(in crate::topology) static EVENT_NAME: Key<Text> =
    Key::new("event_name", Text::new(agent::EVENT_NAME), "The event log.")
        .required("the agent finds event logs by their names", "add `event_name: System`")
        .example("System");

pub(in crate::topology) static EVENT_LEVELS: Key<List<Choice<EventLevel>>> =
    Key::new("event_levels", List::some(Choice(EventLevel::WORDS)), "The levels that are sent.")
        .rules("At least one of `event_levels`, `event_ids` and `filters` must be set.")
        .example_json(r#"["CRITICAL", "ERROR", "WARNING"]"#);

pub(in crate::topology) static EVENT_IDS: Key<List<Number>> = Key::new(
    "event_ids",
    List::some(Number::new(0, 65_535, "event ids in Windows have 16 bits")),
    "The ids of the events that are sent.",
)
.example_json("[4624, 4625]");

pub(in crate::topology) static EVENT_FORMAT: Key<Choice<EventFormat>> =
    Key::new("event_format", Choice(EventFormat::WORDS), "The format in which events are sent.")
        .or_else("`text`");

fn says_which() -> Vec<Value> {
    vec![json!({ "anyOf": [
        { "required": ["event_levels"] },
        { "required": ["event_ids"] },
        { "required": ["filters"] },
    ]})]
}
