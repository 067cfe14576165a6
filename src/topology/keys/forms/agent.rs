//! The forms of what is written about an agent's collecting.
//!
//! The lengths are those of the agent's own schema (github.com/aws/amazon-cloudwatch-agent,
//! `translator/config/schema.json`).

use super::form::{Condition, Form, lacks, matches};
use super::names::RESERVED_LOG_GROUP;
use crate::topology::keys::nearest::nearest;

/// What the agent fills in on the instance (amazon-cloudwatch-agent, `translator/translate/util/placeholderUtil.go`).
pub(in crate::topology) const PLACEHOLDERS: [&str; 7] = [
    "{instance_id}",
    "{hostname}",
    "{local_hostname}",
    "{ip_address}",
    "{aws_region}",
    "{account_id}",
    "{date}",
];

/// The symbols of `timestamp_format` (amazon-cloudwatch-agent, `internal/util/timestamp`).
const SYMBOLS: [&str; 21] = [
    "%B", "%b", "%-m", "%m", "%A", "%a", "%-d", "%d", "%H", "%-I", "%I", "%-M", "%M", "%-S", "%S", "%Y",
    "%y", "%p", "%Z", "%z", "%f",
];

/// The placeholder for the pattern of the timestamps.
pub(in crate::topology) const TIMESTAMP_FORMAT: &str = "{timestamp_format}";

/// A log group that the agent writes to: a name whose placeholders are all known, and which without them is a valid name
/// in CloudWatch Logs.
pub(in crate::topology) const AGENT_LOG_GROUP: Form = Form::new("a log group name")
    .sized(1, 512)
    .of(
        "A-Za-z0-9._/#{}-",
        "letters, digits, `._-/#` and placeholders of the agent such as `{instance_id}`",
    )
    .and(&[
        matches(
            r"^([^{}]|\{(instance_id|hostname|local_hostname|ip_address|aws_region|account_id|date)\})*$",
            "braces are only for placeholders, and the agent knows {instance_id}, {hostname}, {local_hostname}, {ip_address}, {aws_region}, {account_id} and {date}",
        ),
        RESERVED_LOG_GROUP,
    ]);

/// A regular expression.
pub(in crate::topology) const EXPRESSION: Form = Form::new("a regular expression").sized(1, 4096);

/// How timestamps are written.
pub(in crate::topology) const TIMESTAMP: Form = Form::new("a timestamp format").sized(1, 4096);

/// The symbols of [`SYMBOLS`] and plain text, as JSON Schema is told.
pub(in crate::topology) const OF_SYMBOLS: Condition =
    matches("^([^%]|%(-?[mdIMS]|[BbAaHYypZzf]))*$", "the agent treats any other symbol as plain text");

/// The name of an encoding, as the WHATWG and IANA spell them.
pub(in crate::topology) const ENCODING: Form =
    Form::new("the name of an encoding").sized(1, 64).of("A-Za-z0-9._:+()-", "letters, digits and `._:+-()`");

/// A systemd unit.
pub(in crate::topology) const UNIT: Form = Form::new("a systemd unit").sized(1, 256).of(
    r"^\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    "any characters except whitespace",
);

/// systemd.journal-fields(7).
pub(in crate::topology) const JOURNAL_FIELD: Form =
    Form::new("a journal field").sized(1, 64).of("A-Z0-9_", "capital letters, digits and `_`");

/// A Windows event log.
pub(in crate::topology) const EVENT_NAME: Form = Form::new("the name of an event log")
    .sized(1, 255)
    .of(r"^\x00-\x1f\x7f-\x9f", "any characters except control characters")
    .and(&[lacks(
        "^Forwarded Events$",
        "the agent refuses this name: Windows calls the log `ForwardedEvents`",
    )]);

/// The service that events come from.
pub(in crate::topology) const SERVICE: Form = Form::new("the name of a service").sized(1, 255);

/// The environment that events come from.
pub(in crate::topology) const ENVIRONMENT: Form = Form::new("the name of an environment").sized(1, 259);

/// An endpoint of CloudWatch Logs.
pub(in crate::topology) const ENDPOINT: Form = Form::new("an endpoint")
    .briefly("the URL of an endpoint")
    .sized(4, 2048)
    .of("!-~", "the characters of a URL");

/// The placeholder that was meant by one the agent does not know, which it would write as it is.
pub(in crate::topology) fn slip_of_placeholder(name: &str) -> Option<(&str, &'static str)> {
    name.split_inclusive('}').find_map(|part| {
        let written = &part[part.rfind('{')?..];
        let known = !written.ends_with('}') || PLACEHOLDERS.contains(&written);
        if known { None } else { Some((written, nearest(written, PLACEHOLDERS.into_iter())?)) }
    })
}

/// The part of a timestamp format that looks like a symbol, but that the agent treats as plain text.
pub(in crate::topology) fn unknown_symbol(format: &str) -> Option<String> {
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        rest = &rest[at..];
        match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            Some(symbol) => rest = &rest[symbol.len()..],
            None => {
                let length = if rest[1..].starts_with('-') { 3 } else { 2 };
                return Some(rest.chars().take(length).collect());
            }
        }
    }
    None
}

/// All of them, for a message.
pub(in crate::topology) fn symbols() -> String {
    SYMBOLS.join(" ")
}
