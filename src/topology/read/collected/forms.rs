//! The forms of what is written about an agent's collecting.
//!
//! The lengths are those of the agent's own schema (github.com/aws/amazon-cloudwatch-agent,
//! `translator/config/schema.json`).

use crate::topology::keys::names::{LOG_GROUP, Rule};
use crate::topology::read::field::nearest;

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

/// What stands for the pattern of the timestamps.
pub(in crate::topology) const TIMESTAMP_FORMAT: &str = "{timestamp_format}";

/// A log group that the agent writes to.
pub(in crate::topology) const AGENT_LOG_GROUP: Rule = Rule {
    fits: |c| (LOG_GROUP.fits)(c) || matches!(c, '{' | '}'),
    alphabet: "letters, digits, `._-/#` and placeholders of the agent such as `{instance_id}`",
    further: agent_log_group,
    ..LOG_GROUP
};

/// CloudWatch Logs API Reference, CreateLogStream.
pub(in crate::topology) const LOG_STREAM: Rule = Rule {
    what: "a log stream name",
    longest: 512,
    shortest: 1,
    fits: |c| !matches!(c, ':' | '*') && !c.is_control(),
    alphabet: "anything but `:` and `*`",
    further: |_| Ok(()),
};

const TEXT: Rule = Rule {
    what: "a text of the agent",
    longest: 4096,
    shortest: 1,
    fits: |_| true,
    alphabet: "anything",
    further: |_| Ok(()),
};

/// A regular expression.
pub(in crate::topology) const EXPRESSION: Rule = Rule { what: "a regular expression", ..TEXT };

/// How timestamps are written.
pub(in crate::topology) const TIMESTAMP: Rule = Rule { what: "a timestamp format", ..TEXT };

/// The name of an encoding, as the WHATWG and IANA spell them.
pub(in crate::topology) const ENCODING: Rule = Rule {
    what: "the name of an encoding",
    longest: 64,
    fits: |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '+' | '-' | '(' | ')'),
    alphabet: "letters, digits and `._:+-()`",
    ..TEXT
};

/// A systemd unit.
pub(in crate::topology) const UNIT: Rule = Rule {
    what: "a systemd unit",
    longest: 256,
    fits: |c| !c.is_whitespace() && !c.is_control(),
    alphabet: "anything but blanks",
    ..TEXT
};

/// systemd.journal-fields(7).
pub(in crate::topology) const JOURNAL_FIELD: Rule = Rule {
    what: "a field of the journal",
    longest: 64,
    fits: |c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_',
    alphabet: "capital letters, digits and `_`",
    ..TEXT
};

/// An event log of Windows.
pub(in crate::topology) const EVENT_NAME: Rule = Rule {
    what: "the name of an event log",
    longest: 255,
    fits: |c| !c.is_control(),
    alphabet: "anything but control characters",
    further: |name| match name {
        "Forwarded Events" => Err("the agent refuses this one: Windows calls that log `ForwardedEvents`"),
        _ => Ok(()),
    },
    ..TEXT
};

/// The service that events are of.
pub(in crate::topology) const SERVICE: Rule = Rule { what: "the name of a service", longest: 255, ..TEXT };

/// The environment that events are of.
pub(in crate::topology) const ENVIRONMENT: Rule =
    Rule { what: "the name of an environment", longest: 259, ..TEXT };

/// An endpoint of CloudWatch Logs.
pub(in crate::topology) const ENDPOINT: Rule = Rule {
    what: "an endpoint",
    longest: 2048,
    shortest: 4,
    fits: |c| c.is_ascii_graphic(),
    alphabet: "the characters of a URL",
    ..TEXT
};

/// A name whose placeholders are all known, and which is one of CloudWatch Logs without them.
fn agent_log_group(name: &str) -> Result<(), &'static str> {
    let mut rest = name.to_owned();
    for placeholder in PLACEHOLDERS {
        rest = rest.replace(placeholder, "x");
    }
    if rest.contains(['{', '}']) {
        return Err(
            "braces stand around a placeholder, and the agent knows {instance_id}, {hostname}, {local_hostname}, {ip_address}, {aws_region}, {account_id} and {date}",
        );
    }
    (LOG_GROUP.further)(&rest)
}

/// The placeholder that was meant by one the agent does not know, which it would write as it is.
pub(in crate::topology) fn slip_of_placeholder(name: &str) -> Option<(&str, &'static str)> {
    name.split_inclusive('}').find_map(|part| {
        let written = &part[part.rfind('{')?..];
        let known = !written.ends_with('}') || PLACEHOLDERS.contains(&written);
        if known { None } else { Some((written, nearest(written, PLACEHOLDERS.into_iter())?)) }
    })
}

/// The part of a timestamp format that the agent takes for plain text, although it looks like a symbol.
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
