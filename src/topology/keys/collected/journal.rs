//! `journald` of an agent.

use super::common::{JOURNAL_FILTER, LOG_GROUP, LOG_GROUP_CLASS, LOG_STREAM, RETENTION, filters};
use crate::topology::keys::forms::{Form, agent};
use crate::topology::keys::{Choice, Key, List, Map, Table, Text};
use crate::topology::model::Priority;

pub(in crate::topology) static JOURNAL: Table = Table {
    name: "journald",
    path: "agents.<key>.journald[]",
    meaning: "A part of the systemd journal.",
    keys: &[
        &LOG_GROUP,
        &LOG_STREAM,
        &LOG_GROUP_CLASS,
        &RETENTION,
        &UNITS,
        &PRIORITY,
        &MATCHES,
        &filters(&JOURNAL_FILTER),
    ],
    conditions: Vec::new,
};

pub(in crate::topology) static UNITS: Key<List<Text>> =
    Key::new("units", List::some(Text::new(agent::UNIT)), "The systemd units to read.")
        .or_else("all units")
        .example_json(r#"["sshd", "nginx"]"#);

/// By their names, and by their numbers as journalctl takes them too.
const PRIORITIES: [(&str, Priority); 16] = {
    let numbers = ["0", "1", "2", "3", "4", "5", "6", "7"];
    let mut all = [Priority::WORDS[0]; 16];
    let mut at = 0;
    while at < numbers.len() {
        all[at] = Priority::WORDS[at];
        all[at + numbers.len()] = (numbers[at], Priority::WORDS[at].1);
        at += 1;
    }
    all
};

pub(in crate::topology) static PRIORITY: Key<Choice<Priority>> = Key::new(
    "priority",
    Choice(&PRIORITIES),
    "The lowest priority that is sent, by name or as a quoted number.",
)
.or_else("`info`");

pub(in crate::topology) static MATCHES: Key<List<Map<Text>>> = Key::new(
    "matches",
    List::some(Map::some(agent::JOURNAL_FIELD, Text::new(Form::new("any string")))),
    "Journal fields with their values. An entry is sent if it has all the fields of at least one of these maps.",
)
.example_json(r#"[{ "_SYSTEMD_UNIT": "sshd.service" }]"#);
