//! `logpipe apply`: shows the plan, asks, carries it out, and verifies when told to.

use crate::apply::{Aftermath, Calls, Report, Run, apply};
use crate::exit::Exit;
use crate::plan::{Allowed, Plan, decide};
use crate::record::Keeper;
use crate::ui::{Run as Shown, report_json, report_text};

use super::args;
use super::error::CommandError;
use super::session::{Session, Situation};
use super::verify::verify_graph;

pub(crate) async fn run(session: &Session, args: &args::Apply) -> Result<Exit, CommandError> {
    // The lock comes first: a plan made while another run writes would be stale.
    let mut keeper = Keeper::open(&session.record_path, session.topology.name.as_str(), session.clock())?;
    let situation = session.situation().await?;
    let plan = decide(
        &session.topology,
        &situation.graph,
        &situation.observed,
        keeper.record(),
        Allowed { adopt: args.adopt },
    )?;
    let exit = carry_out(session, &plan, &situation, &mut keeper, args.yes, Shown::Apply).await?;
    keeper.close().map_err(CommandError::RecordLost)?;
    if exit != Exit::Done || !args.verify {
        return Ok(exit);
    }
    verify_graph(session, &situation.accounts, &situation.graph, None, &args.probe).await
}

/// Shows a plan, asks, and carries it out.
pub(crate) async fn carry_out(
    session: &Session,
    plan: &Plan,
    situation: &Situation,
    keeper: &mut Keeper,
    yes: bool,
    shown: Shown,
) -> Result<Exit, CommandError> {
    if !session.json {
        // Talk, not data: what was done is the answer of this command.
        session.console.say(&session.plan_text(plan, shown, session.console.err_paint()));
    }
    let refused = plan.summary().refuse;
    if refused > 0 {
        return Err(CommandError::Refused(refused));
    }
    if plan.writes() && !yes {
        session.confirm("Do you want to carry this out?", "yes").await?;
    }
    let run = Run {
        observed: &situation.observed,
        accounts: &situation.accounts,
        clock: session.clock(),
        events: &session.events,
        parallelism: session.parallelism,
    };
    let report = apply(plan, &run, keeper, session.stop.clone()).await.map_err(CommandError::RecordLost)?;
    session.console.clear();
    let calls = Calls::of(situation.accounts.meter(), &situation.graph, plan);
    if session.json {
        let mut last = report_json(&report);
        last["calls"] = serde_json::json!(calls);
        session.console.data(&last.to_string());
    } else if plan.writes() {
        session.console.data(&report_text(&report, shown, session.console.out_paint()));
    }
    session.console.say(&format!("{calls}."));
    Ok(exit(&report))
}

/// The exit code of a report: 3 as soon as something was written and the run is incomplete, whatever the cause.
fn exit(report: &Report) -> Exit {
    let written = !report.done.is_empty()
        || !report.unknown.is_empty()
        || report.failures.iter().any(|failure| failure.aftermath != Aftermath::Untouched);
    match (report.complete(), written) {
        (true, _) => Exit::Done,
        (false, true) => Exit::Incomplete,
        (false, false) if report.interrupted => Exit::Interrupted,
        (false, false) if report.failures.iter().all(|failure| denied(failure.code.as_deref())) => {
            Exit::Denied
        }
        (false, false) => Exit::Failed,
    }
}

fn denied(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.starts_with("AccessDenied") || code.starts_with("Unauthorized"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::apply::Failure;

    fn address() -> Address {
        "a/global/iam_role.r".parse().unwrap()
    }

    fn failed(aftermath: Aftermath, code: &str) -> Report {
        let failure = Failure {
            address: address(),
            error: String::new(),
            code: Some(code.to_owned()),
            aftermath,
            hint: None,
        };
        Report { failures: vec![failure], ..Report::default() }
    }

    #[test]
    fn exit_codes_tell_whether_anything_was_written() {
        assert_eq!(exit(&Report::default()), Exit::Done);
        assert_eq!(exit(&failed(Aftermath::Untouched, "LimitExceeded")), Exit::Failed);
        assert_eq!(exit(&failed(Aftermath::Untouched, "AccessDenied")), Exit::Denied);
        assert_eq!(exit(&failed(Aftermath::Partial, "AccessDenied")), Exit::Incomplete);
        assert_eq!(exit(&failed(Aftermath::Unknown, "InternalFailure")), Exit::Incomplete);
        let stopped = Report { not_started: vec![address()], interrupted: true, ..Report::default() };
        assert_eq!(exit(&stopped), Exit::Interrupted);
        let half = Report { done: vec![address()], ..stopped };
        assert_eq!(exit(&half), Exit::Incomplete);
    }
}
