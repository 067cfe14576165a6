//! The keys of the objects a stream writes (Firehose Developer Guide, "Configure Amazon S3 object name format").

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::sandbox::firehose::Settings;
use crate::sandbox::identifiers;
use crate::sandbox::world::{World, from_ms};

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
    if !parts(settings.prefix()).iter().any(|part| matches!(part, Part::Expression("timestamp", _))) {
        prefix.push_str(&default_folders(values.at));
    }
    format!("{prefix}{}{}", file.name(world), settings.extension())
}

/// The key of an object with records that could not be processed.
pub(super) fn of_failed(world: &mut World, settings: &Settings, file: &FileName<'_>) -> String {
    let values = Values { at: file.at(), random: random(world), error_type: FAILED, keys: &BTreeMap::new() };
    let wanted = settings.error_output_prefix.as_deref().unwrap_or_default();
    let mut prefix = values.evaluate(wanted);
    if !wanted.contains("!{") {
        prefix.push_str(&format!("{FAILED}/{}", default_folders(values.at)));
    }
    format!("{prefix}{}", file.name(world))
}

fn random(world: &mut World) -> String {
    identifiers::token("random-string", world.next_number()).chars().take(11).collect()
}

/// What a prefix without a time in it gets appended.
fn default_folders(at: OffsetDateTime) -> String {
    formatted("yyyy/MM/dd/HH/", at).unwrap_or_default()
}

impl FileName<'_> {
    fn at(&self) -> OffsetDateTime {
        OffsetDateTime::from(from_ms(self.opened_ms))
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

    fn check(prefix: &str, expect: &str) {
        let keys = BTreeMap::from([("owner".to_owned(), "111111111111".to_owned())]);
        let values = Values {
            at: datetime!(2026-03-04 05:06:07 UTC),
            random: "abcdefghijk".to_owned(),
            error_type: FAILED,
            keys: &keys,
        };
        assert_eq!(values.evaluate(prefix), expect, "{prefix}");
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
