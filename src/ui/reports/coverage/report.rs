//! Coverage as an answer.

use serde_json::Value;

use super::human::{coverage_text, headline};
use super::json::coverage_json;
use super::markdown::page;
use crate::coverage::{Coverage, Limits, Totals};
use crate::plan::SkippedAccount;
use crate::ui::alike::AccountIds;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::github::{WorkflowCommand, error_annotation};
use crate::ui::markdown::Page;
use crate::ui::skipped::skipped_text;
use crate::ui::wording;

/// Which log groups are delivered, and why the others are not.
#[derive(Debug)]
pub struct CoverageReport<'a> {
    /// Every log group.
    pub coverage: &'a Coverage,
    /// What they come to.
    pub totals: &'a Totals,
    /// The least that has to be delivered.
    pub limits: Limits,
    /// The ids of the accounts.
    pub accounts: &'a AccountIds,
    /// Accounts that are left out.
    pub skipped: &'a [SkippedAccount],
}

impl Report for CoverageReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        vec![Part::Answer(coverage_text(self, look.each(), look.paint))]
    }

    fn json(&self) -> Value {
        coverage_json(self)
    }

    fn markdown(&self, look: Look) -> Page {
        page(self, look.each())
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(self.skipped, look.aside).into_iter().map(Part::Error).collect()
    }

    fn annotations(&self) -> Vec<WorkflowCommand> {
        let outside = self.coverage.forbidden().map(|outflow| {
            let title = format!("{}/{} sends log events outside", outflow.account, outflow.region);
            error_annotation(&title, &wording::outflow(outflow))
        });
        let missed = self
            .limits
            .missed(self.totals)
            .into_iter()
            .map(|(limited, least)| error_annotation(&wording::missed(limited, least), &headline(self)));
        outside.chain(missed).collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}
