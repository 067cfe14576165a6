//! The expression language of Firehose prefixes: Firehose Developer Guide, "Custom prefixes for S3 objects".
//!
//! Pure functions from the two prefixes to the reasons Firehose would refuse them.

use super::timestamp;
use crate::topology::model::{PartitionKey, TIMESTAMP_FOLDERS, hour_behind, partition_folder};

/// The most characters of a prefix once its expressions are evaluated.
const LONGEST_EVALUATED: usize = 512;
/// The most characters of a prefix as written (Firehose API Reference, ExtendedS3DestinationConfiguration).
const LONGEST_WRITTEN: usize = 1024;

/// Which of the two prefixes is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::topology) enum Role {
    /// Delivered objects.
    Objects,
    /// What could not be delivered.
    Errors,
}

/// Why a prefix would be refused, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::topology) struct Refusal {
    pub(in crate::topology) why: String,
    pub(in crate::topology) help: &'static str,
}

/// Whether a prefix holds expressions.
pub(in crate::topology) fn has_expressions(prefix: &str) -> bool {
    prefix.contains("!{")
}

/// Checks one prefix; objects may be partitioned by fields, each of which is a folder after the prefix.
pub(in crate::topology) fn check(
    prefix: &str,
    role: Role,
    partition_by: &[PartitionKey],
) -> Result<(), Refusal> {
    let parts = split(prefix)?;
    let mut evaluated = parts.literal;
    for expression in &parts.expressions {
        evaluated += check_expression(expression, role, partition_by)?;
    }
    let mut written = prefix.chars().count();
    if role == Role::Objects {
        let mut whole = prefix.to_owned();
        for key in partition_by {
            whole += &partition_folder(*key);
            evaluated += key.as_str().len() + shortest(*key) + 2;
        }
        let hour = hour_behind(&whole);
        written = whole.chars().count() + hour.len();
        evaluated += hour.replace(TIMESTAMP_FOLDERS, "yyyy/MM/dd/HH/").len();
    }
    if written > LONGEST_WRITTEN || evaluated > LONGEST_EVALUATED {
        let why =
            format!("Firehose allows at most {LONGEST_EVALUATED} characters once the prefix is evaluated");
        return Err(Refusal { why, help: "write a shorter prefix" });
    }
    match role {
        Role::Objects if !partition_by.is_empty() && !prefix.is_empty() && !prefix.ends_with('/') => refuse(
            "`partition_by` adds folders such as `owner=…/` after it, so it must end in `/`",
            "add a `/` at the end",
        ),
        Role::Errors if !parts.expressions.is_empty() && !parts.expressions.contains(&ERROR_TYPE) => refuse(
            "an error prefix with expressions must include the type of error",
            "add `!{firehose:error-output-type}/`",
        ),
        _ => Ok(()),
    }
}

const ERROR_TYPE: &str = "firehose:error-output-type";

struct Parts<'p> {
    expressions: Vec<&'p str>,
    /// Characters outside of expressions.
    literal: usize,
}

fn split(prefix: &str) -> Result<Parts<'_>, Refusal> {
    let mut parts = Parts { expressions: Vec::new(), literal: 0 };
    let mut rest = prefix;
    while let Some((before, after)) = rest.split_once("!{") {
        let Some((expression, behind)) = after.split_once('}') else {
            return refuse("an expression `!{` is not closed", "close it with `}`");
        };
        parts.literal += before.chars().count();
        parts.expressions.push(expression);
        rest = behind;
    }
    parts.literal += rest.chars().count();
    Ok(parts)
}

/// The fewest characters that the expression is evaluated to.
fn check_expression(expression: &str, role: Role, partition_by: &[PartitionKey]) -> Result<usize, Refusal> {
    let (namespace, value) = expression.split_once(':').unwrap_or((expression, ""));
    match (namespace, value) {
        ("timestamp", format) => timestamp::check(format),
        ("firehose", "random-string") => Ok(11),
        ("firehose", "error-output-type") if role == Role::Errors => Ok("processing-failed".len()),
        ("firehose", "error-output-type") => refuse(
            "`!{firehose:error-output-type}` is allowed only in `error_prefix`",
            "remove it from `prefix`",
        ),
        ("partitionKeyFromQuery" | "partitionKeyFromLambda", _) if role == Role::Errors => refuse(
            "records that could not be delivered have no partition keys",
            "use `!{timestamp:…}`, `!{firehose:random-string}` or `!{firehose:error-output-type}`",
        ),
        ("partitionKeyFromQuery", key) => check_key(key, partition_by),
        ("partitionKeyFromLambda", _) => refuse(
            "the stream has no Lambda function that could set keys",
            "use `partition_by: [owner]` of the stream",
        ),
        _ => Err(Refusal {
            why: format!("Firehose has no expression `!{{{expression}}}`"),
            help: "use `!{timestamp:…}`, `!{firehose:random-string}` or, in `error_prefix`, `!{firehose:error-output-type}`",
        }),
    }
}

fn check_key(key: &str, partition_by: &[PartitionKey]) -> Result<usize, Refusal> {
    if let Some(known) = partition_by.iter().find(|known| known.as_str() == key) {
        return Ok(shortest(*known));
    }
    let why = if partition_by.is_empty() {
        "partition keys need `partition_by` of the stream".to_owned()
    } else {
        format!("`partition_by` of the stream has no key `{key}`")
    };
    Err(Refusal { why, help: "name the key in `partition_by`, which adds it after the prefix automatically" })
}

/// The fewest characters of a field's value.
fn shortest(key: PartitionKey) -> usize {
    match key {
        PartitionKey::Owner => 12,
        PartitionKey::LogGroup | PartitionKey::LogStream => 1,
    }
}

fn refuse<T>(why: &str, help: &'static str) -> Result<T, Refusal> {
    Err(Refusal { why: why.to_owned(), help })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_prefix(prefix: &str, role: Role, expected: &str) {
        let found = check(prefix, role, &[]).err().map(|refusal| refusal.why).unwrap_or_default();
        assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{prefix}: {found}");
    }

    #[test]
    fn prefixes() {
        check_prefix("", Role::Objects, "");
        check_prefix("logs/!{timestamp:yyyy/MM/dd}/!{firehose:random-string}/", Role::Objects, "");
        check_prefix("!{timestamp:}", Role::Objects, "format");
        check_prefix("!{timestamp:yyyy", Role::Objects, "not closed");
        check_prefix("!{firehose:error-output-type}/", Role::Objects, "only");
        check_prefix("!{partitionKeyFromQuery:owner}/", Role::Objects, "need `partition_by`");
        check_prefix("!{partitionKeyFromLambda:owner}/", Role::Objects, "Lambda");
        check_prefix("!{nonsense}", Role::Objects, "no expression");
        check_prefix(&"a".repeat(512), Role::Objects, "");
        check_prefix(&"a".repeat(513), Role::Objects, "512");
        // Eleven characters, a slash, and those of the hour.
        check_prefix(&format!("{}!{{firehose:random-string}}", "a".repeat(486)), Role::Objects, "");
        check_prefix(&format!("{}!{{firehose:random-string}}", "a".repeat(487)), Role::Objects, "512");
        check_prefix(&format!("{}!{{timestamp:yyyy/MM/dd}}", "a".repeat(503)), Role::Objects, "512");
    }

    #[test]
    fn prefixes_of_parted_objects() {
        let check_parted = |prefix: &str, expected: &str| {
            let found = check(prefix, Role::Objects, &[PartitionKey::Owner]);
            let found = found.err().map(|refusal| refusal.why).unwrap_or_default();
            assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{prefix}: {found}");
        };
        check_parted("", "");
        check_parted("logs/!{partitionKeyFromQuery:owner}/", "");
        check_parted("logs", "end in `/`");
        check_parted("!{partitionKeyFromQuery:app}/", "no key `app`");
        check_parted(&format!("{}/", "a".repeat(478)), "");
        check_parted(&format!("{}/", "a".repeat(479)), "512");
    }

    #[test]
    fn error_prefixes() {
        check_prefix("errors/", Role::Errors, "");
        check_prefix("errors/!{firehose:error-output-type}/", Role::Errors, "");
        check_prefix("errors/!{timestamp:yyyy}/", Role::Errors, "type of error");
        check_prefix("errors/!{partitionKeyFromQuery:owner}/", Role::Errors, "no partition keys");
    }
}
