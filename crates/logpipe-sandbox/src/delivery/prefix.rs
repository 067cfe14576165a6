//! The expressions of prefixes (Firehose Developer Guide, "Understand custom prefixes for Amazon S3 objects").

use std::collections::BTreeSet;

use time::OffsetDateTime;

/// The namespace of keys that a MetadataExtraction processor finds.
pub(super) const FROM_QUERY: &str = "partitionKeyFromQuery";
const FROM_LAMBDA: &str = "partitionKeyFromLambda";

/// The two members of a destination that are prefixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrefixMember {
    /// Of delivered objects.
    Prefix,
    /// Of what could not be processed.
    ErrorOutputPrefix,
}

/// What is wrong with the expressions of a prefix, in AWS's words.
pub(crate) fn check_expressions(prefix: &str, member: PrefixMember) -> Result<(), String> {
    parts(prefix).into_iter().try_for_each(|part| check_part(part, member))
}

fn check_part(part: Part<'_>, member: PrefixMember) -> Result<(), String> {
    let for_errors = member == PrefixMember::ErrorOutputPrefix;
    let problem = match part {
        Part::Text(_) | Part::Expression("firehose", "random-string") => return Ok(()),
        Part::Expression("firehose", "error-output-type") if for_errors => return Ok(()),
        Part::Expression("timestamp", format) if formatted(format, OffsetDateTime::UNIX_EPOCH).is_some() => {
            return Ok(());
        }
        Part::Expression("firehose", "error-output-type") => {
            "Prefix must not contain any occurrence of !{firehose:error-output-type}".to_owned()
        }
        Part::Expression("firehose" | "timestamp", _) => {
            format!("Invalid conversion character used in the value of the expression in {member:?}")
        }
        Part::Expression(FROM_QUERY | FROM_LAMBDA, _) if for_errors => {
            "Dynamic Partitioning Namespaces can't be part of an error prefix expression".to_owned()
        }
        Part::Expression(FROM_QUERY, _) => return Ok(()),
        Part::Expression(FROM_LAMBDA, _) => format!("The sandbox does not evaluate {FROM_LAMBDA}"),
        Part::Expression(namespace, _) => {
            format!("Namespace to the left of colon ({namespace}) is an invalid keyword!")
        }
        Part::Broken => "Invalid expression usage".to_owned(),
    };
    Err(problem)
}

/// The partition keys that a prefix asks for.
pub(crate) fn partition_keys(prefix: &str) -> BTreeSet<&str> {
    let key = |part| match part {
        Part::Expression(FROM_QUERY, key) => Some(key),
        _ => None,
    };
    parts(prefix).into_iter().filter_map(key).collect()
}

/// A piece of a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Text as it is.
    Text(&'a str),
    /// `!{namespace:value}`.
    Expression(&'a str, &'a str),
    /// An expression that is none.
    Broken,
}

/// Splits a prefix into literal text and `!{namespace:value}`.
pub(super) fn parts(prefix: &str) -> Vec<Part<'_>> {
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
pub(super) fn formatted(format: &str, at: OffsetDateTime) -> Option<String> {
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
    use super::*;

    fn check(prefix: &str, member: PrefixMember, expect: Result<(), &str>) {
        let found = check_expressions(prefix, member);
        assert_eq!(found.as_ref().map_err(String::as_str), expect.as_ref().map_err(|text| *text), "{prefix}");
    }

    #[test]
    fn expressions_out_of_place_are_told() {
        use PrefixMember::{ErrorOutputPrefix, Prefix};
        check("a/!{timestamp:yyyy/MM/dd}/!{firehose:random-string}", Prefix, Ok(()));
        check("o=!{partitionKeyFromQuery:owner}/", Prefix, Ok(()));
        check("e/!{firehose:error-output-type}/", ErrorOutputPrefix, Ok(()));
        check(
            "e/!{firehose:error-output-type}/",
            Prefix,
            Err("Prefix must not contain any occurrence of !{firehose:error-output-type}"),
        );
        check(
            "!{partitionKeyFromQuery:owner}",
            ErrorOutputPrefix,
            Err("Dynamic Partitioning Namespaces can't be part of an error prefix expression"),
        );
        check("!{timestamp:yyyy", Prefix, Err("Invalid expression usage"));
        check(
            "!{timestamp:QQQ}",
            Prefix,
            Err("Invalid conversion character used in the value of the expression in Prefix"),
        );
        check("!{date:yyyy}", Prefix, Err("Namespace to the left of colon (date) is an invalid keyword!"));
    }

    #[test]
    fn partition_keys_are_found() {
        let keys = partition_keys("!{timestamp:yyyy}/!{partitionKeyFromQuery:b}/!{partitionKeyFromQuery:a}");
        assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
