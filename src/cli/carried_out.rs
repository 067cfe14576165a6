//! What a command says that has carried out a plan, and its exit code.

use crate::apply::Report;
use crate::engine::Applied;
use crate::exit::Exit;
use crate::ui::{
    Effort, PlanView, ReportOptions, Run, Verbosity, report_json, report_text, skipped_resources_json,
    skipped_text, summary_text,
};

use super::error::CommandError;
use super::session::Session;

impl Session {
    /// Shows how a run ended, and says what that means to a script.
    pub(crate) fn carried_out(&self, applied: &mut Applied, run: Run) -> Result<Exit, CommandError> {
        self.console.clear();
        self.show_end(applied, run);
        match applied.lost.take() {
            Some(lost) => Err(lost.into()),
            None => Ok(exit(&applied.report)),
        }
    }

    /// The report is the answer; what it took is talk.
    fn show_end(&self, applied: &Applied, run: Run) {
        let Applied { plan, report, took, calls, .. } = applied;
        let console = &self.console;
        let each = console.verbosity() == Verbosity::Verbose;
        let effort = Effort { took: *took, calls: *calls, each };
        self.github.report(report, run);
        if self.json {
            let mut last = report_json(report);
            last["calls"] = serde_json::json!(effort.calls);
            last["skipped_accounts"] = serde_json::json!(plan.skipped);
            last["skipped_resources"] = skipped_resources_json(&plan.left_out);
            console.data(&last.to_string());
        } else if plan.writes() {
            // Apart from the progress above it, and where there is advice from that too.
            console.say("");
            let ids = PlanView::from(plan).ids();
            let options = ReportOptions { run, ids: &ids, each, paint: console.out_paint() };
            console.answer(&report_text(report, options));
            if !report.complete() {
                console.say("");
            }
            console.say(&summary_text(plan, report, effort, console.err_paint()));
            if let Some(text) = skipped_text(&plan.skipped, console.err_paint()) {
                console.error(&text);
            }
        } else {
            console.say(&format!("{}.", effort.calls));
        }
    }
}

/// The exit code of a report: 3 as soon as something was written and the run is incomplete, whatever the cause.
fn exit(report: &Report) -> Exit {
    match (report.complete(), report.has_written()) {
        (true, _) => Exit::Done,
        (false, true) => Exit::Incomplete,
        (false, false) if report.interrupted => Exit::Interrupted,
        (false, false) if report.failures.iter().all(|failure| failure.denied) => Exit::Denied,
        (false, false) => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::apply::{Aftermath, Failure};

    fn address() -> Address {
        "a/global/iam_role.r".parse().unwrap()
    }

    fn failed(aftermath: Aftermath, denied: bool) -> Report {
        let failure = Failure {
            address: address(),
            error: String::new(),
            code: None,
            aftermath,
            hint: None,
            denied,
            moved: Vec::new(),
            waited_for: None,
        };
        Report { failures: vec![failure], ..Report::default() }
    }

    #[test]
    fn exit_codes_tell_whether_anything_was_written() {
        assert_eq!(exit(&Report::default()), Exit::Done);
        assert_eq!(exit(&failed(Aftermath::Untouched, false)), Exit::Failed);
        assert_eq!(exit(&failed(Aftermath::Untouched, true)), Exit::Denied);
        assert_eq!(exit(&failed(Aftermath::Partial, true)), Exit::Incomplete);
        assert_eq!(exit(&failed(Aftermath::Unknown, false)), Exit::Incomplete);
        let stopped = Report { not_started: vec![address()], interrupted: true, ..Report::default() };
        assert_eq!(exit(&stopped), Exit::Interrupted);
        let half = Report { done: vec![address()], ..stopped };
        assert_eq!(exit(&half), Exit::Incomplete);
    }
}
