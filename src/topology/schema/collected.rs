//! What an agent collects: `files`, `journald`, `windows_events` and `logs` of `agents.<key>`.

use serde_json::json;

use super::section::{Field, Kind, Section, Text};
use crate::topology::model::{
    BackpressureMode, EventFormat, EventLevel, FilterType, LogGroupClass, Priority, Timezone,
};
use crate::topology::read::collected::forms::PLACEHOLDERS;
use crate::topology::read::collected::reader::MOST_CONCURRENCY;
use crate::topology::read::sources::RETENTION_DAYS;

const PATH: Text = Text::new("an absolute path", "^(/|[A-Za-z]:[\\\\/]|\\\\\\\\).*$").sized(2, 4096);
const LOG_GROUP: Text = Text::new("a log group name", "^[A-Za-z0-9._/#{}-]+$").sized(1, 512);
const LOG_STREAM: Text = Text::new("a log stream name", "^[^:*]+$").sized(1, 512);
const EXPRESSION: Text = Text::plain("a regular expression", 1, Some(4096));
const TIMESTAMP: Text = Text::plain("a timestamp format", 1, Some(4096));
const ENCODING: Text = Text::new("the name of an encoding", "^[A-Za-z0-9._:+()-]+$").sized(1, 64);
const UNIT: Text = Text::new("a systemd unit", "^\\S+$").sized(1, 256);
const JOURNAL_FIELD: Text = Text::new("a field of the journal", "^[A-Z0-9_]+$").sized(1, 64);
const EVENT_NAME: Text = Text::plain("the name of an event log", 1, Some(255));
const SERVICE: Text = Text::plain("the name of a service", 1, Some(255));
const ENVIRONMENT: Text = Text::plain("the name of an environment", 1, Some(259));
const ENDPOINT: Text = Text::new("the URL of an endpoint", "^[!-~]+$").sized(4, 2048);

/// The keys of an agent for it.
pub(super) fn fields() -> Vec<Field> {
    let list = |section| Kind::List { items: Box::new(Kind::Section(section)), least: 0, distinct: true };
    vec![
        Field::new("files", list(file()), "The log files that the agent reads.")
            .or(json!([]))
            .example(json!([{ "path": "/var/log/messages", "log_group": "/aws/ec2/messages" }])),
        Field::new(
            "journald",
            list(journald()),
            "What the agent reads of the systemd journal, which is where Amazon Linux 2023 writes what used to be in /var/log/messages.",
        )
        .rules("Linux only.")
        .or(json!([]))
        .example(json!([{ "log_group": "/aws/ec2/journal", "units": ["sshd"] }])),
        Field::new("windows_events", list(windows_events()), "The event logs that the agent reads on Windows.")
            .rules("Windows only.")
            .or(json!([]))
            .example(json!([{ "event_name": "System", "event_levels": ["ERROR"], "log_group": "/aws/ec2/system" }])),
        Field::new("logs", Kind::Section(logs()), "What holds for everything that the agent collects."),
    ]
}

fn words<T>(words: &[(&'static str, T)]) -> Kind {
    Kind::Words(words.iter().map(|(word, _)| *word).collect())
}

fn file() -> Section {
    let mut fields = vec![
        Field::new(
            "path",
            Kind::Text(PATH),
            "Where it is on the instance; `*`, `**`, `?` and `[…]` as the agent reads them.",
        )
        .required()
        .example("/var/log/messages"),
    ];
    fields.extend(target("log_file_filter", "agents.<key>.files[].filters[]"));
    fields.extend([
        Field::new(
            "publish_multi_logs",
            Kind::Flag,
            "Whether every file that the path matches is followed, each into a log stream with its path in the name. The agent by itself follows only the one that was changed last.",
        )
        .or_else("`true` where `path` is a pattern"),
        Field::new(
            "multi_line_start_pattern",
            Kind::Text(EXPRESSION),
            "What the first line of an event looks like: a regular expression, or `{timestamp_format}` for a line with a timestamp.",
        )
        .or_else("a line that does not begin with a blank")
        .example("{timestamp_format}"),
        Field::new("timestamp_format", Kind::Text(TIMESTAMP), "How the timestamps of the lines are written.")
            .rules("Of `%B %b %-m %m %A %a %-d %d %H %-I %I %-M %M %-S %S %Y %y %p %Z %z %f` and plain text.")
            .or_else("the time at which the agent reads a line")
            .example("%Y-%m-%d %H:%M:%S"),
        Field::new("timezone", words(Timezone::WORDS), "The time zone of timestamps that do not say it.")
            .or_else("`Local`"),
        Field::new("trim_timestamp", Kind::Flag, "Whether timestamps are taken out of the events.").or(false),
        Field::new("encoding", Kind::Text(ENCODING), "How the file is encoded.")
            .or_else("`utf-8`")
            .example("shift_jis"),
        Field::new(
            "blacklist",
            Kind::Text(EXPRESSION),
            "Which files of the pattern are left out: a regular expression for their names without folders.",
        )
        .example("\\.\\d$"),
        Field::new(
            "auto_removal",
            Kind::Flag,
            "Whether the agent deletes a file once it was read and rotated. Of a pattern the newest file is followed then.",
        )
        .rules("Not beside `publish_multi_logs: true`.")
        .or(false),
        Field::new(
            "backpressure_mode",
            words(BackpressureMode::WORDS),
            "With `fd_release` the agent lets go of the file while CloudWatch Logs does not keep up.",
        ),
    ]);
    fields.extend(entity());
    Section::new("log_file", "agents.<key>.files[]", "A log file, or several by a pattern.", fields)
}

fn journald() -> Section {
    let mut fields = target("journald_filter", "agents.<key>.journald[].filters[]");
    let fields_of_journal =
        Kind::Map { keys: JOURNAL_FIELD, values: Box::new(Kind::Text(ANY)), least: 1, most: None };
    fields.extend([
        Field::new("units", Kind::some(Kind::Text(UNIT)), "The systemd units.")
            .or_else("all of them")
            .example(json!(["sshd", "nginx"])),
        Field::new(
            "priority",
            Kind::Words(
                Priority::WORDS
                    .iter()
                    .map(|(word, _)| *word)
                    .chain(["0", "1", "2", "3", "4", "5", "6", "7"])
                    .collect(),
            ),
            "The least important entries that are sent, by name or quoted number.",
        )
        .or_else("`info`"),
        Field::new(
            "matches",
            Kind::some(fields_of_journal),
            "Fields of the journal with their values: an entry is sent that has all of one of these maps.",
        )
        .example(json!([{ "_SYSTEMD_UNIT": "sshd.service" }])),
    ]);
    Section::new("journald", "agents.<key>.journald[]", "A part of the systemd journal.", fields)
}

const ANY: Text = Text::plain("any text", 0, None);

fn windows_events() -> Section {
    let mut fields = vec![
        Field::new("event_name", Kind::Text(EVENT_NAME), "The event log.").required().example("System"),
        Field::new("event_levels", Kind::some(words(EventLevel::WORDS)), "The levels that are sent.")
            .rules("One at least of `event_levels`, `event_ids` and `filters`.")
            .example(json!(["CRITICAL", "ERROR", "WARNING"])),
        Field::new(
            "event_ids",
            Kind::some(Kind::Number { least: 0, most: Some(65_535) }),
            "The ids of the events that are sent.",
        )
        .example(json!([4624, 4625])),
        Field::new("event_format", words(EventFormat::WORDS), "How events are written.").or_else("`text`"),
    ];
    fields.extend(target("windows_filter", "agents.<key>.windows_events[].filters[]"));
    let says_which = json!({ "anyOf": [
        { "required": ["event_levels"] },
        { "required": ["event_ids"] },
        { "required": ["filters"] },
    ]});
    Section::new("windows_events", "agents.<key>.windows_events[]", "An event log of Windows.", fields)
        .with_condition(says_which)
}

/// Where events go, the same for everything.
fn target(filter: &'static str, path: &'static str) -> Vec<Field> {
    vec![
        Field::new("log_group", Kind::Text(LOG_GROUP), "The log group that its events go to.")
            .required()
            .rules("Placeholders of the agent are filled in on the instance.")
            .example("/aws/ec2/messages"),
        Field::new("log_stream", Kind::Text(LOG_STREAM), "The log stream, with placeholders of the agent.")
            .rules("`{instance_id}`, `{hostname}`, `{local_hostname}`, `{ip_address}`, `{aws_region}`, `{account_id}` and `{date}` are filled in.")
            .or_else("`{instance_id}`, or that of `logs`")
            .example(PLACEHOLDERS[1]),
        Field::new(
            "log_group_class",
            words(LogGroupClass::WORDS),
            "Class of the log group, where the agent makes it. `INFREQUENT_ACCESS` is cheaper, and takes no subscription filters.",
        )
        .rules("The same wherever the log group is named; not `INFREQUENT_ACCESS` for one that a source delivers.")
        .or_else("`STANDARD`"),
        Field::new(
            "retention_days",
            Kind::Numbers(&RETENTION_DAYS),
            "Days that the agent sets as the retention of the log group. The agent's own `policy` allows it that.",
        )
        .rules("The same wherever the log group is named.")
        .or_else("the agent leaves it alone"),
        Field::new(
            "filters",
            Kind::any(Kind::Section(self::filter(filter, path))),
            "Which events are sent; all of these have to let one through.",
        )
        .or(json!([]))
        .example(json!([{ "type": "exclude", "expression": "DEBUG|TRACE" }])),
    ]
}

fn filter(name: &'static str, path: &'static str) -> Section {
    Section::new(
        name,
        path,
        "Lets events through by what is in them.",
        vec![
            Field::new(
                "type",
                words(FilterType::WORDS),
                "Whether events are sent that match, or those that do not.",
            )
            .required()
            .example("exclude"),
            Field::new(
                "expression",
                Kind::Text(EXPRESSION),
                "A regular expression, in the syntax of Go (RE2).",
            )
            .required()
            .example("DEBUG|TRACE"),
        ],
    )
}

fn logs() -> Section {
    let mut fields = vec![
        Field::new("log_stream", Kind::Text(LOG_STREAM), "The log stream of whatever names none.")
            .or_else("`{instance_id}`")
            .example("{hostname}"),
        Field::new(
            "force_flush_interval",
            Kind::Number { least: 1, most: Some(172_800) },
            "The most seconds that events wait in the agent before they are sent.",
        )
        .or_else("`5`"),
        Field::new(
            "concurrency",
            Kind::Number { least: 1, most: Some(MOST_CONCURRENCY) },
            "How many workers send events.",
        )
        .or_else("`1`"),
        Field::new(
            "endpoint_override",
            Kind::Text(ENDPOINT),
            "Another endpoint of CloudWatch Logs, such as one of a VPC.",
        ),
    ];
    fields.extend(entity());
    Section::new(
        "agent_logs",
        "agents.<key>.logs",
        "What holds for everything that an agent collects.",
        fields,
    )
}

/// What CloudWatch groups telemetry by.
fn entity() -> [Field; 2] {
    [
        Field::new("service_name", Kind::Text(SERVICE), "The service that the events are of.")
            .example("shop"),
        Field::new(
            "deployment_environment",
            Kind::Text(ENVIRONMENT),
            "The environment that the events are of.",
        )
        .example("production"),
    ]
}
