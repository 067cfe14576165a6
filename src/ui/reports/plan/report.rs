//! A plan as an answer.

use serde_json::Value;

use super::human::{PlanOptions, plan_text};
use super::json::plan_json;
use super::markdown::page;
use super::view::{PlanView, Run};
use crate::apply::Calls;
use crate::event::Verb;
use crate::lint::Severity;
use crate::ui::forms::{Look, PAGES_OF_A_RUN, Part, Report};
use crate::ui::github::{WorkflowCommand, warning_annotation};
use crate::ui::markdown::Page;
use crate::ui::sarif::Log;
use crate::ui::terminal::style::Paint;
use crate::ui::warning::WarningView;
use crate::ui::wording;

/// A plan that is the answer, or is told before it is carried out.
#[derive(Debug, Clone)]
pub struct PlanReport<'a> {
    /// The plan.
    pub plan: PlanView<'a>,
    /// The command it is for.
    pub run: Run,
    /// What it took to make it, where that is of interest.
    pub calls: Option<Calls>,
    /// Whether more follows: it is carried out then.
    pub goes_on: bool,
}

impl<'a> PlanReport<'a> {
    /// A plan as the whole answer.
    pub fn new(plan: impl Into<PlanView<'a>>, run: Run) -> Self {
        Self { plan: plan.into(), run, calls: None, goes_on: false }
    }

    /// The same, with what it took.
    pub fn after(self, calls: Calls) -> Self {
        Self { calls: Some(calls), ..self }
    }

    /// The same before it is carried out.
    pub fn before_it_is_carried_out(self) -> Self {
        Self { goes_on: true, ..self }
    }

    /// The plan for people, without a line break at the end.
    pub fn text(&self, look: Look, paint: Paint) -> String {
        plan_text(&self.plan, PlanOptions { run: self.run, verbose: look.each(), width: look.width, paint })
    }
}

impl Report for PlanReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        vec![Part::Answer(self.text(look, look.paint))]
    }

    fn json(&self) -> Value {
        let mut object = plan_json(&self.plan);
        if self.goes_on {
            object["type"] = "plan".into();
        }
        object
    }

    fn markdown(&self, look: Look) -> Page {
        let page = page(&self.plan, self.run, look);
        if self.goes_on { page.one_of(PAGES_OF_A_RUN) } else { page }
    }

    fn sarif(&self) -> Option<Value> {
        let warnings: Vec<WarningView> = self.plan.warnings.iter().map(WarningView::from).collect();
        let log = Log::default().with_findings(&warnings).with_allowed(self.plan.allowed);
        // What is refused is about accounts, and has no place in the file.
        let refused = self.plan.steps.iter().filter(|step| step.verb == Verb::Refuse);
        let told = refused.map(|step| wording::refusal(step.address, step.reason));
        Some(told.fold(log, |log, refusal| log.noting(Severity::Error, &refusal)).into_value())
    }

    fn aside(&self, _look: Look) -> Vec<Part> {
        self.calls.iter().map(|calls| Part::Detail(calls.to_string())).collect()
    }

    fn annotations(&self) -> Vec<WorkflowCommand> {
        let warnings = self.plan.warnings.iter().map(WarningView::from);
        warnings.map(|warning| warning_annotation(&warning)).collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}
