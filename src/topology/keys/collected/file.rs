//! `files` of an agent.

use serde_json::{Value, json};

use super::common::{
    DEPLOYMENT_ENVIRONMENT, FILTERS, LOG_GROUP, LOG_GROUP_CLASS, LOG_STREAM, OF_GO, RETENTION, SERVICE_NAME,
};
use crate::topology::keys::forms::{agent, names};
use crate::topology::keys::{Choice, Flag, Key, KeyOr, Table, Text};
use crate::topology::model::{BackpressureMode, Timezone};

pub(in crate::topology) static FILE: Table = Table {
    name: "log_file",
    path: "agents.<key>.files[]",
    meaning: "A log file, or several by a pattern.",
    keys: &[
        &PATH,
        &LOG_GROUP,
        &LOG_STREAM,
        &LOG_GROUP_CLASS,
        &RETENTION,
        &PUBLISH_MULTI_LOGS,
        &MULTI_LINE_START_PATTERN,
        &TIMESTAMP_FORMAT,
        &TIMEZONE,
        &TRIM_TIMESTAMP,
        &ENCODING,
        &FILTERS,
        &BLACKLIST,
        &AUTO_REMOVAL,
        &BACKPRESSURE_MODE,
        &SERVICE_NAME,
        &DEPLOYMENT_ENVIRONMENT,
    ],
    conditions: of_a_file,
};

fn of_a_file() -> Vec<Value> {
    vec![
        json!({
            "if": {
                "properties": { "multi_line_start_pattern": { "const": agent::TIMESTAMP_FORMAT } },
                "required": ["multi_line_start_pattern"]
            },
            "then": { "required": ["timestamp_format"] }
        }),
        json!({ "not": {
            "properties": { "publish_multi_logs": { "const": true }, "auto_removal": { "const": true } },
            "required": ["publish_multi_logs", "auto_removal"]
        } }),
    ]
}

/// `{key}` as in `LOG_GROUP`.
pub(in crate::topology) static PATH: Key<Text> = Key::new(
    "path",
    Text::new(names::LOG_FILE),
    "Where it is on the instance; `*`, `**`, `?` and `[…]` as the agent reads them.",
)
.required("the agent reads files by their paths", "write `{key}: /var/log/messages`, `*` included")
.example("/var/log/messages");

pub(in crate::topology) static PUBLISH_MULTI_LOGS: Key<Flag> = Key::new(
    "publish_multi_logs",
    Flag,
    "Whether every file that the path matches is followed, each into a log stream with its path in the name. The agent by itself follows only the one that was changed last.",
)
.or_else("`true` where `path` is a pattern");

pub(in crate::topology) static MULTI_LINE_START_PATTERN: Key<Text> = Key::new(
    "multi_line_start_pattern",
    OF_GO,
    "What the first line of an event looks like: a regular expression, or `{timestamp_format}` for a line with a timestamp.",
)
.or_else("a line that does not begin with a blank")
.example("{timestamp_format}");

pub(in crate::topology) static TIMESTAMP_FORMAT: Key<Text> = Key::new(
    "timestamp_format",
    Text::new(agent::TIMESTAMP).told(&[agent::OF_SYMBOLS]),
    "How the timestamps of the lines are written.",
)
.rules("Of `%B %b %-m %m %A %a %-d %d %H %-I %I %-M %M %-S %S %Y %y %p %Z %z %f` and plain text.")
.or_else("the time at which the agent reads a line")
.example("%Y-%m-%d %H:%M:%S");

pub(in crate::topology) static TIMEZONE: Key<Choice<Timezone>> =
    Key::new("timezone", Choice(Timezone::WORDS), "The time zone of timestamps that do not say it.")
        .or_else("`Local`");

pub(in crate::topology) static TRIM_TIMESTAMP: KeyOr<Flag> =
    Key::new("trim_timestamp", Flag, "Whether timestamps are taken out of the events.").or(false);

pub(in crate::topology) static ENCODING: Key<Text> =
    Key::new("encoding", Text::new(agent::ENCODING), "How the file is encoded.")
        .or_else("`utf-8`")
        .example("shift_jis");

pub(in crate::topology) static BLACKLIST: Key<Text> = Key::new(
    "blacklist",
    OF_GO,
    "Which files of the pattern are left out: a regular expression for their names without folders.",
)
.example("\\.\\d$");

pub(in crate::topology) static AUTO_REMOVAL: KeyOr<Flag> = Key::new(
    "auto_removal",
    Flag,
    "Whether the agent deletes a file once it was read and rotated. Of a pattern the newest file is followed then.",
)
.rules("Not beside `publish_multi_logs: true`.")
.or(false);

pub(in crate::topology) static BACKPRESSURE_MODE: Key<Choice<BackpressureMode>> = Key::new(
    "backpressure_mode",
    Choice(BackpressureMode::WORDS),
    "With `fd_release` the agent lets go of the file while CloudWatch Logs does not keep up.",
);
