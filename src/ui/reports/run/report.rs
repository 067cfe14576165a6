//! How a run ended, as an answer.

use serde_json::{Value, json};

use super::human::{ReportOptions, report_json, report_text};
use super::markdown::page;
use super::summary::{Effort, next_text, summary_text};
use crate::address::Key;
use crate::apply;
use crate::ui::forms::{Look, PAGES_OF_A_RUN, Part, Report};
use crate::ui::github::{WorkflowCommand, error_annotation};
use crate::ui::markdown::Page;
use crate::ui::reports::plan::{PlanView, Run};
use crate::ui::skipped::{skipped_resources_json, skipped_text};

/// What a person does after a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Verify.
    Verify,
    /// Configure the instances of this agent.
    Instances(Key),
}

/// How a run ended that carried out a plan.
#[derive(Debug, Clone)]
pub struct RunReport<'a> {
    /// The plan.
    pub plan: PlanView<'a>,
    /// What became of it.
    pub outcome: &'a apply::Report,
    /// The command.
    pub run: Run,
    /// What it took.
    pub effort: Effort,
    /// What comes next, if anything does.
    pub next: Option<Next>,
}

impl Report for RunReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        if !self.plan.writes() {
            return vec![Part::Say(format!("{}.", self.effort.calls))];
        }
        let ids = self.plan.ids();
        let options = ReportOptions { run: self.run, ids: &ids, each: look.each(), paint: look.paint };
        // Apart from the progress above it, and where there is advice from that too.
        let mut parts = vec![Part::Say(String::new()), Part::Answer(report_text(self.outcome, options))];
        if !self.outcome.complete() {
            parts.push(Part::Say(String::new()));
        }
        let summary = summary_text(&self.plan, self.outcome, self.effort, look.each(), look.aside);
        parts.push(Part::Say(summary));
        parts.extend(skipped_text(self.plan.skipped, look.aside).map(Part::Error));
        parts.extend(self.next.as_ref().map(|next| Part::Say(next_text(next, look.aside))));
        parts
    }

    fn json(&self) -> Value {
        let mut object = report_json(self.outcome);
        object["calls"] = json!(self.effort.calls);
        object["skipped_accounts"] = json!(self.plan.skipped);
        object["skipped_resources"] = skipped_resources_json(self.plan.left_out);
        if let Some(share) = self.plan.share {
            object["shard"] = json!(share);
        }
        object
    }

    fn markdown(&self, look: Look) -> Page {
        page(self, look.each()).one_of(PAGES_OF_A_RUN)
    }

    fn annotations(&self) -> Vec<WorkflowCommand> {
        let annotation = |failure: &apply::Failure| {
            let hint = failure.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            error_annotation(&failure.address.to_string(), &format!("{}{hint}", failure.error))
        };
        self.outcome.failures.iter().map(annotation).collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}
