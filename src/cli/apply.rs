//! `logpipe apply`: shows the plan, asks, carries it out, and verifies when told to.

use std::path::{Path, PathBuf};

use crate::apply::{Aftermath, Calls, Ended, Report, Run, apply};
use crate::aws::Unreachable;
use crate::event::Verb;
use crate::exit::Exit;
use crate::plan::{Allowed, Plan, SavedPlan, Surveyor, decide, left_out};
use crate::record::Keeper;
use crate::ui::{
    Effort, PlanView, ReportOptions, Run as Shown, Verbosity, next_text, plan_json, report_json, report_text,
    skipped_resources_json, skipped_text, summary_text,
};

use super::args;
use super::error::CommandError;
use super::input::{self, called, is_stdin};
use super::session::{Session, Situation};
use super::verify::{check_routes, verify_graph};

/// What is wrong with the arguments whatever the topology says.
pub(crate) fn check(args: &args::Apply) -> Result<(), CommandError> {
    if args.plan.as_deref().is_some_and(is_stdin) && is_stdin(args.topology.path()) {
        let message = "stdin is one text, and `-` is given for the topology and for --plan: name a file for one of them";
        return Err(CommandError::Usage(message.to_owned()));
    }
    Ok(())
}

/// Saved plans hold a line for each resource.
pub(crate) const LARGEST_PLAN: u64 = 256 * 1024 * 1024;

pub(crate) async fn run(session: &Session, args: &args::Apply) -> Result<Exit, CommandError> {
    if !args.verify && !args.probe.is_default() {
        let message = "--message, --timeout and --sample say how to verify: add --verify";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let Applied { exit, situation, writes, partial } = under_lock(session, args).await?;
    let incomplete = |exit| if exit == Exit::Done && partial { Exit::Incomplete } else { exit };
    if exit != Exit::Done || !args.verify {
        if exit == Exit::Done && writes && !session.json {
            session.console.say(&next_text(session.console.err_paint()));
        }
        return Ok(incomplete(exit));
    }
    let record = session.record().await?;
    verify_graph(session, &situation, &record, None, &args.probe).await.map(incomplete)
}

/// A plan carried out.
pub(crate) struct Applied {
    pub(crate) exit: Exit,
    pub(crate) situation: Situation,
    pub(crate) writes: bool,
    /// Something that the topology asks for was left out.
    pub(crate) partial: bool,
}

/// Plans, asks and carries out.
pub(crate) async fn under_lock(session: &Session, args: &args::Apply) -> Result<Applied, CommandError> {
    // The lock comes first: a plan made while another run writes would be stale.
    let mut keeper = session.keeper(&args.lock).await?;
    let outcome = applied(session, args, &mut keeper).await;
    session.hand_back(keeper, outcome).await
}

/// Everything that is done under the lock.
async fn applied(
    session: &Session,
    args: &args::Apply,
    keeper: &mut Keeper,
) -> Result<Applied, CommandError> {
    let saved = args.plan.as_deref().map(|file| saved_plan(session, file)).transpose()?;
    let allowed = match &saved {
        Some((file, saved)) => saved.allowed().map_err(CommandError::unusable(file))?,
        None => Allowed {
            adopt: args.adopt,
            prune: args.prune,
            targets: args.target.targets(),
            skip_unreachable: args.reach.skip_unreachable,
        },
    };
    let unreachable = if allowed.skip_unreachable { Unreachable::LeftOut } else { Unreachable::Fails };
    let look = async |surveyor: &Surveyor<'_>| surveyor.to_plan(keeper.record()).await;
    let mut situation = session.survey(&allowed.targets, unreachable, look).await?;
    if allowed.prune && allowed.skip_unreachable {
        situation = session.with_owned(situation, keeper.record(), &allowed.targets).await?;
    }
    if allowed.prune {
        situation = session.in_doubt(situation, keeper.record()).await;
    }
    if args.verify {
        check_routes(session, &situation)?;
    }
    let mut plan = decide(&situation.survey, keeper.record(), &allowed)?;
    if let Some((file, saved)) = &saved {
        saved.confirm(&plan).map_err(CommandError::unusable(file))?;
    }
    plan.notes.extend(session.left_behind(keeper.record()).await);
    let situation = session.reach(situation, &plan, keeper.record()).await?;
    // A saved plan was looked at when it was made.
    let yes = args.yes || saved.is_some();
    let exit = carry_out(session, &plan, &situation, keeper, yes, Shown::Apply).await?;
    let situation = without_left_out(situation, &plan);
    Ok(Applied { exit, situation, writes: plan.writes(), partial: plan.is_partial() })
}

/// What was left out is not verified either.
fn without_left_out(situation: Situation, plan: &Plan) -> Situation {
    let Situation { accounts, mut survey } = situation;
    survey.graph = survey.graph.without(plan.left_out.iter().map(|(address, _)| address));
    Situation { accounts, survey }
}

/// Reads the saved plan that is to be carried out.
fn saved_plan(session: &Session, file: &Path) -> Result<(PathBuf, SavedPlan), CommandError> {
    let verb = || format!("read the plan {}", called(file));
    let text = input::text(file, &session.folder, LARGEST_PLAN)
        .map_err(|source| CommandError::Io { verb: verb(), source })?;
    let saved = SavedPlan::read(&text, &session.topology).map_err(CommandError::unusable(file))?;
    Ok((file.to_owned(), saved))
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
    let asks = plan.writes() && !yes;
    show(session, plan, shown, asks);
    let refused = refused(plan);
    if !refused.is_empty() {
        let count = refused.len();
        let seen = !session.json && session.console.verbosity() > Verbosity::Quiet;
        let missing = shown == Shown::Apply && !left_out(&situation.survey).is_empty();
        let reasons = if seen { Vec::new() } else { refused };
        return Err(CommandError::Refused { count, reasons, missing });
    }
    if asks {
        session.confirm(&question(plan, shown), "yes", "--yes").await?;
    }
    let run = Run {
        observed: &situation.survey.observed,
        accounts: &situation.accounts,
        clock: session.clock(),
        events: &session.events,
        parallelism: session.parallelism,
    };
    let began = session.clock().elapsed();
    let Ended { report, trouble } = apply(plan, &run, keeper, session.stop.clone()).await;
    session.console.clear();
    let took = session.clock().elapsed().saturating_sub(began);
    let calls = Calls::of(situation.accounts.meter(), &situation.survey.graph, plan);
    let each = session.console.verbosity() == Verbosity::Verbose;
    show_end(session, plan, &report, Effort { took, calls, each }, shown);
    match trouble {
        Some(error) => Err(CommandError::RecordLost { written: written(&report), source: error }),
        None => Ok(exit(&report)),
    }
}

/// What a yes means, with what it removes.
fn question(plan: &Plan, shown: Shown) -> String {
    let ask = "Do you want to carry this out?";
    match plan.summary().delete {
        1 if shown == Shown::Apply => format!("This deletes 1 resource. {ask}"),
        many if many > 1 && shown == Shown::Apply => format!("This deletes {many} resources. {ask}"),
        _ => ask.to_owned(),
    }
}

/// Every refused step with its reason.
fn refused(plan: &Plan) -> Vec<String> {
    let refused = plan.steps.iter().filter(|step| step.action.verb() == Verb::Refuse);
    refused.map(|step| format!("{}: {}", step.address, step.reason)).collect()
}

/// The plan is talk, since what was done is the answer; but nobody is asked to confirm what they have not seen.
fn show(session: &Session, plan: &Plan, shown: Shown, asks: bool) {
    session.github.plan(plan, shown);
    if session.json {
        let mut first = plan_json(plan);
        first["type"] = "plan".into();
        session.console.data(&first.to_string());
    }
    let (console, text) = (&session.console, |paint| session.plan_text(plan, shown, paint));
    if asks && session.may_ask {
        console.show_before_asking(&text(console.asking_paint()));
    } else if session.json {
        // The plan is on stdout already.
    } else if !plan.writes() && refused(plan).is_empty() {
        // Nothing will be done, so that is the answer.
        console.answer(&text(console.out_paint()));
    } else {
        session.github.say("Plan", &text(console.err_paint()));
    }
}

/// The report is the answer; what it took is talk.
fn show_end(session: &Session, plan: &Plan, report: &Report, effort: Effort, shown: Shown) {
    let console = &session.console;
    session.github.report(report, shown);
    if session.json {
        let mut last = report_json(report);
        last["calls"] = serde_json::json!(effort.calls);
        last["skipped_accounts"] = serde_json::json!(plan.skipped);
        last["skipped_resources"] = skipped_resources_json(&plan.left_out);
        console.data(&last.to_string());
    } else if plan.writes() {
        // Apart from the progress above it, and where there is advice from that too.
        console.say("");
        let ids = PlanView::from(plan).ids();
        let options = ReportOptions { run: shown, ids: &ids, each: effort.each, paint: console.out_paint() };
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

fn written(report: &Report) -> bool {
    !report.done.is_empty()
        || !report.unknown.is_empty()
        || report.failures.iter().any(|failure| failure.aftermath != Aftermath::Untouched)
}

/// The exit code of a report: 3 as soon as something was written and the run is incomplete, whatever the cause.
fn exit(report: &Report) -> Exit {
    match (report.complete(), written(report)) {
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
    use crate::apply::Failure;

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
