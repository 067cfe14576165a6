//! Composes messages that match a pattern. Pure.
//!
//! What is made up here is a proposal: conditions can contradict one another, so every message is tried against the
//! pattern that it was made for.

use serde_json::{Map, Value};

use super::fields::{Field, Fields};
use super::json::{Expression, Selector, State, Step, compares};
use super::operand::{Comparison, Operand};
use super::sample::Sample;
use super::terms::{Term, Terms};

/// What is said where anything may be said.
const ANYTHING: &str = "logpipe";

/// Ways to meet an expression that are tried, and samples of terms.
const MOST_WAYS: usize = 64;

/// The member that a wildcard finds.
const ANY_MEMBER: &str = "any";

/// Longer lists are not made up.
const LONGEST_LIST: usize = 64;

/// What an example carries in addition to what its pattern asks for.
#[derive(Debug, Clone, Copy)]
pub struct Mark<'a> {
    /// What a text says first, if it can.
    pub lead: &'a str,
    /// Name of the mark.
    pub key: &'a str,
    /// The mark.
    pub value: &'a str,
}

impl Mark<'_> {
    /// The mark in a text.
    pub fn text(&self) -> String {
        format!("{}={}", self.key, self.value)
    }
}

/// Texts with every term that is asked for, or with one of those of which any will do.
pub(super) fn of_terms(terms: &Terms, mark: &Mark<'_>) -> Vec<String> {
    if terms.any_will_do() {
        return terms.any.iter().flat_map(|term| texts_with(&[term], mark)).collect();
    }
    texts_with(&terms.all.iter().collect::<Vec<_>>(), mark)
}

fn texts_with(terms: &[&Term], mark: &Mark<'_>) -> Vec<String> {
    let marked = mark.text();
    let samples = |term: &&Term| match term {
        Term::Text(text) => vec![Sample::of_text(text)],
        Term::Regex(regex) => regex.samples(&marked),
    };
    let samples: Vec<Vec<Sample>> = terms.iter().map(samples).collect();
    if samples.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let longest = samples.iter().map(Vec::len).max().unwrap_or(1).min(MOST_WAYS);
    let ways = (0..longest).map(|way| samples.iter().map(|of_one| &of_one[way % of_one.len()]).collect());
    ways.flat_map(|chosen: Vec<&Sample>| {
        let own = (!chosen.iter().any(|sample| sample.marked)).then(|| Sample::of_text(&marked));
        let lead = Sample::of_text(mark.lead);
        let with_lead = std::iter::once(&lead).chain(chosen.iter().copied()).chain(&own);
        [joined(with_lead), joined(chosen.iter().copied().chain(&own))]
    })
    .collect()
}

/// The samples in one line, each where it may stand.
fn joined<'a>(samples: impl Iterator<Item = &'a Sample>) -> String {
    let mut samples: Vec<&Sample> = samples.filter(|sample| !sample.text.is_empty()).collect();
    samples.sort_by_key(|sample| match (sample.first, sample.last) {
        (true, _) => 0,
        (false, false) => 1,
        (false, true) => 2,
    });
    samples.iter().map(|sample| sample.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// JSON documents that meet an expression in one of the ways it can be met.
pub(super) fn of_json(expression: &Expression, mark: &Mark<'_>) -> Vec<String> {
    ways(expression).iter().filter_map(|way| document(way, mark)).map(|found| found.to_string()).collect()
}

/// What must hold together, for every way to meet the expression.
fn ways(expression: &Expression) -> Vec<Vec<&Expression>> {
    match expression {
        Expression::Any(parts) => parts.iter().flat_map(ways).take(MOST_WAYS).collect(),
        Expression::All(parts) => parts.iter().fold(vec![Vec::new()], |met, part| {
            let further = ways(part);
            let both = met.iter().flat_map(|one| further.iter().map(move |other| [&one[..], other].concat()));
            both.take(MOST_WAYS).collect()
        }),
        leaf => vec![vec![leaf]],
    }
}

fn document(conditions: &[&Expression], mark: &Mark<'_>) -> Option<Value> {
    let mut document = Value::Null;
    for condition in conditions {
        let (selector, value) = match condition {
            Expression::Compares(selector, _) => (selector, solve(&of_selector(conditions, selector))?),
            Expression::Is(selector, State::Null) => (selector, Value::Null),
            Expression::Is(selector, State::True) => (selector, Value::Bool(true)),
            Expression::Is(selector, State::False) => (selector, Value::Bool(false)),
            _ => continue,
        };
        put(selector, &mut document, value)?;
    }
    let entry = (mark.key.to_owned(), Value::from(mark.value));
    match &mut document {
        Value::Object(object) => drop(object.insert(entry.0, entry.1)),
        Value::Array(list) => list.push(Value::Object(Map::from_iter([entry]))),
        other => *other = Value::Object(Map::from_iter([entry])),
    }
    Some(document)
}

fn of_selector<'a>(conditions: &[&'a Expression], wanted: &Selector) -> Vec<&'a Comparison> {
    let comparison = |condition: &&'a Expression| match condition {
        Expression::Compares(selector, comparison) if selector == wanted => Some(comparison),
        _ => None,
    };
    conditions.iter().filter_map(comparison).collect()
}

/// A value that compares as all of these ask.
fn solve(comparisons: &[&Comparison]) -> Option<Value> {
    candidates(comparisons).into_iter().find(|value| comparisons.iter().all(|one| compares(one, value)))
}

/// Values around those that are compared with.
fn candidates(comparisons: &[&Comparison]) -> Vec<Value> {
    let (mut numbers, mut texts) = (Vec::new(), Vec::new());
    for comparison in comparisons {
        match &comparison.operand {
            Operand::Number { value, .. } => numbers.push(*value),
            Operand::Text { text, .. } => texts.push(text.clone()),
            Operand::Regex(regex) => {
                texts.extend(regex.samples("").into_iter().map(|sample| sample.text));
            }
        }
    }
    let around = numbers.iter().flat_map(|x| [*x, x + 1.0, x - 1.0, x + 0.5, x - 0.5, x * 2.0, x / 2.0]);
    let between = numbers.iter().flat_map(|x| numbers.iter().map(move |y| f64::midpoint(*x, *y)));
    let pairs = texts.iter().flat_map(|x| texts.iter().map(move |y| format!("{x}{y}"))).take(MOST_WAYS);
    let texts =
        texts.iter().filter(|text| !text.is_empty()).cloned().chain([ANYTHING.to_owned()]).chain(pairs);
    around.chain(between).map(json_number).chain(texts.map(Value::String)).collect()
}

/// Whole numbers are written without a fraction.
#[expect(clippy::cast_possible_truncation, reason = "only whole numbers that fit are cast")]
fn json_number(value: f64) -> Value {
    let whole = value.fract() == 0.0 && value.abs() < 1e15;
    if whole { Value::from(value as i64) } else { Value::from(value) }
}

/// Puts a value where a selector leads, making the way there.
fn put(selector: &Selector, document: &mut Value, value: Value) -> Option<()> {
    let mut place = document;
    for step in &selector.0 {
        place = match step {
            Step::Property(name) => member(place, name)?,
            Step::AnyMember => member(place, ANY_MEMBER)?,
            Step::Element(index) => element(place, *index)?,
            Step::AnyElement => element(place, 0)?,
        };
    }
    *place = value;
    Some(())
}

fn member<'v>(place: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    if place.is_null() {
        *place = Value::Object(Map::new());
    }
    Some(place.as_object_mut()?.entry(name).or_insert(Value::Null))
}

fn element(place: &mut Value, index: usize) -> Option<&mut Value> {
    if place.is_null() {
        *place = Value::Array(Vec::new());
    }
    let list = place.as_array_mut().filter(|_| index < LONGEST_LIST)?;
    list.resize(list.len().max(index + 1), Value::Null);
    list.get_mut(index)
}

/// Lines of fields as asked, the mark in a field of its own or in one that lets it in.
pub(super) fn of_fields(fields: &Fields, mark: &Mark<'_>) -> Vec<String> {
    let all: Vec<&Field> = fields.before.iter().chain(fields.after.iter().flatten()).collect();
    let Some(values) = all.iter().map(|field| value(field)).collect::<Option<Vec<String>>>() else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if fields.after.is_some() {
        let mut line = values.clone();
        line.insert(fields.before.len(), mark.text());
        lines.push(line);
    }
    // The first fields of a line are those that readers look at.
    for (index, field) in all.iter().enumerate().rev() {
        lines.extend(marked_value(field, &values[index], mark).map(|marked| {
            let mut line = values.clone();
            line[index] = marked;
            line
        }));
    }
    lines.iter().map(|line| line.iter().map(|field| enclosed(field)).collect::<Vec<_>>().join(" ")).collect()
}

/// A value for a field, as any of its alternatives asks.
fn value(field: &Field) -> Option<String> {
    if field.alternatives.is_empty() {
        return Some(ANYTHING.to_owned());
    }
    texts(field).into_iter().find(|text| field.holds(text))
}

fn texts(field: &Field) -> Vec<String> {
    let found = field.alternatives.iter().flat_map(|all| candidates(&all.iter().collect::<Vec<_>>()));
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    found.map(text).collect()
}

fn marked_value(field: &Field, value: &str, mark: &Mark<'_>) -> Option<String> {
    let marked = mark.text();
    let regexes = field.alternatives.iter().flatten().filter_map(|comparison| match &comparison.operand {
        Operand::Regex(regex) => Some(regex.samples(&marked)),
        _ => None,
    });
    let samples = regexes.flatten().filter(|sample| sample.marked).map(|sample| sample.text);
    [marked.clone(), format!("{value},{marked}"), format!("{marked},{value}")]
        .into_iter()
        .chain(samples)
        .find(|text| field.holds(text))
}

/// A field as it appears in a line.
fn enclosed(field: &str) -> String {
    let bare = !field.is_empty() && !field.contains(char::is_whitespace) && !field.starts_with(['"', '[']);
    match field {
        field if bare => field.to_owned(),
        field if field.contains('"') => format!("[{field}]"),
        field => format!("\"{field}\""),
    }
}
