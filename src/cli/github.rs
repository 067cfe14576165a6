//! What a command tells GitHub Actions besides its output: annotations in the log, and the summary page of the job.

use std::path::PathBuf;

use crate::apply::Report;
use crate::files::Disk;
use crate::plan::Plan;
use crate::ui::{
    Console, ProblemView, Run, Verbosity, WarningView, error_annotation, error_line, error_markdown, group,
    plan_markdown, problem_annotation, report_markdown, verification_markdown, warning_annotation, wording,
};
use crate::verify::verdict::Verification;

use super::error::CommandError;
use super::settings::Environment;

/// The CI job that a command runs in, if it is one.
#[derive(Debug, Clone)]
pub(crate) struct Github {
    console: Console,
    /// Whether lines of the log may be workflow commands.
    annotates: bool,
    /// The Markdown file that becomes the summary.
    summary: Option<PathBuf>,
    disk: Disk,
}

impl Github {
    pub(crate) fn new(environment: &Environment, console: &Console) -> Self {
        Self {
            console: console.clone(),
            annotates: environment.get("GITHUB_ACTIONS") == Some("true"),
            summary: environment.get("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            disk: environment.disk.clone(),
        }
    }

    /// Says the text, in a group that can be folded away where there are groups.
    pub(crate) fn say(&self, title: &str, text: &str) {
        if self.annotates && self.console.verbosity() >= Verbosity::Normal {
            let [begin, end] = group(title);
            self.console.command(&begin);
            self.console.say(text);
            self.console.command(&end);
        } else {
            self.console.say(text);
        }
    }

    /// What a topology says that is most likely not meant, beside its lines.
    pub(crate) fn warnings(&self, warnings: &[WarningView]) {
        for warning in warnings.iter().filter(|_| self.annotates) {
            self.console.command(&warning_annotation(warning));
        }
    }

    pub(crate) fn plan(&self, plan: &Plan, run: Run) {
        self.warnings(&plan.warnings.iter().map(WarningView::from).collect::<Vec<_>>());
        self.summarise(|| plan_markdown(plan, run));
    }

    pub(crate) fn report(&self, report: &Report, run: Run) {
        for failure in &report.failures {
            let hint = failure.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            self.annotate(&failure.address.to_string(), &format!("{}{hint}", failure.error));
        }
        self.summarise(|| report_markdown(report, run));
    }

    pub(crate) fn verification(&self, verification: &Verification) {
        for route in verification.routes.iter().filter(|route| !route.delivered) {
            let title = format!("{}/{} {} is not delivered", route.account, route.region, route.log_group);
            self.annotate(&title, route.finding.as_deref().unwrap_or("no reason was found"));
        }
        if let Some(nothing) = &verification.finding {
            self.annotate("nothing is verified", &wording::no_route(nothing));
        }
        self.summarise(|| verification_markdown(verification));
    }

    /// The problems of a topology at their places; every other error at the top.
    pub(crate) fn error(&self, command: &str, error: &CommandError, problems: &[ProblemView]) {
        let message = error_line(error);
        if problems.is_empty() {
            self.annotate(&format!("logpipe {command}"), &message);
        }
        if self.annotates {
            for problem in problems {
                self.console.command(&problem_annotation(problem));
            }
        }
        let listed =
            problems.iter().map(|at| format!("{}:{}:{}: {}", at.file, at.line, at.column, at.problem));
        let all: Vec<String> = std::iter::once(message).chain(listed).collect();
        self.summarise(|| error_markdown(&format!("logpipe {command}"), &all.join("; ")));
    }

    fn annotate(&self, title: &str, message: &str) {
        if self.annotates {
            self.console.command(&error_annotation(title, message));
        }
    }

    /// Appends to the summary, which other steps of the job write to as well. It is not worth failing for.
    fn summarise(&self, markdown: impl FnOnce() -> String) {
        let Some(path) = &self.summary else { return };
        let masked = || self.console.masked(&markdown());
        if let Err(error) = self.disk.append(path, &format!("{}\n", masked())) {
            self.console
                .say(&format!("note: the job summary {} could not be written: {error}", path.display()));
        }
    }
}
