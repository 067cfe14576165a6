//! Why a command ended without doing what it was asked, in every form.

use serde_json::Value;

use crate::exit::Exit;
use crate::lint::Severity;
use crate::ui::diagnostic::{ProblemView, error_json, problems_json};
use crate::ui::forms::{Look, Part, Report};
use crate::ui::github::{WorkflowCommand, error_annotation, problem_annotation, warning_annotation};
use crate::ui::markdown::{Item, Line, Mark, Page};
use crate::ui::sarif::Log;
use crate::ui::text::count;
use crate::ui::warning::{WarningView, warning_item};

/// An error with what was said along with it: a line, and what to do.
pub type Hinted = (String, Vec<String>);

/// Why a command ended.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The command, `logpipe plan`.
    pub command: String,
    /// The chain in one line.
    pub error: String,
    /// What to do about it.
    pub hints: Vec<String>,
    /// The single errors that it is made of.
    pub details: Vec<Hinted>,
    /// What is wrong with the topology.
    pub problems: Vec<ProblemView>,
    /// What else the topology says that is most likely not meant.
    pub warnings: Vec<WarningView>,
    /// The exit code.
    pub exit: Exit,
    /// How people are told, on stderr.
    pub told: Vec<Part>,
    /// Whether what is wrong is the answer that was asked for.
    pub is_answer: bool,
}

impl Failure {
    /// An error with nothing more to say about it.
    pub fn new(command: &str, error: String, exit: Exit, told: Vec<Part>) -> Self {
        Self {
            command: command.to_owned(),
            error,
            hints: Vec::new(),
            details: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
            exit,
            told,
            is_answer: false,
        }
    }

    fn heading(&self) -> Line {
        match self.problems.first() {
            Some(first) if self.exit == Exit::Invalid => Line::name(&*first.file)
                .and(format!(" is invalid: {}", count(self.problems.len(), "problem"))),
            _ => Line::from(format!("{} failed (exit code {})", self.command, self.exit.code())),
        }
    }
}

impl Report for Failure {
    fn human(&self, _look: Look) -> Vec<Part> {
        if self.is_answer { self.told.clone() } else { Vec::new() }
    }

    fn json(&self) -> Value {
        match self.is_answer {
            true => problems_json(&self.problems, &self.warnings),
            false => error_json(&self.error, self.exit),
        }
    }

    fn markdown(&self, _look: Look) -> Page {
        let hinted = |(error, hints): &Hinted| {
            let hint = |hint: &String| Line::loud("hint:").and(" ").and(hint.as_str());
            hints.iter().map(hint).fold(Item::new(error.as_str()), Item::with)
        };
        let page = Page::new(Mark::Bad, self.heading());
        let page = if self.problems.is_empty() { page.line(self.error.as_str()) } else { page };
        let hints = self.hints.iter().filter(|hint| !self.problems.iter().any(|at| at.problem == **hint));
        page.list(self.problems.iter().map(problem_item))
            .list(self.details.iter().map(hinted))
            .titled("What to do", hints.map(|hint| Item::new(hint.as_str())))
            .titled("Warnings", self.warnings.iter().map(warning_item))
    }

    fn sarif(&self) -> Option<Value> {
        let log = Log::default().with_problems(&self.problems).with_findings(&self.warnings);
        if self.is_answer {
            return Some(log.into_value());
        }
        let told = std::iter::once(&self.error).chain(self.details.iter().map(|(error, _)| error));
        let log = told.fold(log, |log, error| log.noting(Severity::Error, error));
        Some(log.failed(self.exit).into_value())
    }

    fn aside(&self, _look: Look) -> Vec<Part> {
        if self.is_answer { Vec::new() } else { self.told.clone() }
    }

    fn annotations(&self) -> Vec<WorkflowCommand> {
        let errors = match self.problems.is_empty() {
            true => vec![error_annotation(&self.command, &self.error)],
            false => self.problems.iter().map(problem_annotation).collect(),
        };
        errors.into_iter().chain(self.warnings.iter().map(warning_annotation)).collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}

/// A problem at its place, with why it is one and what to write instead.
fn problem_item(at: &ProblemView) -> Item {
    let place = Line::name(format!("{}:{}:{}", at.file, at.line, at.column));
    let item = Item::new(place.and(" ").and(at.problem.as_str()));
    let item = at.why.iter().fold(item, |item, why| item.with(Line::loud("why:").and(" ").and(why.as_str())));
    at.help.iter().fold(item, |item, help| item.with(Line::loud("fix:").and(" ").and(help.as_str())))
}
