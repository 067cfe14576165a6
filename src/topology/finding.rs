//! Collects what is wrong while a topology is read, and turns it into positions of the file at the end.
//!
//! Positions are counted in characters until then, as the YAML parser counts them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use miette::{NamedSource, SourceSpan};

use super::problem::{Invalid, Problem, TOPOLOGY};
use crate::lint::{AllowedFinding, Excerpt, Lint, Warning};

/// A stretch of the file, in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// One problem before its place is known as line and column.
///
/// The order of the fields makes findings sort by their place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    pub(super) span: Span,
    pub(super) other: Option<Span>,
    pub(super) message: String,
    pub(super) why: String,
    pub(super) help: String,
}

/// Every problem found so far. A set: an anchor used twice must not report its problem twice.
#[derive(Debug, Default)]
pub(super) struct Findings {
    all: BTreeSet<Finding>,
    warnings: BTreeSet<(Span, Lint)>,
    /// What a comment of the file allows, with the reason.
    allowed: BTreeMap<(Span, Lint), Option<String>>,
    secrets: BTreeMap<Span, String>,
}

impl Findings {
    /// Records a problem and continues.
    pub(super) fn add(
        &mut self,
        span: Span,
        message: impl Into<String>,
        why: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.insert(span, None, message.into(), why.into(), help.into());
    }

    /// Notes what is accepted but most likely not meant.
    pub(super) fn warn(&mut self, span: Span, lint: Lint) {
        self.warnings.insert((span, lint));
    }

    /// Has what is meant allowed, for a reason. Whether there is any of it.
    pub(super) fn allow(&mut self, is_meant: impl Fn(&Lint, Span) -> bool, reason: Option<&str>) -> bool {
        let meant = self.warnings.iter().filter(|(span, lint)| is_meant(lint, *span));
        let meant: Vec<(Span, Lint)> = meant.cloned().collect();
        for warning in &meant {
            self.warnings.remove(warning);
        }
        let allows = !meant.is_empty();
        self.allowed.extend(meant.into_iter().map(|warning| (warning, reason.map(str::to_owned))));
        allows
    }

    /// Notes a conflict between two places; the first is the one to change.
    pub(super) fn add_conflict(
        &mut self,
        (span, other): (Span, Span),
        message: impl Into<String>,
        why: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.insert(span, Some(other), message.into(), why.into(), help.into());
    }

    fn insert(&mut self, span: Span, other: Option<Span>, message: String, why: String, help: String) {
        let (message, why, help) = (clipped(message), clipped(why), clipped(help));
        self.all.insert(Finding { span, other, message, why, help });
    }

    /// Notes a problem that was made elsewhere.
    pub(super) fn push(&mut self, finding: Finding) {
        self.all.insert(finding);
    }

    /// Keeps this stretch of the file out of every excerpt, and its value out of what is said about it.
    pub(super) fn hide(&mut self, span: Span, value: &str) {
        self.secrets.insert(span, value.to_owned());
    }

    /// Whether nothing was found that makes the topology invalid.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The error for the user, or a list of warnings alone.
    pub(super) fn into_invalid(self, file: &str, text: &str) -> Invalid {
        let shown = masked(text, self.secrets.keys());
        let spans = self.all.iter().flat_map(|finding| [Some(finding.span), finding.other]).flatten();
        let lints = self.warnings.iter().chain(self.allowed.keys()).map(|(span, _)| *span);
        let places = locate(&shown, spans.chain(lints));
        let quoted = |words: String, span: Span| unquoted(words, self.secrets.get(&span));
        let source = Arc::new(NamedSource::new(file, shown).with_language("yaml"));
        let bytes = |span: Span| byte_span(source.inner(), places[&span.start], places[&span.end]);
        let excerpt = |span: Span| {
            let Position { line, column, .. } = places[&span.start];
            Excerpt::new(Arc::clone(&source), (line, column), Some(bytes(span)))
        };
        let problem = |finding: Finding| Problem {
            excerpt: excerpt(finding.span),
            other: finding.other.map(bytes),
            message: quoted(finding.message, finding.span),
            why: quoted(finding.why, finding.span),
            help: quoted(finding.help, finding.span),
        };
        let warning = |(span, lint)| Warning::new(lint, excerpt(span));
        Invalid {
            file: file.to_owned(),
            expected: TOPOLOGY,
            problems: self.all.into_iter().map(problem).collect(),
            warnings: self.warnings.into_iter().map(warning).collect(),
            allowed: self
                .allowed
                .into_iter()
                .map(|(found, reason)| AllowedFinding { warning: warning(found), in_source: true, reason })
                .collect(),
        }
    }
}

/// A message quotes the file, and the file may hold a text of megabytes.
fn clipped(text: String) -> String {
    const LONGEST: usize = 400;
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

#[derive(Debug, Clone, Copy)]
struct Position {
    byte: usize,
    line: usize,
    column: usize,
}

/// Byte, line and column of every character index that is needed, in one pass over the text.
fn locate(text: &str, spans: impl Iterator<Item = Span>) -> BTreeMap<usize, Position> {
    let wanted: BTreeSet<usize> = spans.flat_map(|span| [span.start, span.end]).collect();
    let mut found = BTreeMap::new();
    let mut wanted = wanted.into_iter().peekable();
    let mut here = Position { byte: 0, line: 1, column: 1 };
    for (index, (byte, character)) in text.char_indices().enumerate() {
        here.byte = byte;
        while let Some(index) = wanted.next_if_eq(&index) {
            found.insert(index, here);
        }
        if character == '\n' {
            here.line += 1;
            here.column = 1;
        } else {
            here.column += 1;
        }
    }
    // What lies at or after the end of the file is shown at its end.
    here.byte = text.len();
    found.extend(wanted.map(|index| (index, here)));
    found
}

/// A span within the first line of what is meant: an excerpt of a whole section would bury the message.
fn byte_span(text: &str, start: Position, end: Position) -> SourceSpan {
    let rest = &text[start.byte..];
    let line = rest.find('\n').map_or(rest, |newline| &rest[..newline]).trim_end();
    let length = end.byte.saturating_sub(start.byte).clamp(usize::from(!line.is_empty()), line.len().max(1));
    // A clamped length of one may cut a character of several bytes.
    let length = (length..=line.len()).find(|length| line.is_char_boundary(*length)).unwrap_or(line.len());
    SourceSpan::new(start.byte.into(), length)
}

/// The text with every secret replaced, character by character so that positions stay.
fn masked<'s>(text: &str, secrets: impl Iterator<Item = &'s Span>) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for secret in secrets {
        let end = secret.end.min(characters.len());
        for character in &mut characters[secret.start.min(end)..end] {
            if *character != '\n' {
                *character = '*';
            }
        }
    }
    characters.into_iter().collect()
}

/// A message without the secret it is about: an alias may have brought the secret to any other key.
fn unquoted(words: String, secret: Option<&String>) -> String {
    match secret {
        Some(secret) if !secret.is_empty() => words.replace(secret, "***"),
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, span: (usize, usize), line: usize, column: usize, excerpt: &str) {
        let mut findings = Findings::default();
        findings.add(Span { start: span.0, end: span.1 }, "", "", "");
        let invalid = findings.into_invalid("f.yaml", text);
        let problem = &invalid.problems()[0];
        assert_eq!((problem.line(), problem.column()), (line, column));
        let span = problem.excerpt.span().unwrap();
        assert_eq!(&text[span.offset()..span.offset() + span.len()], excerpt);
    }

    #[test]
    fn places_are_counted_in_characters_and_kept_to_one_line() {
        check("a: b\n", (3, 4), 1, 4, "b");
        check("é: ü\nü: ö\n", (8, 9), 2, 4, "ö");
        check("a:\n  b: 1\n  c: 2\n", (5, 17), 2, 3, "b: 1");
        check("a: 日本\r\n", (3, 99), 1, 4, "日本");
        check("a: 日本", (3, 3), 1, 4, "日");
        check("", (7, 9), 1, 1, "");
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(masked("id: sécret\nx", [Span { start: 4, end: 12 }].iter()), "id: ******\n*");
    }
}
