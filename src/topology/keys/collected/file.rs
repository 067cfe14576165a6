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
    meaning: "A log file, or several that match a pattern.",
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
    "The path of the file on the instance. The agent expands `*`, `**`, `?` and `[…]`.",
)
.required("the agent finds files by their paths", "write `{key}: /var/log/messages`; `*` is allowed")
.example("/var/log/messages");

pub(in crate::topology) static PUBLISH_MULTI_LOGS: Key<Flag> = Key::new(
    "publish_multi_logs",
    Flag,
    "Whether the agent follows every file that matches the path, each with its own log stream that has the file's path in its name. Left to itself, the agent follows only the file that changed last.",
)
.or_else("`true` if `path` is a pattern");

pub(in crate::topology) static MULTI_LINE_START_PATTERN: Key<Text> = Key::new(
    "multi_line_start_pattern",
    OF_GO,
    "What the first line of an event looks like: a regular expression, or `{timestamp_format}` for a line with a timestamp.",
)
.or_else("a line that does not start with whitespace")
.example("{timestamp_format}");

pub(in crate::topology) static TIMESTAMP_FORMAT: Key<Text> = Key::new(
    "timestamp_format",
    Text::new(agent::TIMESTAMP).told(&[agent::OF_SYMBOLS]),
    "The format of the timestamps in the lines.",
)
.rules("Made of `%B %b %-m %m %A %a %-d %d %H %-I %I %-M %M %-S %S %Y %y %p %Z %z %f` and plain text.")
.or_else("the agent uses the time at which it reads a line")
.example("%Y-%m-%d %H:%M:%S");

pub(in crate::topology) static TIMEZONE: Key<Choice<Timezone>> =
    Key::new("timezone", Choice(Timezone::WORDS), "The time zone of timestamps that do not include one.")
        .or_else("`Local`");

pub(in crate::topology) static TRIM_TIMESTAMP: KeyOr<Flag> =
    Key::new("trim_timestamp", Flag, "Whether to remove timestamps from the events.").or(false);

pub(in crate::topology) static ENCODING: Key<Text> =
    Key::new("encoding", Text::new(agent::ENCODING), "How the file is encoded.")
        .or_else("`utf-8`")
        .example("shift_jis");

pub(in crate::topology) static BLACKLIST: Key<Text> = Key::new(
    "blacklist",
    OF_GO,
    "Which of the matching files to leave out: a regular expression for their names, without folders.",
)
.example("\\.\\d$");

pub(in crate::topology) static AUTO_REMOVAL: KeyOr<Flag> = Key::new(
    "auto_removal",
    Flag,
    "Whether the agent deletes a file once it has been read and rotated. With a pattern, the agent then follows only the newest file.",
)
.rules("Not together with `publish_multi_logs: true`.")
.or(false);

pub(in crate::topology) static BACKPRESSURE_MODE: Key<Choice<BackpressureMode>> = Key::new(
    "backpressure_mode",
    Choice(BackpressureMode::WORDS),
    "With `fd_release`, the agent closes the file while CloudWatch Logs cannot keep up.",
);
