//! A place in a file, with the text around it, in which secrets are masked.

use std::fmt;
use std::sync::Arc;

use miette::{NamedSource, SourceCode, SourceSpan};

/// A place.
#[derive(Clone)]
pub struct Excerpt {
    source: Arc<NamedSource<String>>,
    line: usize,
    column: usize,
    /// `None` when the file could not be read at all.
    span: Option<SourceSpan>,
}

impl Excerpt {
    /// A stretch of a text, and the line and column that it starts at.
    pub fn new(
        source: Arc<NamedSource<String>>,
        (line, column): (usize, usize),
        span: Option<SourceSpan>,
    ) -> Self {
        Self { source, line, column, span }
    }

    /// The file as the user named it.
    pub fn file(&self) -> &str {
        self.source.name()
    }

    /// Line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Column in characters, from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The stretch of the text, in bytes.
    pub fn span(&self) -> Option<SourceSpan> {
        self.span
    }

    /// The text, if there is one.
    pub fn source_code(&self) -> Option<&dyn SourceCode> {
        self.span.map(|_| &*self.source as &dyn SourceCode)
    }
}

impl PartialEq for Excerpt {
    fn eq(&self, other: &Self) -> bool {
        (self.file(), self.line, self.column, self.span)
            == (other.file(), other.line, other.column, other.span)
    }
}

impl Eq for Excerpt {}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file(), self.line, self.column)
    }
}
