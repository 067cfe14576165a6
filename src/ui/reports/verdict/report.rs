//! What verify found out, as an answer.

use serde_json::{Value, json};

use super::human::verification_text;
use super::json::verification_json;
use super::markdown::page;
use crate::plan::SkippedAccount;
use crate::ui::alike::AccountIds;
use crate::ui::forms::{Look, PAGES_OF_A_RUN, Part, Report};
use crate::ui::github::{WorkflowCommand, error_annotation};
use crate::ui::markdown::Page;
use crate::ui::skipped::skipped_text;
use crate::ui::wording;
use crate::verify::verdict::Verification;

/// Whether log lines arrive, agents may write and readers can read.
#[derive(Debug, Clone, Copy)]
pub struct VerifyReport<'a> {
    /// What was found out.
    pub verification: &'a Verification,
    /// The ids of the accounts.
    pub accounts: &'a AccountIds,
    /// Accounts that are left out.
    pub skipped: &'a [SkippedAccount],
    /// Whether it ends a run that has said other things before.
    pub of_a_run: bool,
}

impl Report for VerifyReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        let text = verification_text(self.verification, self.accounts, look.each(), look.paint);
        // Apart from the progress above it.
        vec![Part::Say(String::new()), Part::Answer(text)]
    }

    fn json(&self) -> Value {
        let mut object = verification_json(self.verification);
        object["skipped_accounts"] = json!(self.skipped);
        object
    }

    fn markdown(&self, look: Look) -> Page {
        let page = page(self, look.each());
        if self.of_a_run { page.one_of(PAGES_OF_A_RUN) } else { page }
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(self.skipped, look.aside).into_iter().map(Part::Error).collect()
    }

    fn annotations(&self) -> Vec<WorkflowCommand> {
        let lost = self.verification.routes.iter().filter(|route| !route.delivered).map(|route| {
            let title = format!("{}/{} {} is not delivered", route.account, route.region, route.log_group);
            error_annotation(&title, route.finding.as_deref().unwrap_or("no reason was found"))
        });
        let finding = self.verification.finding.iter();
        lost.chain(
            finding.map(|finding| error_annotation("nothing was verified", &wording::no_route(finding))),
        )
        .collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}
