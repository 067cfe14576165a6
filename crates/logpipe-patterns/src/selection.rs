//! Selection by system fields: `@aws.region NOT IN ["cn-north-1"] AND @aws.account = "111111111111"` (CloudWatch Logs API
//! Reference, PutSubscriptionFilter, `fieldSelectionCriteria`).
//!
//! AWS describes the language in one sentence and two examples. What is not understood here is an error, and a field whose
//! value is not known makes the answer unknown, so that nobody takes a guess for a verdict.

use super::error::PatternError;
use super::scanner::Scanner;

/// Deeper parentheses are refused, so that criteria cannot exhaust the stack.
const DEEPEST: usize = 32;

/// Most characters of criteria (same page).
const LONGEST: usize = 2_000;

/// Criteria for the system fields of an event.
#[derive(Debug, Clone)]
pub struct Selection(Expression);

#[derive(Debug, Clone)]
enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    /// Whether the field has one of these values, or none of them.
    In {
        field: String,
        values: Vec<String>,
        wanted: bool,
    },
}

/// Reads criteria.
///
/// # Errors
/// Where the text stops being criteria, and what to write.
pub fn selection(text: &str) -> Result<Selection, PatternError> {
    let mut scanner = Scanner::new(text);
    if text.chars().count() > LONGEST {
        return Err(scanner.error(format!("criteria can have at most {LONGEST} characters"), "shorten them"));
    }
    let expression = any(&mut scanner, 0)?;
    scanner.skip_space();
    if scanner.peek().is_some() {
        let message = format!("`AND` or `OR` is missing before {}", scanner.found());
        return Err(scanner.error(message, "join conditions with `AND` or `OR`"));
    }
    Ok(Selection(expression))
}

impl Selection {
    /// Whether an event is taken whose system fields have these values; `None` where that depends on one that is not
    /// known.
    pub fn takes<'v>(&self, field: impl Fn(&str) -> Option<&'v str>) -> Option<bool> {
        self.0.holds(&field)
    }
}

impl Expression {
    fn holds<'v>(&self, field: &impl Fn(&str) -> Option<&'v str>) -> Option<bool> {
        match self {
            Self::All(parts) => decided(parts, false, field),
            Self::Any(parts) => decided(parts, true, field),
            Self::In { field: name, values, wanted } => {
                Some(values.iter().any(|value| Some(value.as_str()) == field(name)) == *wanted)
                    .filter(|_| field(name).is_some())
            }
        }
    }
}

/// One part of this value decides; otherwise all have to be known to be of the other.
fn decided<'v>(
    parts: &[Expression],
    decisive: bool,
    field: &impl Fn(&str) -> Option<&'v str>,
) -> Option<bool> {
    let held: Vec<Option<bool>> = parts.iter().map(|part| part.holds(field)).collect();
    if held.contains(&Some(decisive)) {
        return Some(decisive);
    }
    held.iter().all(Option::is_some).then_some(!decisive)
}

fn any(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, PatternError> {
    let mut parts = vec![all(scanner, depth)?];
    loop {
        scanner.skip_space();
        if !scanner.take_word("OR") {
            return Ok(Expression::Any(parts));
        }
        parts.push(all(scanner, depth)?);
    }
}

fn all(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, PatternError> {
    let mut parts = vec![condition(scanner, depth)?];
    loop {
        scanner.skip_space();
        if !scanner.take_word("AND") {
            return Ok(Expression::All(parts));
        }
        parts.push(condition(scanner, depth)?);
    }
}

fn condition(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, PatternError> {
    scanner.skip_space();
    if scanner.take("(") {
        if depth >= DEEPEST {
            return Err(scanner.error("the parentheses are nested too deeply", "write fewer of them"));
        }
        let inside = any(scanner, depth + 1)?;
        scanner.skip_space();
        return if scanner.take(")") {
            Ok(inside)
        } else {
            Err(scanner.error("a parenthesis is not closed", "close it with `)`"))
        };
    }
    if scanner.peek() != Some('@') {
        let message = format!("a system field is missing before {}", scanner.found());
        return Err(scanner.error(message, "name one, such as `@aws.account` or `@aws.region`"));
    }
    let field = scanner.take_while(|c| c.is_ascii_alphanumeric() || "@._-".contains(c)).to_owned();
    scanner.skip_space();
    let (wanted, list) = operator(scanner)?;
    scanner.skip_space();
    let values = if list { values(scanner)? } else { vec![scanner.quoted()?] };
    Ok(Expression::In { field, values, wanted })
}

/// Whether the field has to have the value, and whether a list of values follows.
fn operator(scanner: &mut Scanner<'_>) -> Result<(bool, bool), PatternError> {
    if scanner.take("!=") {
        return Ok((false, false));
    }
    if scanner.take("=") {
        return Ok((true, false));
    }
    let negated = scanner.take_word("NOT");
    scanner.skip_space();
    if scanner.take_word("IN") {
        return Ok((!negated, true));
    }
    let message = format!("an operator is missing before {}", scanner.found());
    Err(scanner.error(message, "use `=`, `!=`, `IN` or `NOT IN`"))
}

fn values(scanner: &mut Scanner<'_>) -> Result<Vec<String>, PatternError> {
    if !scanner.take("[") {
        return Err(scanner.error("a list is missing", "write it in brackets, such as `[\"a\", \"b\"]`"));
    }
    let mut values = Vec::new();
    loop {
        scanner.skip_space();
        values.push(scanner.quoted()?);
        scanner.skip_space();
        if scanner.take("]") {
            return Ok(values);
        }
        if !scanner.take(",") {
            return Err(scanner.error("a list is not closed", "close it with `]`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether criteria take the events of account 111111111111 in Tokyo.
    #[track_caller]
    fn check(criteria: &str, expect: Option<bool>) {
        let field = |name: &str| match name {
            "@aws.account" => Some("111111111111"),
            "@aws.region" => Some("ap-northeast-1"),
            _ => None,
        };
        assert_eq!(selection(criteria).unwrap().takes(field), expect, "{criteria}");
    }

    #[test]
    fn criteria_choose_by_system_fields() {
        check(r#"@aws.account = "111111111111""#, Some(true));
        check(r#"@aws.account="222222222222""#, Some(false));
        check(r#"@aws.account != "222222222222""#, Some(true));
        check(r#"@aws.region NOT IN ["cn-north-1"]"#, Some(true));
        check(r#"@aws.region in ["us-east-1", "ap-northeast-1"]"#, Some(true));
        check(r#"@aws.account = "111111111111" AND @aws.region = "us-east-1""#, Some(false));
        check(r#"@aws.account = "x" OR @aws.region = "ap-northeast-1""#, Some(true));
        check(r#"@aws.account = "x" AND (@aws.region = "a" OR @aws.region != "a")"#, Some(false));
    }

    #[test]
    fn what_is_not_known_decides_nothing_by_itself() {
        check(r#"@source.log = "x""#, None);
        check(r#"@source.log NOT IN ["x"]"#, None);
        check(r#"@source.log = "x" AND @aws.region = "us-east-1""#, Some(false));
        check(r#"@source.log = "x" OR @aws.region = "ap-northeast-1""#, Some(true));
        check(r#"@source.log = "x" AND @aws.region = "ap-northeast-1""#, None);
    }

    #[test]
    fn what_is_no_criteria_is_told_with_its_place() {
        let refused = |criteria: &str, offset: usize, words: &str| {
            let error = selection(criteria).unwrap_err();
            assert_eq!(error.offset, offset, "{criteria}: {error}");
            assert!(error.message.contains(words), "{criteria}: {error}");
        };
        refused("", 0, "a system field is missing");
        refused("account = \"1\"", 0, "a system field is missing");
        refused("@aws.account \"1\"", 13, "an operator is missing");
        refused("@aws.account = 1", 15, "a quoted string is missing");
        refused("@aws.account IN \"1\"", 16, "a list is missing");
        refused("@aws.account IN [\"1\"", 20, "a list is not closed");
        refused("(@aws.account = \"1\"", 19, "a parenthesis is not closed");
        refused("@aws.account = \"1\" @aws.region = \"2\"", 19, "`AND` or `OR` is missing");
        refused(&"(".repeat(40), 33, "nested too deeply");
        refused(&format!("@aws.account = \"{}\"", "1".repeat(2_000)), 0, "at most 2000");
    }
}
