//! JSON patterns: `{ $.a.b[0] = "x*" && … }`.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::doubt::DoubtKind;
use super::error::PatternError;
use super::operand::{Comparison, MemberValue, Operator};
use super::scanner::Scanner;

/// Deeper parentheses are refused, so that a pattern cannot exhaust the stack.
const DEEPEST: usize = 128;

/// One step of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Property(String),
    Element(usize),
    /// `[*]`, any element of a list.
    AnyElement,
    /// `.*`, any member of an object.
    AnyMember,
}

impl Step {
    /// What it leads to.
    fn from<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        match self {
            Self::Property(name) => {
                value.as_object().and_then(|object| object.get(name)).into_iter().collect()
            }
            Self::Element(index) => value.as_array().and_then(|list| list.get(*index)).into_iter().collect(),
            Self::AnyElement => value.as_array().into_iter().flatten().collect(),
            Self::AnyMember => value.as_object().into_iter().flat_map(|object| object.values()).collect(),
        }
    }

    fn is_wildcard(&self) -> bool {
        matches!(self, Self::AnyElement | Self::AnyMember)
    }
}

/// What a selector's value may be asked without comparing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Null,
    True,
    False,
    Absent,
}

/// A condition on a JSON message.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Compares(Selector, Comparison),
    Is(Selector, State),
}

/// The way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector(pub(super) Vec<Step>);

impl Expression {
    /// Reads a pattern from its opening brace to its closing one.
    pub(super) fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        scanner.take("{");
        let expression = any(scanner, 0)?;
        scanner.skip_space();
        if scanner.take("}") {
            return Ok(expression);
        }
        let message = format!("`&&`, `||` or `}}` is missing before {}", scanner.found());
        Err(scanner.error(message, "join conditions with `&&` or `||`, and close the pattern with `}`"))
    }

    /// Whether `message` is JSON and as asked.
    pub(super) fn matches(&self, message: &str) -> bool {
        serde_json::from_str(message).is_ok_and(|document| self.holds(&document))
    }

    fn holds(&self, document: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(document)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(document)),
            Self::Is(selector, state) => {
                let found = selector.find(document);
                match state {
                    State::Absent => found.is_empty(),
                    State::Null => found.contains(&&Value::Null),
                    State::True => found.contains(&&Value::Bool(true)),
                    State::False => found.contains(&&Value::Bool(false)),
                }
            }
            // What is missing, or no string or number, compares with nothing, not even by `!=`.
            Self::Compares(selector, comparison) => {
                selector.find(document).into_iter().any(|value| compares(comparison, value))
            }
        }
    }
}

impl Expression {
    /// What the selectors find in `message`, by selector.
    pub(super) fn values(&self, message: &str) -> BTreeMap<String, String> {
        let mut values = BTreeMap::new();
        if let Ok(document) = serde_json::from_str(message) {
            self.collect(&document, &mut values);
        }
        values
    }

    fn collect(&self, document: &Value, values: &mut BTreeMap<String, String>) {
        let selector = match self {
            Self::All(parts) | Self::Any(parts) => {
                return parts.iter().for_each(|part| part.collect(document, values));
            }
            Self::Compares(selector, _) | Self::Is(selector, _) => selector,
        };
        let text = match selector.find(document).first() {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => return,
        };
        values.insert(selector.to_string(), text);
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        self.0.iter().try_for_each(|step| match step {
            Step::Property(name) if name.chars().all(is_plain) => write!(f, ".{name}"),
            Step::Property(name) => write!(f, ".['{name}']"),
            Step::Element(index) => write!(f, "[{index}]"),
            Step::AnyElement => f.write_str("[*]"),
            Step::AnyMember => f.write_str(".*"),
        })
    }
}

/// Whether a value is a string or number that compares as asked.
pub(super) fn compares(comparison: &Comparison, value: &Value) -> bool {
    match value {
        Value::String(text) => comparison.holds(&MemberValue { text, number: None }),
        Value::Number(number) => {
            comparison.holds(&MemberValue { text: &number.to_string(), number: number.as_f64() })
        }
        _ => false,
    }
}

fn any(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, PatternError> {
    let mut parts = vec![all(scanner, depth)?];
    while next_is(scanner, "||") {
        parts.push(all(scanner, depth)?);
    }
    Ok(Expression::Any(parts))
}

fn all(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, PatternError> {
    let mut parts = vec![one(scanner, depth)?];
    while next_is(scanner, "&&") {
        parts.push(one(scanner, depth)?);
    }
    Ok(Expression::All(parts))
}

fn next_is(scanner: &mut Scanner<'_>, text: &str) -> bool {
    scanner.skip_space();
    scanner.take(text)
}

fn one(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, PatternError> {
    scanner.skip_space();
    if !scanner.take("(") {
        return condition(scanner);
    }
    if depth == DEEPEST {
        return Err(scanner.error("parentheses are nested too deeply", format!("nest at most {DEEPEST}")));
    }
    let inner = any(scanner, depth + 1)?;
    if next_is(scanner, ")") {
        return Ok(inner);
    }
    Err(scanner.error(format!("`)` is missing before {}", scanner.found()), "close the parenthesis"))
}

fn condition(scanner: &mut Scanner<'_>) -> Result<Expression, PatternError> {
    let selector = Selector::read(scanner)?;
    scanner.skip_space();
    if let Some(operator) = Operator::read(scanner) {
        return Ok(Expression::Compares(selector, Comparison::read(scanner, operator)?));
    }
    Ok(Expression::Is(selector, state(scanner)?))
}

fn state(scanner: &mut Scanner<'_>) -> Result<State, PatternError> {
    let here = |message: &str, remedy: &str| Err(scanner.error(message, remedy));
    let exists = here("`EXISTS` alone is not supported", "write `NOT EXISTS`, or `= *` for a value");
    let is_not = here("`IS NOT` is not supported", "write `IS TRUE`, `IS FALSE`, `IS NULL` or `!=`");
    let neither = here(
        &format!("an operator is missing before {}", scanner.found()),
        "write one of =, !=, <, <=, >, >=, IS NULL, IS TRUE, IS FALSE or NOT EXISTS",
    );
    match word(scanner, &["EXISTS", "NOT", "IS"]) {
        Some("EXISTS") => exists,
        Some("NOT") => match word(scanner, &["EXISTS"]) {
            Some(_) => Ok(State::Absent),
            None => Err(scanner.error("`EXISTS` is missing after `NOT`", "write `NOT EXISTS`")),
        },
        Some(_) => match word(scanner, &["NULL", "TRUE", "FALSE", "NOT"]) {
            Some("NULL") => Ok(State::Null),
            Some("TRUE") => Ok(State::True),
            Some("FALSE") => Ok(State::False),
            Some(_) => is_not,
            None => {
                let remedy = "write `IS NULL`, or `=` for a value";
                Err(scanner.error("`IS` must be followed by NULL, TRUE or FALSE", remedy))
            }
        },
        None => neither,
    }
}

/// Reads the one of `words` that is next.
fn word(scanner: &mut Scanner<'_>, words: &[&'static str]) -> Option<&'static str> {
    scanner.skip_space();
    words.iter().copied().find(|word| scanner.take_word(word))
}

impl Selector {
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        let start = scanner.offset();
        if !scanner.take("$") {
            let message = format!("a selector is missing before {}", scanner.found());
            return Err(scanner.error(message, "write a selector such as `$.level`"));
        }
        let mut steps: Vec<Step> = Vec::new();
        loop {
            let here = scanner.offset();
            let step = if scanner.take(".") {
                if scanner.take("[") { bracket(scanner, here)? } else { property(scanner)? }
            } else if scanner.take("[") {
                let step = bracket(scanner, here)?;
                // As far as the guide goes, only indexes follow a property without a dot.
                if matches!(step, Step::Property(_)) || steps.is_empty() {
                    scanner.doubt(here, DoubtKind::BracketsWithoutDot);
                }
                step
            } else if steps.is_empty() {
                return Err(scanner.error("`$` alone selects nothing", "write a selector such as `$.level`"));
            } else {
                break;
            };
            if step.is_wildcard() {
                scanner.count_wildcard();
            }
            steps.push(step);
        }
        if steps.iter().filter(|step| step.is_wildcard()).count() > 1 {
            let remedy = "keep one `[*]` or `.*` in a selector";
            let message = "the selector has more than one wildcard".to_owned();
            return Err(PatternError { offset: start, message, remedy: remedy.to_owned() });
        }
        Ok(Self(steps))
    }

    /// What it leads to: one value at most, unless it has a wildcard.
    fn find<'a>(&self, document: &'a Value) -> Vec<&'a Value> {
        self.0.iter().fold(vec![document], |values, step| {
            values.into_iter().flat_map(|value| step.from(value)).collect()
        })
    }
}

/// What a property name without quotes ends before.
const ENDS_A_NAME: &str = ".[]=!<>&|(){},\"'*";

/// Whether a letter may be in a property name without quotes.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '-'
}

fn property(scanner: &mut Scanner<'_>) -> Result<Step, PatternError> {
    if scanner.take("*") {
        return Ok(Step::AnyMember);
    }
    let start = scanner.offset();
    let name = scanner.take_while(|c| !c.is_whitespace() && !ENDS_A_NAME.contains(c));
    if name.is_empty() {
        let message = format!("a property name is missing before {}", scanner.found());
        return Err(scanner.error(message, "write letters, digits, `_` and `-`, or `$.['any name']`"));
    }
    if !name.chars().all(is_plain) {
        scanner.doubt(start, DoubtKind::PropertyName);
    }
    Ok(Step::Property(name.to_owned()))
}

/// What is in brackets, which start at `start`: an index, a wildcard or a quoted name.
fn bracket(scanner: &mut Scanner<'_>, start: usize) -> Result<Step, PatternError> {
    let remedy = "write `[0]`, `[*]` or `['any name']`";
    let wrong = scanner.error("brackets hold an index, `*` or a quoted name", remedy);
    let double = scanner.peek() == Some('"');
    let step = match scanner.peek() {
        Some('\'') => Step::Property(scanner.single_quoted()?.to_owned()),
        Some('"') => Step::Property(scanner.quoted()?),
        Some('*') => {
            scanner.take("*");
            Step::AnyElement
        }
        _ => {
            let digits = scanner.take_while(|c| c.is_ascii_digit());
            Step::Element(digits.parse().map_err(|_| wrong.clone())?)
        }
    };
    if !scanner.take("]") {
        return Err(wrong);
    }
    if double {
        scanner.doubt(start, DoubtKind::DoubleQuotedName);
    }
    Ok(step)
}
