//! What a topology costs, as an answer.

use serde_json::Value;

use super::human::{cost_json, cost_text};
use super::markdown::page;
use crate::cost::Estimate;
use crate::plan::SkippedAccount;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::Page;
use crate::ui::skipped::skipped_text;

/// What a topology costs in a month.
#[derive(Debug)]
pub struct CostReport<'a> {
    /// The estimate.
    pub estimate: &'a Estimate,
    /// Over how many days volumes were measured.
    pub days_measured: u32,
    /// What could not be measured, and why.
    pub unmeasured: Vec<(String, String)>,
    /// Accounts that are left out.
    pub skipped: &'a [SkippedAccount],
}

impl CostReport<'_> {
    /// What could not be measured, a sentence each.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        self.unmeasured.iter().map(|(key, error)| {
            format!("the volume of {key} could not be measured, so the declared one is used: {error}")
        })
    }
}

impl Report for CostReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        vec![Part::Table(cost_text(self.estimate, self.days_measured, look.paint))]
    }

    fn json(&self) -> Value {
        cost_json(self.estimate)
    }

    fn markdown(&self, _look: Look) -> Page {
        page(self)
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        let notes = self.notes().map(|note| Part::Say(format!("note: {note}")));
        notes.chain(skipped_text(self.skipped, look.aside).map(Part::Error)).collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}
