//! A diagnosis as an answer.

use std::time::Duration;

use serde_json::Value;

use super::human::diagnosis_text;
use super::json::diagnosis_json;
use super::markdown::page;
use crate::plan::SkippedAccount;
use crate::ui::alike::AccountIds;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::github::{WorkflowCommand, error_annotation};
use crate::ui::markdown::Page;
use crate::ui::reports::plan::PlanReport;
use crate::ui::skipped::skipped_text;
use crate::verify::diagnosis::{Diagnosis, Health};

/// What is wrong, and what to do about it.
#[derive(Debug, Clone)]
pub struct DoctorReport<'a> {
    /// What was found.
    pub diagnosis: &'a Diagnosis,
    /// What apply would change for it, where that was asked for.
    pub plan: Option<PlanReport<'a>>,
    /// The ids of the accounts.
    pub accounts: &'a AccountIds,
    /// Accounts that could not be entered.
    pub skipped: &'a [SkippedAccount],
    /// How far back failures of Firehose were looked for.
    pub lately: Duration,
}

impl Report for DoctorReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        let mut parts = vec![Part::Answer(diagnosis_text(self, look.each(), look.paint))];
        if let Some(plan) = &self.plan {
            parts.push(Part::Answer(String::new()));
            parts.extend(plan.human(look));
        }
        parts
    }

    fn json(&self) -> Value {
        diagnosis_json(self)
    }

    fn markdown(&self, look: Look) -> Page {
        page(self, look.each())
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(self.skipped, look.aside).into_iter().map(Part::Error).collect()
    }

    fn annotations(&self) -> Vec<WorkflowCommand> {
        let broken = self.diagnosis.routes.iter().filter(|route| Health::of(&route.hops) == Health::Broken);
        broken
            .map(|route| {
                let title = format!("{}/{} {} is broken", route.account, route.region, route.log_group);
                error_annotation(&title, route.finding.as_deref().unwrap_or("no reason was found"))
            })
            .collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}
