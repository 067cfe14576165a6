//! What a command answers: one value, which knows how it reads in every form.

use serde_json::Value;

use super::form::Look;
use crate::ui::github::WorkflowCommand;
use crate::ui::markdown::Page;

/// A piece of an answer for people, with the stream it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The answer, its lines broken where a terminal is too narrow for them.
    Answer(String),
    /// The answer as it is: tables, which are as wide as they are.
    Table(String),
    /// The answer as other programs take it: documents, scripts, bare values.
    Data(String),
    /// Said on stderr, unless quiet.
    Say(String),
    /// Said on stderr when verbose.
    Detail(String),
    /// Said on stderr, quiet or not.
    Error(String),
}

/// An answer in every form. Commands return one, and `forms/show.rs` gives it in the form asked for.
pub trait Report {
    /// For people: the answer and what is said about it, in order.
    fn human(&self, look: Look) -> Vec<Part>;

    /// For programs: one object, of the format that docs/json-output.md promises.
    fn json(&self) -> Value;

    /// For a comment on a pull request, and for the summary of a CI job.
    fn markdown(&self, look: Look) -> Page;

    /// For code scanning, of what is found in files.
    fn sarif(&self) -> Option<Value> {
        None
    }

    /// What is said on stderr whatever the form, after the answer.
    fn aside(&self, _look: Look) -> Vec<Part> {
        Vec::new()
    }

    /// What the runner of a CI job is told beside it.
    fn annotations(&self) -> Vec<WorkflowCommand> {
        Vec::new()
    }

    /// Whether it is news that the summary of a CI job should have.
    fn is_news(&self) -> bool {
        false
    }
}
