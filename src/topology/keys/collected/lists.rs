//! The lists of an agent, and what holds for all of them.

use super::common::{DEPLOYMENT_ENVIRONMENT, SERVICE_NAME};
use super::file::FILE;
use super::journal::JOURNAL;
use super::windows::EVENTS;
use crate::topology::keys::forms::{agent, names};
use crate::topology::keys::{Key, KeyOr, List, Number, Sub, Table, Text};

/// Most entries of a `collect_list`.
pub(in crate::topology) const MOST_ENTRIES: usize = 16_384;

pub(in crate::topology) static FILES: KeyOr<List<Sub>> = Key::new(
    "files",
    List::distinct(Sub(&FILE)).at_most(MOST_ENTRIES),
    "The log files that the agent reads.",
)
.or(&[])
.example_json(r#"[{ "path": "/var/log/messages", "log_group": "/aws/ec2/messages" }]"#);

pub(in crate::topology) static JOURNALD: KeyOr<List<Sub>> = Key::new(
    "journald",
    List::distinct(Sub(&JOURNAL)).at_most(MOST_ENTRIES),
    "What the agent reads from the systemd journal, where Amazon Linux 2023 writes what used to go to /var/log/messages.",
)
.rules("Linux only.")
.or(&[])
.example_json(r#"[{ "log_group": "/aws/ec2/journal", "units": ["sshd"] }]"#);

pub(in crate::topology) static WINDOWS_EVENTS: KeyOr<List<Sub>> = Key::new(
    "windows_events",
    List::distinct(Sub(&EVENTS)).at_most(MOST_ENTRIES),
    "The event logs that the agent reads on Windows.",
)
.rules("Windows only.")
.or(&[])
.example_json(r#"[{ "event_name": "System", "event_levels": ["ERROR"], "log_group": "/aws/ec2/system" }]"#);

pub(in crate::topology) static LOGS: Key<Sub> =
    Key::new("logs", Sub(&DEFAULTS), "Settings for everything that the agent collects.");

pub(in crate::topology) static DEFAULTS: Table = Table {
    name: "agent_logs",
    path: "agents.<key>.logs",
    meaning: "Settings for everything that an agent collects.",
    keys: &[
        &DEFAULT_LOG_STREAM,
        &FORCE_FLUSH_INTERVAL,
        &CONCURRENCY,
        &ENDPOINT_OVERRIDE,
        &SERVICE_NAME,
        &DEPLOYMENT_ENVIRONMENT,
    ],
    conditions: Vec::new,
};

pub(in crate::topology) static DEFAULT_LOG_STREAM: Key<Text> = Key::new(
    "log_stream",
    Text::new(names::LOG_STREAM),
    "The log stream of everything that does not set its own.",
)
.or_else("`{instance_id}`")
.example("{hostname}");

/// At most the seconds that the agent's schema knows.
pub(in crate::topology) static FORCE_FLUSH_INTERVAL: Key<Number> = Key::new(
    "force_flush_interval",
    Number::new(1, 172_800, "it is the longest time that events wait, in seconds"),
    "The longest time, in seconds, that events wait in the agent before they are sent.",
)
.or_else("`5`");

/// At most more workers than any agent has use for.
pub(in crate::topology) static CONCURRENCY: Key<Number> = Key::new(
    "concurrency",
    Number::new(1, 1_000, "it is the number of workers that send events"),
    "How many workers send events.",
)
.or_else("`1`");

pub(in crate::topology) static ENDPOINT_OVERRIDE: Key<Text> = Key::new(
    "endpoint_override",
    Text::new(agent::ENDPOINT),
    "Another endpoint of CloudWatch Logs, such as a VPC endpoint.",
);
