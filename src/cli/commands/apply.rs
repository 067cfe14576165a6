//! `logpipe apply`: shows the plan, asks, carries it out, and verifies when told to.

use std::path::Path;

use crate::engine::{ApplyRequest, What};
use crate::exit::Exit;
use crate::plan::{Allowed, SavedPlan};
use crate::ui::{Next, Run};

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::asking::approve::Approver;
use crate::cli::input::{self, called, is_stdin};
use crate::cli::session::Session;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe apply topology.yaml                      show the plan, ask, carry it out
  logpipe apply topology.yaml --yes --verify       without asking; then prove that a log line arrives
  logpipe apply topology.yaml --var-file prod.yaml with values for variables from a file
  logpipe apply topology.yaml --lock-timeout 10m   wait for another run that holds the record
  logpipe apply topology.yaml --adopt              take over existing resources, or recover a lost record
  logpipe apply topology.yaml --prune              also remove what the topology no longer names
  logpipe apply topology.yaml --shard 2/8 --yes    be the second of eight processes at the same time
  logpipe apply topology.yaml --sandbox --yes      rehearse it in a simulated AWS";

/// What is wrong with the arguments whatever the topology says.
pub(crate) fn check(args: &args::Apply) -> Result<(), CommandError> {
    if args.plan.as_deref().is_some_and(is_stdin) && is_stdin(args.topology.path()) {
        let message = "`-` is given for both the topology and --plan, but stdin can be read only once: name a file for one of them";
        return Err(CommandError::Usage(message.to_owned()));
    }
    Ok(())
}

/// Saved plans hold a line for each resource.
pub(crate) const LARGEST_PLAN: u64 = 256 * 1024 * 1024;

pub(crate) async fn run(session: &Session, args: &args::Apply) -> Result<Exit, CommandError> {
    let request = request(session, args)?;
    // A saved plan was looked at when it was made.
    let yes = args.yes || args.plan.is_some();
    let mut approver = Approver { session, run: Run::Apply, yes, deletion: None };
    let applied = session.engine.apply(&request, &mut approver).await;
    let mut applied = match &args.plan {
        Some(file) => applied.map_err(CommandError::of_saved_plan(file))?,
        None => applied?,
    };

    let next = (!args.verify).then_some(Next::Verify);
    let mut exit = session.carried_out(&mut applied, Run::Apply, next)?;
    if exit == Exit::Done && args.verify {
        let verified = session.engine.verify_applied(&applied, &args.probe.probe()).await?;
        exit = session.verified(&verified, true);
    }
    // Something that the topology asks for was left out.
    Ok(if exit == Exit::Done && applied.plan.is_partial() { Exit::Incomplete } else { exit })
}

fn request(session: &Session, args: &args::Apply) -> Result<ApplyRequest, CommandError> {
    if !args.verify && !args.probe.is_default() {
        let message = "--message, --timeout and --sample say how to verify: add --verify";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let what = match args.plan.as_deref() {
        Some(file) => What::Saved(saved_plan(session, file)?),
        None => What::Planned(Allowed {
            adopt: args.adopt,
            tighten: args.tighten,
            prune: args.prune,
            targets: args.target.targets(),
            skip_unreachable: args.reach.skip_unreachable,
            share: args.shard,
        }),
    };
    Ok(ApplyRequest { what, verified: args.verify, lock_timeout: args.lock.lock_timeout })
}

/// Reads the saved plan that is to be carried out.
fn saved_plan(session: &Session, file: &Path) -> Result<SavedPlan, CommandError> {
    let verb = || format!("read the plan {}", called(file));
    let text = input::text(file, &session.folder, LARGEST_PLAN)
        .map_err(|source| CommandError::Io { verb: verb(), source })?;
    let unusable = |source| CommandError::UnusablePlan { file: file.to_owned(), source };
    SavedPlan::read(&text, session.topology()).map_err(unusable)
}
