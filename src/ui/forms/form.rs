//! The forms that answers are given in, and what the reader is known to see them on.

use clap::ValueEnum;

use crate::ui::terminal::console::Verbosity;
use crate::ui::terminal::style::Paint;

/// Format of stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Human,
    /// For programs; see docs/json-output.md.
    Json,
    /// The same values as YAML.
    Yaml,
    /// For a comment on a pull request or the summary of a CI job.
    Markdown,
    /// For code scanning, of `validate` and `plan` alone: SARIF 2.1.0.
    Sarif,
}

impl Form {
    /// Whether stdout is for people, so that only the answer belongs there. Every other form holds all that is told.
    pub fn is_for_people(self) -> bool {
        self == Self::Human
    }
}

/// What an answer for people is made for.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Columns there are for tables.
    pub width: usize,
    /// How much is wanted.
    pub verbosity: Verbosity,
    /// Colours of the answer.
    pub paint: Paint,
    /// Colours of what is said about it, on stderr.
    pub aside: Paint,
}

impl Look {
    /// Whether what is alike in several accounts is shown for each of them.
    pub fn each(self) -> bool {
        self.verbosity == Verbosity::Verbose
    }
}

/// A run has a page for its plan, one for its report and one for what `--verify` found out, which go into one comment.
pub(in crate::ui) const PAGES_OF_A_RUN: usize = 3;
