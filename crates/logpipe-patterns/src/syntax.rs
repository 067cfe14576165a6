//! A filter pattern of any form.

use std::collections::BTreeMap;

use super::doubt::{Doubt, DoubtKind};
use super::error::PatternError;
use super::example::{self, Mark};
use super::fields::Fields;
use super::json::Expression;
use super::scanner::Scanner;
use super::terms::Terms;

/// CloudWatch Logs API Reference, PutSubscriptionFilter, `filterPattern`.
const LONGEST: usize = 1024;
/// Regular expressions in one JSON or space-delimited pattern (CloudWatch Logs User Guide, "Supported regular
/// expressions (regex) syntax").
const MOST_REGEXES: usize = 2;
/// Wildcard selectors in one pattern (CloudWatch Logs User Guide, "Using filter patterns to match terms in JSON log
/// events").
const MOST_WILDCARDS: usize = 3;

/// A parsed filter pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    form: Form,
    regexes: usize,
    doubts: Vec<Doubt>,
}

#[derive(Debug, Clone)]
enum Form {
    Terms(Terms),
    Json(Expression),
    Fields(Fields),
}

/// Parses a filter pattern.
pub fn parse(text: &str) -> Result<Pattern, PatternError> {
    if let Some((offset, _)) = text.char_indices().nth(LONGEST) {
        let message = format!("the pattern has {} characters", text.chars().count());
        return Err(PatternError { offset, message, remedy: format!("shorten it to {LONGEST} characters") });
    }
    let mut scanner = Scanner::new(text);
    scanner.skip_space();
    let form = match scanner.peek() {
        Some('{') => Form::Json(Expression::read(&mut scanner)?),
        Some('[') => Form::Fields(Fields::read(&mut scanner)?),
        _ => Form::Terms(Terms::read(&mut scanner)?),
    };
    let end = scanner.offset();
    scanner.skip_space();
    if !scanner.rest().is_empty() {
        let message = format!("the pattern ends before {}", scanner.found());
        return Err(scanner.error(message, "remove what follows the closing bracket"));
    }
    let too_many = |count: usize, what: &str, most: usize| {
        let message = format!("the pattern has {count} {what}");
        PatternError { offset: end, message, remedy: format!("keep at most {most}") }
    };
    let (regexes, wildcards) = (scanner.regexes(), scanner.wildcards());
    // The guide gives the figure for JSON and space-delimited patterns.
    match &form {
        Form::Terms(terms) if regexes > 0 && terms.count() > 1 => {
            scanner.doubt(0, DoubtKind::RegexBesideTerms);
        }
        Form::Terms(_) => {}
        _ if regexes > MOST_REGEXES => return Err(too_many(regexes, "regular expressions", MOST_REGEXES)),
        _ if wildcards > MOST_WILDCARDS => {
            return Err(too_many(wildcards, "wildcard selectors", MOST_WILDCARDS));
        }
        _ => {}
    }
    Ok(Pattern { form, regexes, doubts: scanner.into_doubts() })
}

impl Pattern {
    /// Whether CloudWatch Logs would pass on an event with this message.
    pub fn matches(&self, message: &str) -> bool {
        match &self.form {
            Form::Terms(terms) => terms.matches(message),
            Form::Json(expression) => expression.matches(message),
            Form::Fields(fields) => fields.matches(message),
        }
    }

    /// What in it CloudWatch Logs may refuse or read otherwise; nothing that this pattern says is certain then.
    pub fn doubts(&self) -> &[Doubt] {
        &self.doubts
    }

    /// The only field of a space-delimited pattern that has one and no `...`.
    pub(super) fn only_field(&self) -> Option<&str> {
        match &self.form {
            Form::Fields(fields) => fields.only(),
            _ => None,
        }
    }

    /// Its terms, of a pattern of terms.
    pub(super) fn terms(&self) -> Option<&Terms> {
        match &self.form {
            Form::Terms(terms) => Some(terms),
            _ => None,
        }
    }

    /// Whether it holds regular expressions, of which a log group takes few.
    pub fn has_regex(&self) -> bool {
        self.regexes > 0
    }

    /// The values in `message` that the pattern names: by selector, or by the name of a field.
    pub fn values(&self, message: &str) -> BTreeMap<String, String> {
        match &self.form {
            Form::Terms(_) => BTreeMap::new(),
            Form::Json(expression) => expression.values(message),
            Form::Fields(fields) => fields.values(message),
        }
    }

    /// A message that the pattern matches and that carries a mark, where one can be made up.
    pub fn example(&self, mark: &Mark<'_>) -> Option<String> {
        let examples = match &self.form {
            Form::Terms(terms) => example::of_terms(terms, mark),
            Form::Json(expression) => example::of_json(expression, mark),
            Form::Fields(fields) => example::of_fields(fields, mark),
        };
        // Conditions may exclude one another, or what was made up for another, or the mark.
        examples.into_iter().find(|message| self.matches(message) && message.contains(mark.value))
    }

    /// Whether every message matches, so that nothing about one need be proved.
    pub fn takes_everything(&self) -> bool {
        matches!(&self.form, Form::Terms(terms) if terms.is_empty())
    }
}
