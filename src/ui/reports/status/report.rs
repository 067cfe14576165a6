//! How every resource stands, as an answer.

use serde_json::{Value, json};

use super::human::{status_json, status_text};
use super::markdown::page;
use crate::plan::status::ResourceStatus;
use crate::plan::{Note, SkippedAccount};
use crate::ui::alike::AccountIds;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::Page;
use crate::ui::skipped::skipped_text;

/// How every resource stands.
#[derive(Debug, Clone, Copy)]
pub struct StatusReport<'a> {
    /// Name of the topology.
    pub topology: &'a str,
    /// The resources, in order.
    pub resources: &'a [ResourceStatus],
    /// What the user should know beside them.
    pub notes: &'a [Note],
    /// The ids of the accounts.
    pub accounts: &'a AccountIds,
    /// Accounts that are left out.
    pub skipped: &'a [SkippedAccount],
}

impl Report for StatusReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        let text = status_text(self.resources, self.accounts, self.notes, look.each(), look.paint);
        vec![Part::Answer(text)]
    }

    fn json(&self) -> Value {
        let mut object = status_json(self.topology, self.resources, self.notes);
        object["skipped_accounts"] = json!(self.skipped);
        object
    }

    fn markdown(&self, look: Look) -> Page {
        page(self, look.each())
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(self.skipped, look.aside).into_iter().map(Part::Error).collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}
