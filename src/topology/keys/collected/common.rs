//! What files, the journal and event logs have in common: where events go, and which of them.

use crate::topology::keys::forms::{agent, names};
use crate::topology::keys::sources::RETENTION_DAYS;
use crate::topology::keys::{Choice, Described, Key, KeyOr, List, Numbers, Sub, Table, Text};
use crate::topology::model::{FilterType, LogGroupClass};

pub(super) const OF_GO: Text = Text::new(agent::EXPRESSION);

/// `{key}` is what the key is called: the agent's own configuration calls it something else.
pub(in crate::topology) static LOG_GROUP: Key<Text> =
    Key::new("log_group", Text::new(agent::AGENT_LOG_GROUP), "The log group that its events go to.")
        .required("the agent needs a log group to send events to", "write `{key}: /aws/ec2/messages`")
        .rules("The agent fills in its placeholders on the instance.")
        .example("/aws/ec2/messages");

pub(in crate::topology) static LOG_STREAM: Key<Text> = Key::new(
    "log_stream",
    Text::new(names::LOG_STREAM),
    "The log stream. It may contain the agent's placeholders.",
)
.rules("The agent fills in `{instance_id}`, `{hostname}`, `{local_hostname}`, `{ip_address}`, `{aws_region}`, `{account_id}` and `{date}`.")
.or_else("`log_stream` of `logs`, or `{instance_id}`")
.example("{hostname}");

pub(in crate::topology) static LOG_GROUP_CLASS: Key<Choice<LogGroupClass>> = Key::new(
    "log_group_class",
    Choice(LogGroupClass::WORDS),
    "Class of the log group, if the agent makes it. `INFREQUENT_ACCESS` is cheaper, but does not support subscription filters.",
)
.rules("It must be the same wherever the log group is named, and not `INFREQUENT_ACCESS` if a source delivers the log group.")
.or_else("`STANDARD`");

pub(in crate::topology) static RETENTION: Key<Numbers> = Key::new(
    "retention_days",
    Numbers(&RETENTION_DAYS),
    "The retention, in days, that the agent sets on the log group. The agent's own `policy` allows it to.",
)
.rules("It must be the same wherever the log group is named.")
.or_else("the agent leaves it unchanged");

pub(in crate::topology) static SERVICE_NAME: Key<Text> =
    Key::new("service_name", Text::new(agent::SERVICE), "The service that the events come from.")
        .example("shop");

pub(in crate::topology) static DEPLOYMENT_ENVIRONMENT: Key<Text> = Key::new(
    "deployment_environment",
    Text::new(agent::ENVIRONMENT),
    "The environment that the events come from.",
)
.example("production");

/// The same in every list, each time as a section of its own.
pub(in crate::topology) static FILTERS: KeyOr<List<Sub>> = filters(&FILE_FILTER);

pub(super) const fn filters(table: &'static Table) -> KeyOr<List<Sub>> {
    Key::new(
        "filters",
        List::any(Sub(table)),
        "Which events are sent. An event has to pass all of these filters.",
    )
    .or(&[])
    .example_json(r#"[{ "type": "exclude", "expression": "DEBUG|TRACE" }]"#)
}

pub(in crate::topology) static FILE_FILTER: Table =
    filter("log_file_filter", "agents.<key>.files[].filters[]");
pub(super) static JOURNAL_FILTER: Table = filter("journald_filter", "agents.<key>.journald[].filters[]");
pub(super) static EVENT_FILTER: Table = filter("windows_filter", "agents.<key>.windows_events[].filters[]");

const OF_A_FILTER: &[&dyn Described] = &[&FILTER_TYPE, &FILTER_EXPRESSION];

const fn filter(name: &'static str, path: &'static str) -> Table {
    let meaning = "Selects events by their content.";
    Table { name, path, meaning, keys: OF_A_FILTER, conditions: Vec::new }
}

const WHAT_A_FILTER_DOES: &str = "a filter needs a type and an expression";

pub(in crate::topology) static FILTER_TYPE: Key<Choice<FilterType>> = Key::new(
    "type",
    Choice(FilterType::WORDS),
    "Whether to send the events that match (`include`), or those that do not (`exclude`).",
)
.required(WHAT_A_FILTER_DOES, "add `type: include` or `type: exclude`")
.example("exclude");

pub(in crate::topology) static FILTER_EXPRESSION: Key<Text> =
    Key::new("expression", OF_GO, "A regular expression in Go syntax (RE2).")
        .required(WHAT_A_FILTER_DOES, "add `expression: ERROR`, a regular expression")
        .example("DEBUG|TRACE");
