//! The problems of a topology, as shown to the user.
//!
//! Owns the public error values and their place in the file. Knows no rule of AWS and no YAML.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, SourceCode, SourceSpan};

use crate::lint::{AllowedFinding, Excerpt, Warning};

/// What most files that are read should be.
pub(super) const TOPOLOGY: &str = "topology";

/// A topology file, or another one, that cannot be used, with every problem it has.
#[derive(Debug, Clone)]
pub struct Invalid {
    pub(super) file: String,
    /// What the file should be, as a noun.
    pub(super) expected: &'static str,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Warning>,
    pub(super) allowed: Vec<AllowedFinding>,
}

impl Invalid {
    /// Every problem, in the order of the file; never empty.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What is accepted but most likely not meant, in the order of the file.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.problems.len() == 1 { "" } else { "s" };
        let Self { file, expected, problems, .. } = self;
        write!(f, "{file} is not a valid {expected}: {} problem{plural}", problems.len())
    }
}

impl std::error::Error for Invalid {}

impl Diagnostic for Invalid {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

/// One thing that is wrong, where, why, and what to write instead.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(super) excerpt: Excerpt,
    /// The other end of a conflict between two places, and what it is.
    pub(super) other: Option<(SourceSpan, &'static str)>,
    pub(super) message: String,
    pub(super) why: String,
    pub(super) help: String,
}

impl Problem {
    /// The file as the user named it.
    pub fn file(&self) -> &str {
        self.excerpt.file()
    }

    /// Line, from 1.
    pub fn line(&self) -> usize {
        self.excerpt.line()
    }

    /// Column in characters, from 1.
    pub fn column(&self) -> usize {
        self.excerpt.column()
    }

    /// What is wrong, with the offending text.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Why it cannot be accepted.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// What to write instead.
    pub fn help(&self) -> &str {
        &self.help
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let here = LabeledSpan::new_primary_with_span(Some(self.why.clone()), self.excerpt.span()?);
        let other = self.other.map(|(span, label)| LabeledSpan::new_with_span(Some(label.to_owned()), span));
        Some(Box::new(std::iter::once(here).chain(other)))
    }
}
