//! A topology that is valid, in every form.

use serde_json::Value;

use crate::lint::{AllowedFinding, Severity, Warning};
use crate::ui::diagnostic::problems_json;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::github::{WorkflowCommand, warning_annotation};
use crate::ui::markdown::{Item, Line, Mark, Page};
use crate::ui::sarif::Log;
use crate::ui::text::count;
use crate::ui::warning::{WarningView, counted, warning_item, warning_text};

/// A topology that is valid.
#[derive(Debug)]
pub struct Valid<'a> {
    /// What its file is called.
    pub file: String,
    /// How much of everything there is.
    pub holdings: Vec<(usize, &'static str)>,
    /// What it says that is most likely not meant.
    pub warnings: &'a [Warning],
    /// What of that is allowed.
    pub allowed: &'a [AllowedFinding],
    /// What there is to know of it.
    pub notes: &'a [String],
}

impl Valid<'_> {
    /// Parts that a topology goes without are not mentioned.
    fn holdings(&self) -> String {
        let there = self.holdings.iter().filter(|(number, _)| *number > 0);
        there.map(|(number, noun)| count(*number, noun)).collect::<Vec<_>>().join(", ")
    }

    /// Whether a rule is denied that it goes against.
    fn is_denied(&self) -> bool {
        self.warnings.iter().any(|warning| warning.severity == Severity::Error)
    }

    fn warnings(&self) -> impl Iterator<Item = WarningView> {
        self.warnings.iter().map(WarningView::from)
    }

    /// ` (2 warnings)`
    fn warned(&self) -> String {
        if self.warnings.is_empty() { String::new() } else { format!(" ({})", counted(self.warnings)) }
    }
}

impl Report for Valid<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        let warning = |warning: &Warning| {
            let text = warning_text(warning, look.width, look.aside);
            if warning.severity == Severity::Error { Part::Error(text) } else { Part::Say(text) }
        };
        let notes = self.notes.iter().map(|note| Part::Say(format!("note: {note}")));
        let Self { file, .. } = self;
        let answer = match self.is_denied() {
            true => {
                Part::Error(format!("{} {file} is refused{}", look.aside.failing("error:"), self.warned()))
            }
            false => Part::Answer(format!("{file} is valid: {}.{}", self.holdings(), self.warned())),
        };
        self.warnings.iter().map(warning).chain(notes).chain([answer]).collect()
    }

    fn json(&self) -> Value {
        problems_json(&[], &self.warnings().collect::<Vec<_>>())
    }

    fn markdown(&self, _look: Look) -> Page {
        let (mark, verdict) = match (self.is_denied(), self.warnings.is_empty()) {
            (true, _) => (Mark::Bad, "is refused"),
            (false, false) => (Mark::Caution, "is valid"),
            (false, true) => (Mark::Good, "is valid"),
        };
        Page::new(mark, Line::name(&*self.file).and(format!(" {verdict}{}", self.warned())))
            .line(format!("It has {}.", self.holdings()))
            .titled("Warnings", self.warnings().map(|warning| warning_item(&warning)))
            .titled("Notes", self.notes.iter().map(|note| Item::new(note.as_str())))
    }

    fn sarif(&self) -> Option<Value> {
        let warnings: Vec<WarningView> = self.warnings().collect();
        Some(Log::default().with_findings(&warnings).with_allowed(self.allowed).into_value())
    }

    fn annotations(&self) -> Vec<WorkflowCommand> {
        self.warnings().map(|warning| warning_annotation(&warning)).collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}
