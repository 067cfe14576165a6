//! Space-delimited patterns: `[ip, user, ..., status = 4*, bytes]`.

use std::collections::BTreeMap;

use super::error::PatternError;
use super::operand::{Comparison, MemberValue, Operator, number};
use super::scanner::Scanner;

/// One field.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// As the pattern calls it; empty if it does not.
    name: String,
    /// Comparisons joined by `&&` (inner lists) and `||`. None: any value.
    pub(super) alternatives: Vec<Vec<Comparison>>,
}

/// The fields of a message, before and after a run of unnamed ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    pub(super) before: Vec<Field>,
    /// `None` without `...`: the message then has exactly the fields before.
    pub(super) after: Option<Vec<Field>>,
}

impl Fields {
    /// Reads a pattern from its opening bracket to its closing one.
    pub(super) fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        scanner.take("[");
        let mut fields = Self::default();
        loop {
            scanner.skip_space();
            if scanner.rest().starts_with("...") {
                fields.start_after(scanner)?;
            } else {
                let field = Field::read(scanner)?;
                fields.after.as_mut().unwrap_or(&mut fields.before).push(field);
            }
            scanner.skip_space();
            if scanner.take("]") {
                return Ok(fields);
            }
            if !scanner.take(",") {
                let message = format!("`,` or `]` is missing before {}", scanner.found());
                return Err(scanner.error(message, "separate fields with `,` and close the pattern with `]`"));
            }
        }
    }

    fn start_after(&mut self, scanner: &mut Scanner<'_>) -> Result<(), PatternError> {
        if self.after.is_some() {
            return Err(scanner.error("`...` appears twice", "keep one `...` and name the other fields"));
        }
        scanner.take("...");
        self.after = Some(Vec::new());
        Ok(())
    }

    /// The name of the only field, where there is one and no `...`.
    pub(super) fn only(&self) -> Option<&str> {
        match (self.before.as_slice(), &self.after) {
            ([field], None) => Some(&field.name),
            _ => None,
        }
    }

    /// Whether the fields of `message` are as many as asked, and as asked.
    pub(super) fn matches(&self, message: &str) -> bool {
        let found = split(message);
        let after = self.after.as_deref().unwrap_or_default();
        let named = self.before.len() + after.len();
        let fits = if self.after.is_some() { found.len() >= named } else { found.len() == named };
        fits && self.before.iter().zip(&found).all(|(field, text)| field.holds(text))
            && after.iter().rev().zip(found.iter().rev()).all(|(field, text)| field.holds(text))
    }

    /// The fields of `message` that have names, as `$name`.
    pub(super) fn values(&self, message: &str) -> BTreeMap<String, String> {
        let found = split(message);
        let after = self.after.as_deref().unwrap_or_default();
        let from_start = self.before.iter().zip(&found);
        let from_end = after.iter().rev().zip(found.iter().rev());
        let named = from_start.chain(from_end).filter(|(field, _)| !field.name.is_empty());
        named.map(|(field, text)| (format!("${}", field.name), (*text).to_owned())).collect()
    }
}

impl Field {
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        let name = name(scanner);
        let called = |alternatives| Self { name: name.to_owned(), alternatives };
        let Some(comparison) = comparison(scanner)? else { return Ok(called(Vec::new())) };
        let mut alternatives = vec![vec![comparison]];
        loop {
            scanner.skip_space();
            let alternative = scanner.take("||");
            if !alternative && !scanner.take("&&") {
                return Ok(called(alternatives));
            }
            let next = same_field(scanner, name)?;
            match alternatives.last_mut() {
                Some(last) if !alternative => last.push(next),
                _ => alternatives.push(vec![next]),
            }
        }
    }

    /// Whether `text` is as asked.
    pub(super) fn holds(&self, text: &str) -> bool {
        let found = MemberValue { text, number: number(text) };
        let alternatives = &self.alternatives;
        alternatives.is_empty()
            || alternatives.iter().any(|all| all.iter().all(|comparison| comparison.holds(&found)))
    }
}

fn name<'a>(scanner: &mut Scanner<'a>) -> &'a str {
    scanner.skip_space();
    scanner.take_while(|c| c.is_alphanumeric() || "_-.$".contains(c))
}

fn comparison(scanner: &mut Scanner<'_>) -> Result<Option<Comparison>, PatternError> {
    scanner.skip_space();
    Operator::read(scanner).map(|operator| Comparison::read(scanner, operator)).transpose()
}

/// Reads one more comparison of the field called `name`.
fn same_field(scanner: &mut Scanner<'_>, expected: &str) -> Result<Comparison, PatternError> {
    scanner.skip_space();
    let elsewhere = scanner.error(
        format!("conditions joined here must all be on `{expected}`"),
        "write each field in its own place, separated by `,`",
    );
    if name(scanner) != expected {
        return Err(elsewhere);
    }
    let missing = scanner.error("a comparison is missing", format!("write `{expected} = value`"));
    comparison(scanner)?.ok_or(missing)
}

/// The fields of a message: words, and whatever is in brackets or double quotes, without those.
fn split(message: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = message.trim_start();
    while let Some(first) = rest.chars().next() {
        let enclosed = match first {
            '[' => rest[1..].split_once(']'),
            '"' => rest[1..].split_once('"'),
            _ => None,
        };
        let word = || rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        let (field, tail) = enclosed.unwrap_or_else(word);
        fields.push(field);
        rest = tail.trim_start();
    }
    fields
}
