//! Collects what is wrong while a topology is read, and turns it into positions of the file at the end.
//!
//! Positions are counted in characters until then, as the YAML parser counts them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use miette::{NamedSource, SourceSpan};

use super::problem::{Invalid, Problem, TOPOLOGY};
use super::texts::{Text, Texts};
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
    /// What no message may quote, wherever it is about.
    unquotable: BTreeSet<String>,
    /// The variables whose values are in the place of what is written.
    origins: BTreeMap<Span, Vec<Origin>>,
    /// Where all has been said already.
    muted: BTreeSet<Span>,
    /// What the other end of a problem is, where it is not just the other one.
    labels: BTreeMap<Span, &'static str>,
}

/// A variable in the place of which a value stands, and where that comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// As it is written: `${var.days}`.
    pub(super) reference: String,
    /// Where it is declared, if it has to be.
    pub(super) declared: Option<Span>,
    /// Where its value comes from.
    pub(super) from: GivenBy,
}

/// What gives a variable its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GivenBy {
    /// Nothing does.
    Nothing,
    /// Its default.
    Default,
    /// A place in a file of values.
    Place(Span),
    /// A flag.
    Flag(String),
    /// A variable of the environment.
    Environment(String),
}

impl Findings {
    /// Keeps a value out of everything that is said from now on.
    pub(super) fn keep(&mut self, value: &str) {
        if !value.is_empty() {
            self.unquotable.insert(value.to_owned());
        }
    }

    /// Has problems of a place name the variable whose value stands there.
    pub(super) fn comes_from(&mut self, span: Span, origin: Origin) {
        let origins = self.origins.entry(span).or_default();
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }

    /// Has nothing more said of a place: what is wrong there is known.
    pub(super) fn mute(&mut self, span: Span) {
        self.muted.insert(span);
    }

    /// What a place is, where it is the other end of a problem.
    pub(super) fn label(&mut self, span: Span, label: &'static str) {
        self.labels.insert(span, label);
    }

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
        if self.muted.contains(&span) {
            return;
        }
        let said =
            |words: String| clipped(self.unquotable.iter().fold(words, |words, value| hidden(words, value)));
        let (message, why, help) = (said(message), said(why), said(help));
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

    /// The error for the user, or a list of warnings alone, of a single text.
    pub(super) fn into_invalid(self, file: &str, text: &str) -> Invalid {
        self.into_invalid_of(&Texts::of(file, text))
    }

    /// The same of everything that was read.
    pub(super) fn into_invalid_of(self, texts: &Texts) -> Invalid {
        let shown = self.shown(texts);
        let at = |span: Span| &shown[texts.index_of(span.start)];
        let quoted = |words: String, span: Span| unquoted(words, self.secrets.get(&span));
        let said_at = |span: Span| at(span).called(span);
        let problem = |finding: &Finding| {
            let origins = self.origins.get(&finding.span).map(Vec::as_slice).unwrap_or_default();
            let declared = origins.iter().find_map(|origin| origin.declared);
            let other = finding.other.or(declared);
            let label = |other: Span| match self.labels.get(&other) {
                Some(label) => *label,
                None => "the other one",
            };
            let same = |other: &Span| texts.index_of(other.start) == texts.index_of(finding.span.start);
            let elsewhere = finding.other.filter(|other| !same(other));
            let elsewhere = elsewhere.map(|other| format!("; {} is at {}", label(other), said_at(other)));
            let origins = origins.iter().map(|origin| format!("; {}", origin.words(said_at)));
            let more: String = elsewhere.into_iter().chain(origins).collect();
            Problem {
                excerpt: at(finding.span).excerpt(finding.span),
                other: other.filter(same).map(|other| (at(other).bytes(other), label(other))),
                message: quoted(finding.message.clone(), finding.span),
                why: quoted(finding.why.clone(), finding.span) + &more,
                help: quoted(finding.help.clone(), finding.span),
            }
        };
        let warning = |(span, lint): &(Span, Lint)| Warning::new(lint.clone(), at(*span).excerpt(*span));
        Invalid {
            file: texts.iter().next().map(|text| text.name.clone()).unwrap_or_default(),
            expected: TOPOLOGY,
            problems: self.all.iter().map(problem).collect(),
            warnings: self.warnings.iter().map(warning).collect(),
            allowed: self
                .allowed
                .iter()
                .map(|(found, reason)| AllowedFinding {
                    warning: warning(found),
                    in_source: true,
                    reason: reason.clone(),
                })
                .collect(),
        }
    }

    /// Every text without its secrets, with the places that are needed.
    fn shown(&self, texts: &Texts) -> Vec<Shown> {
        let declared = self.origins.values().flatten().flat_map(|origin| {
            let given = match origin.from {
                GivenBy::Place(span) => Some(span),
                _ => None,
            };
            [origin.declared, given].into_iter().flatten()
        });
        let spans = self.all.iter().flat_map(|finding| [Some(finding.span), finding.other]).flatten();
        let lints = self.warnings.iter().chain(self.allowed.keys()).map(|(span, _)| *span);
        let wanted: Vec<Span> = spans.chain(lints).chain(declared).collect();
        let of = |(index, text): (usize, &Text)| {
            let here = |span: &&Span| texts.index_of(span.start) == index;
            let relative = |span: &Span| {
                let from = |at: usize| at.saturating_sub(text.start);
                Span { start: from(span.start), end: from(span.end) }
            };
            let secrets: Vec<Span> = self.secrets.keys().filter(here).map(relative).collect();
            let shown = masked(&text.text, secrets.iter());
            let places = locate(&shown, wanted.iter().filter(here).map(relative));
            let source = Arc::new(NamedSource::new(&text.name, shown).with_language("yaml"));
            Shown { start: text.start, source, places }
        };
        texts.iter().enumerate().map(of).collect()
    }
}

/// A text as it may be shown.
struct Shown {
    start: usize,
    source: Arc<NamedSource<String>>,
    /// By characters from its start.
    places: BTreeMap<usize, Position>,
}

impl Shown {
    fn position(&self, at: usize) -> Position {
        let start = Position { byte: 0, line: 1, column: 1 };
        self.places.get(&at.saturating_sub(self.start)).copied().unwrap_or(start)
    }

    fn bytes(&self, span: Span) -> SourceSpan {
        byte_span(self.source.inner(), self.position(span.start), self.position(span.end))
    }

    fn excerpt(&self, span: Span) -> Excerpt {
        let Position { line, column, .. } = self.position(span.start);
        Excerpt::new(Arc::clone(&self.source), (line, column), Some(self.bytes(span)))
    }

    /// A place as users find it.
    fn called(&self, span: Span) -> String {
        let Position { line, column, .. } = self.position(span.start);
        format!("{}:{line}:{column}", self.source.name())
    }
}

impl Origin {
    /// What it is and where its value comes from.
    fn words(&self, called: impl Fn(Span) -> String) -> String {
        let Self { reference, declared, from } = self;
        let declared = declared.map(|place| format!(", declared at {},", called(place))).unwrap_or_default();
        let from = match from {
            GivenBy::Nothing => "has no value".to_owned(),
            GivenBy::Default => "has its default".to_owned(),
            GivenBy::Place(place) => format!("is given at {}", called(*place)),
            GivenBy::Flag(flag) => format!("is given by `{flag}`"),
            GivenBy::Environment(name) => format!("is what the environment variable `{name}` holds"),
        };
        format!("`{reference}`{declared} {from}")
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
        Some(secret) if !secret.is_empty() => hidden(words, secret),
        _ => words,
    }
}

fn hidden(words: String, secret: &str) -> String {
    if words.contains(secret) { words.replace(secret, "***") } else { words }
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
