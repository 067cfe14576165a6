//! What a command says that has carried out a plan, and its exit code.

use crate::apply::Report;
use crate::engine::Applied;
use crate::exit::Exit;
use crate::ui::{Effort, Next, Run, RunReport};

use super::error::CommandError;
use crate::cli::session::Session;

impl Session {
    /// Shows how a run ended, and says what that means to a script. `next` is told after a run that has done all of it.
    pub(crate) fn carried_out(
        &self,
        applied: &mut Applied,
        run: Run,
        next: Option<Next>,
    ) -> Result<Exit, CommandError> {
        let Applied { plan, report, took, calls, .. } = &*applied;
        let (exit, lost) = (exit(report), applied.lost.is_some());
        let effort = Effort { took: *took, calls: *calls };
        let next = next.filter(|_| exit == Exit::Done && !lost);
        self.presenter.give(&RunReport { plan: plan.into(), outcome: report, run, effort, next });
        match applied.lost.take() {
            Some(lost) => Err(lost.into()),
            None => Ok(exit),
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
