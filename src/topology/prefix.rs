//! The expression language of Firehose prefixes: Firehose Developer Guide, "Custom prefixes for S3 objects".
//!
//! Pure functions from the two prefixes to the reasons Firehose would refuse them.

/// The most characters of a prefix once its expressions are evaluated.
const LONGEST_EVALUATED: usize = 512;
/// The most characters of a prefix as written (Firehose API Reference, ExtendedS3DestinationConfiguration).
const LONGEST_WRITTEN: usize = 1024;

/// Which of the two prefixes is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Delivered objects.
    Objects,
    /// What could not be delivered.
    Errors,
}

/// Why a prefix would be refused, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) why: String,
    pub(super) help: &'static str,
}

/// Whether a prefix holds expressions.
pub(super) fn has_expressions(prefix: &str) -> bool {
    prefix.contains("!{")
}

/// Checks one prefix by itself.
pub(super) fn check(prefix: &str, role: Role) -> Result<(), Refusal> {
    let parts = split(prefix)?;
    for expression in &parts.expressions {
        check_expression(expression, role)?;
    }
    if prefix.chars().count() > LONGEST_WRITTEN || parts.literal > LONGEST_EVALUATED {
        let why = format!("Firehose takes at most {LONGEST_EVALUATED} characters once it is evaluated");
        return Err(Refusal { why, help: "write a shorter prefix" });
    }
    if role == Role::Errors && !parts.expressions.is_empty() && !parts.expressions.contains(&ERROR_TYPE) {
        return refuse(
            "with expressions in it, an error prefix must tell the kinds of error apart",
            "add `!{firehose:error-output-type}/`",
        );
    }
    Ok(())
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

fn check_expression(expression: &str, role: Role) -> Result<(), Refusal> {
    let (namespace, value) = expression.split_once(':').unwrap_or((expression, ""));
    match (namespace, value) {
        ("timestamp", format) if !format.trim().is_empty() => Ok(()),
        ("timestamp", _) => {
            refuse("a timestamp needs a format", "write for instance `!{timestamp:yyyy/MM/dd}`")
        }
        ("firehose", "random-string") => Ok(()),
        ("firehose", "error-output-type") if role == Role::Errors => Ok(()),
        ("firehose", "error-output-type") => refuse(
            "`!{firehose:error-output-type}` belongs into `error_prefix` only",
            "remove it from `prefix`",
        ),
        ("partitionKeyFromQuery" | "partitionKeyFromLambda", _) => refuse(
            "partition keys need dynamic partitioning, which is not supported yet",
            "use `!{timestamp:…}` or `!{firehose:random-string}`",
        ),
        _ => Err(Refusal {
            why: format!("Firehose knows no expression `!{{{expression}}}`"),
            help: "use `!{timestamp:…}`, `!{firehose:random-string}` or, in `error_prefix`, `!{firehose:error-output-type}`",
        }),
    }
}

fn refuse<T>(why: &str, help: &'static str) -> Result<T, Refusal> {
    Err(Refusal { why: why.to_owned(), help })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_prefix(prefix: &str, role: Role, expected: &str) {
        let found = check(prefix, role).err().map(|refusal| refusal.why).unwrap_or_default();
        assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{prefix}: {found}");
    }

    #[test]
    fn prefixes() {
        check_prefix("", Role::Objects, "");
        check_prefix("logs/!{timestamp:yyyy/MM/dd}/!{firehose:random-string}/", Role::Objects, "");
        check_prefix("!{timestamp:}", Role::Objects, "format");
        check_prefix("!{timestamp:yyyy", Role::Objects, "not closed");
        check_prefix("!{firehose:error-output-type}/", Role::Objects, "only");
        check_prefix("!{partitionKeyFromQuery:owner}/", Role::Objects, "not supported yet");
        check_prefix("!{nonsense}", Role::Objects, "no expression");
        check_prefix(&"a".repeat(513), Role::Objects, "512");
    }

    #[test]
    fn error_prefixes() {
        check_prefix("errors/", Role::Errors, "");
        check_prefix("errors/!{firehose:error-output-type}/", Role::Errors, "");
        check_prefix("errors/!{timestamp:yyyy}/", Role::Errors, "kinds of error");
    }
}
