//! The keys of the objects a stream writes.
//!
//! Owns the expressions of prefixes (Firehose Developer Guide, "Understand custom prefixes for Amazon S3 objects").

use time::OffsetDateTime;

use crate::sandbox::firehose::Settings;
use crate::sandbox::identifiers;
use crate::sandbox::world::{World, from_ms};

/// What the name of an object, without its prefix, is made of.
pub(super) struct FileName<'a> {
    /// The name of the stream.
    pub(super) stream: &'a str,
    /// The version of its configuration.
    pub(super) version: u64,
    /// When the first record of the batch came.
    pub(super) opened_ms: u64,
}

/// The key of an object: prefix, stream, version, time of the oldest record, a unique part, extension.
pub(super) fn of(world: &mut World, settings: &Settings, file: &FileName<'_>) -> String {
    let at = OffsetDateTime::from(from_ms(file.opened_ms));
    let prefix = evaluate(settings.prefix(), at, || {
        identifiers::token("random-string", world.next_number()).chars().take(11).collect()
    });
    let FileName { stream, version, .. } = file;
    let time = formatted("yyyy-MM-dd-HH-mm-ss", at).unwrap_or_default();
    format!("{prefix}{stream}-{version}-{time}-{}{}", world.uuid(), settings.extension())
}

/// The text of a prefix at a time. A prefix without a time in it gets the default one appended.
fn evaluate(prefix: &str, at: OffsetDateTime, mut random: impl FnMut() -> String) -> String {
    let mut text = String::new();
    let mut dated = false;
    for part in parts(prefix) {
        match part {
            Part::Text(literal) => text.push_str(literal),
            Part::Expression("timestamp", format) => {
                dated = true;
                text.push_str(&formatted(format, at).unwrap_or_default());
            }
            Part::Expression("firehose", "random-string") => text.push_str(&random()),
            Part::Expression(..) | Part::Broken => {}
        }
    }
    if !dated {
        text.push_str(&formatted("yyyy/MM/dd/HH/", at).unwrap_or_default());
    }
    text
}

/// What is wrong with the expressions of a prefix or, with `for_errors`, of an error output prefix.
pub(crate) fn check_expressions(prefix: &str, for_errors: bool) -> Result<(), String> {
    parts(prefix).into_iter().try_for_each(|part| match part {
        Part::Text(_) | Part::Expression("firehose", "random-string") => Ok(()),
        Part::Expression("firehose", "error-output-type") if for_errors => Ok(()),
        Part::Expression("timestamp", format) => formatted(format, OffsetDateTime::UNIX_EPOCH)
            .map(drop)
            .ok_or_else(|| format!("the timestamp format '{format}' is not valid")),
        Part::Expression(namespace, value) => {
            Err(format!("the expression !{{{namespace}:{value}}} is not allowed here"))
        }
        Part::Broken => Err("an expression is not closed".to_owned()),
    })
}

enum Part<'a> {
    Text(&'a str),
    Expression(&'a str, &'a str),
    Broken,
}

/// Splits a prefix into literal text and `!{namespace:value}`.
fn parts(prefix: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = prefix;
    while let Some((before, after)) = rest.split_once("!{") {
        found.push(Part::Text(before));
        let expression =
            after.split_once('}').and_then(|(inside, tail)| Some((inside.split_once(':')?, tail)));
        let Some(((namespace, value), tail)) = expression else {
            found.push(Part::Broken);
            return found;
        };
        found.push(Part::Expression(namespace, value));
        rest = tail;
    }
    found.push(Part::Text(rest));
    found
}

/// A time in a format of Java's `DateTimeFormatter`: numeric fields, quoted text and punctuation.
fn formatted(format: &str, at: OffsetDateTime) -> Option<String> {
    let mut text = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (quoted, tail) = rest[1..].split_once('\'')?;
            text.push_str(if quoted.is_empty() { "'" } else { quoted });
            rest = tail;
            continue;
        }
        let run = rest.len() - rest.trim_start_matches(first).len();
        if first.is_ascii_alphabetic() {
            text.push_str(&field(first, run, at)?);
        } else {
            text.push_str(&rest[..run]);
        }
        rest = &rest[run..];
    }
    Some(text)
}

fn field(letter: char, width: usize, at: OffsetDateTime) -> Option<String> {
    let value = match letter {
        'y' | 'u' | 'Y' if width == 2 => at.year() % 100,
        'y' | 'u' | 'Y' => at.year(),
        'M' | 'L' if width <= 2 => i32::from(u8::from(at.month())),
        'd' => i32::from(at.day()),
        'D' => i32::from(at.ordinal()),
        'H' => i32::from(at.hour()),
        'm' => i32::from(at.minute()),
        's' => i32::from(at.second()),
        _ => return None,
    };
    Some(format!("{value:0width$}"))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn check(prefix: &str, expect: &str) {
        let at = datetime!(2026-03-04 05:06:07 UTC);
        assert_eq!(evaluate(prefix, at, || "abcdefghijk".to_owned()), expect, "{prefix}");
    }

    #[test]
    fn prefixes_are_evaluated() {
        check("", "2026/03/04/05/");
        check("logs/", "logs/2026/03/04/05/");
        check("logs", "logs2026/03/04/05/");
        check("a/!{timestamp:yyyy-MM-dd}/", "a/2026-03-04/");
        check("!{timestamp:yyyy}/!{timestamp:'M'MM}/x", "2026/M03/x");
        check("!{firehose:random-string}/", "abcdefghijk/2026/03/04/05/");
        check("!{timestamp:yy.M.d HH:mm:ss''}", "26.3.4 05:06:07'");
    }

    #[test]
    fn expressions_out_of_place_are_told() {
        let fits = |prefix, for_errors| check_expressions(prefix, for_errors).is_ok();
        assert!(fits("a/!{timestamp:yyyy/MM/dd}/!{firehose:random-string}", false));
        assert!(fits("e/!{firehose:error-output-type}/", true));
        assert!(!fits("e/!{firehose:error-output-type}/", false));
        assert!(!fits("!{partitionKeyFromQuery:owner}", true));
        assert!(!fits("!{timestamp:yyyy", false));
        assert!(!fits("!{timestamp:QQQ}", false));
    }
}
