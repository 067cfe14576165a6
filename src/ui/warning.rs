//! Warnings as they are shown: as JSON, beside the lines of the file, as a sentence and on a page.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, SourceCode};

use super::diagnostic::diagnostic_text;
use super::markdown::{Item, Line};
use super::terminal::style::Paint;
use super::text::{clean, count};
use super::wording::{Words, words};
use crate::lint::{Severity, Warning};

/// One warning as JSON tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WarningView {
    /// The name of the rule.
    pub code: &'static str,
    /// The code of the rule.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is there.
    pub warning: String,
    /// What it means.
    pub why: String,
    /// What to write instead.
    pub help: String,
}

impl From<&Warning> for WarningView {
    fn from(warning: &Warning) -> Self {
        let Words { message, why, help } = words(&warning.lint);
        let excerpt = &warning.excerpt;
        Self {
            code: warning.rule().name(),
            rule: warning.rule().code(),
            severity: warning.severity,
            file: excerpt.file().to_owned(),
            line: excerpt.line(),
            column: excerpt.column(),
            warning: message,
            why,
            help,
        }
    }
}

/// A warning with the lines of the file it is about.
pub fn warning_text(warning: &Warning, columns: usize, paint: Paint) -> String {
    diagnostic_text(&Shown { warning, words: words(&warning.lint) }, columns, paint)
}

/// A warning on one line, for a plan.
pub(super) fn warning_line(warning: &Warning, paint: Paint) -> String {
    let (Words { message, why, help }, place) = (words(&warning.lint), &warning.excerpt);
    let (file, line, column) = (place.file(), place.line(), place.column());
    let sentence = format!("{file}:{line}:{column}: {message}: {why}; {help} ({})", warning.rule().code());
    format!("{} {}", severity_word(warning.severity, paint), clean(&sentence))
}

/// The word that a finding of this severity starts with.
fn severity_word(severity: Severity, paint: Paint) -> String {
    let word = format!("{severity}:");
    match severity {
        Severity::Error => paint.failing(&word),
        Severity::Warning | Severity::Note => paint.hint(&word),
    }
}

/// How many findings there are of each severity, `1 warning, 2 notes`; empty without any.
pub(super) fn counted(warnings: &[Warning]) -> String {
    let of = |severity: Severity| warnings.iter().filter(|warning| warning.severity == severity).count();
    let counts = Severity::ALL.map(|severity| (of(severity), severity.as_str()));
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    counts.map(|(number, noun)| count(number, noun)).collect::<Vec<_>>().join(", ")
}

/// A warning at its place, as an item of a page.
pub(super) fn warning_item(at: &WarningView) -> Item {
    let place = Line::name(format!("{}:{}:{}", at.file, at.line, at.column));
    let rule = format!(" ({} {}, {})", at.rule, at.code, at.severity);
    Item::new(place.and(" ").and(at.warning.as_str()).and(rule))
        .with(Line::loud("why:").and(" ").and(at.why.as_str()))
        .with(Line::loud("fix:").and(" ").and(at.help.as_str()))
}

/// A warning as the renderer of problems takes it.
struct Shown<'w> {
    warning: &'w Warning,
    words: Words,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.warning, f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.warning.rule()))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.warning.severity {
            Severity::Note => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.words.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.warning.excerpt.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let why = Some(self.words.why.clone());
        let here = LabeledSpan::new_primary_with_span(why, self.warning.excerpt.span()?);
        Some(Box::new(std::iter::once(here)))
    }
}
