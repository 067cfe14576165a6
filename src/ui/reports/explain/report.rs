//! Explained policies as an answer.

use serde_json::Value;

use super::human::explain_text;
use super::json::explain_json;
use super::markdown::page;
use crate::explain::Explanation;
use crate::plan::SkippedAccount;
use crate::ui::alike::AccountIds;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::Page;
use crate::ui::skipped::skipped_text;

/// Policies in plain words.
#[derive(Debug, Clone)]
pub struct ExplainReport<'a> {
    /// The policies.
    pub explanation: &'a Explanation,
    /// Name of the topology, none of a policy that was only given.
    pub topology: Option<&'a str>,
    /// Whether they are as they are in the accounts.
    pub live: bool,
    /// The ids of the accounts.
    pub accounts: AccountIds,
    /// Accounts that are left out.
    pub skipped: &'a [SkippedAccount],
    /// Whether a page is for a file, which takes everything.
    pub whole: bool,
}

impl Report for ExplainReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        let table = Part::Table(explain_text(self.explanation, look.width, look.paint));
        let notes = self.explanation.notes.iter().map(|note| Part::Say(format!("note: {note}")));
        std::iter::once(table).chain(notes).collect()
    }

    fn json(&self) -> Value {
        explain_json(self.explanation, self.topology, self.live)
    }

    fn markdown(&self, look: Look) -> Page {
        let page = page(self, look.each());
        if self.whole { page.whole() } else { page }
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(self.skipped, look.aside).into_iter().map(Part::Error).collect()
    }
}
