//! The keys of the objects a stream writes (Firehose Developer Guide, "Configure Amazon S3 object name format").

use std::collections::BTreeMap;

use time::{OffsetDateTime, UtcOffset};

use crate::identifiers;
use crate::services::firehose::Settings;
use crate::state::world::{World, from_ms};

use super::prefix::{FROM_QUERY, Part, formatted, parts};

/// The output type of records that could not be processed.
const FAILED: &str = "processing-failed";

/// What the name of an object, without its prefix, is made of.
pub(super) struct FileName<'a> {
    /// The name of the stream.
    pub(super) stream: &'a str,
    /// The version of its configuration.
    pub(super) version: u64,
    /// When the first record of the batch came.
    pub(super) opened_ms: u64,
    /// The time zone of the stream, which prefix and name are written in.
    pub(super) zone: UtcOffset,
}

/// The key of an object: prefix, stream, version, time of the oldest record, a unique part, extension.
pub(super) fn of(
    world: &mut World,
    settings: &Settings,
    file: &FileName<'_>,
    keys: &BTreeMap<String, String>,
) -> String {
    let values = Values { at: file.at(), random: random(world), error_type: "", keys };
    let mut prefix = values.evaluate(settings.prefix());
    if !has_expressions(settings.prefix()) {
        prefix.push_str(&default_folders(values.at));
    }
    format!("{prefix}{}{}", file.name(world), settings.extension())
}

/// The key of an object with records that could not be processed.
pub(super) fn of_failed(world: &mut World, settings: &Settings, file: &FileName<'_>) -> String {
    let values = Values { at: file.at(), random: random(world), error_type: FAILED, keys: &BTreeMap::new() };
    let error_prefix = settings.error_output_prefix.as_deref().unwrap_or_default();
    format!("{}{}", failed_prefix(settings.prefix(), error_prefix, &values), file.name(world))
}

/// Where they go. Without an error prefix that is below the prefix ("Understand custom prefixes for Amazon S3 objects",
/// the last example of what prefixes evaluate to).
fn failed_prefix(prefix: &str, error_prefix: &str, values: &Values<'_>) -> String {
    let wanted = if error_prefix.is_empty() { prefix } else { error_prefix };
    let mut evaluated = values.evaluate(wanted);
    if !has_expressions(wanted) {
        evaluated.push_str(&format!("{FAILED}/{}", default_folders(values.at)));
    }
    evaluated
}

/// Whether Firehose adds nothing to a prefix: any expression overrides the default prefix as a whole, be it one without a
/// time (seen on AWS for `!{firehose:random-string}`, floci-io/floci#1857).
fn has_expressions(prefix: &str) -> bool {
    parts(prefix).iter().any(|part| matches!(part, Part::Expression(..)))
}

fn random(world: &mut World) -> String {
    identifiers::token("random-string", world.next_number()).chars().take(11).collect()
}

/// What a prefix without expressions gets appended.
fn default_folders(at: OffsetDateTime) -> String {
    formatted("yyyy/MM/dd/HH/", at).unwrap_or_default()
}

impl FileName<'_> {
    fn at(&self) -> OffsetDateTime {
        OffsetDateTime::from(from_ms(self.opened_ms)).to_offset(self.zone)
    }

    fn name(&self, world: &mut World) -> String {
        let time = formatted("yyyy-MM-dd-HH-mm-ss", self.at()).unwrap_or_default();
        format!("{}-{}-{time}-{}", self.stream, self.version, world.uuid())
    }
}

/// What the expressions of a prefix stand for.
struct Values<'a> {
    at: OffsetDateTime,
    random: String,
    error_type: &'a str,
    keys: &'a BTreeMap<String, String>,
}

impl Values<'_> {
    fn evaluate(&self, prefix: &str) -> String {
        let text = |part| match part {
            Part::Text(literal) => literal.to_owned(),
            Part::Expression("timestamp", format) => formatted(format, self.at).unwrap_or_default(),
            Part::Expression("firehose", "random-string") => self.random.clone(),
            Part::Expression("firehose", _) => self.error_type.to_owned(),
            Part::Expression(FROM_QUERY, key) => self.keys.get(key).cloned().unwrap_or_default(),
            Part::Expression(..) | Part::Broken => String::new(),
        };
        parts(prefix).into_iter().map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn values(keys: &BTreeMap<String, String>) -> Values<'_> {
        Values {
            at: datetime!(2026-03-04 05:06:07 UTC),
            random: "abcdefghijk".to_owned(),
            error_type: FAILED,
            keys,
        }
    }

    fn check(prefix: &str, expect: &str) {
        let keys = BTreeMap::from([("owner".to_owned(), "111111111111".to_owned())]);
        assert_eq!(values(&keys).evaluate(prefix), expect, "{prefix}");
    }

    #[test]
    fn what_failed_goes_below_the_error_prefix_in_each_of_its_forms() {
        let keys = BTreeMap::new();
        let check = |prefix: &str, error_prefix: &str, expect: &str| {
            let found = failed_prefix(prefix, error_prefix, &values(&keys));
            assert_eq!(found, expect, "{prefix:?}, {error_prefix:?}");
        };
        check("logs/", "e/!{firehose:error-output-type}/", "e/processing-failed/");
        check("logs/", "!{timestamp:yyyy}/!{firehose:error-output-type}", "2026/processing-failed");
        check("logs/", "errors/", "errors/processing-failed/2026/03/04/05/");
        check("logs/", "", "logs/processing-failed/2026/03/04/05/");
        check("", "", "processing-failed/2026/03/04/05/");
    }

    #[test]
    fn prefixes_are_evaluated() {
        check("logs/", "logs/");
        check("a/!{timestamp:yyyy-MM-dd}/", "a/2026-03-04/");
        check("!{timestamp:yyyy}/!{timestamp:'M'MM}/x", "2026/M03/x");
        check("!{firehose:random-string}/", "abcdefghijk/");
        check("e/!{firehose:error-output-type}/", "e/processing-failed/");
        check("o=!{partitionKeyFromQuery:owner}/", "o=111111111111/");
        check("!{timestamp:yy.M.d HH:mm:ss''}", "26.3.4 05:06:07'");
    }
}
