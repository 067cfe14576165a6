//! `logpipe plan`: shows what apply would do, and saves it when told to.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::engine::{Planned, plan_offline};
use crate::exit::Exit;
use crate::plan::{Allowed, Note, Plan, SavedPlan};
use crate::shell::quoted;
use crate::ui::{PlanReport, Run};

use super::apply::LARGEST_PLAN;
use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::run::CommandContext;
use crate::cli::session::{Session, read_accepted};

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe plan topology.yaml                       what apply would do, and why
  logpipe plan topology.yaml --detailed-exitcode   exits with 2 when something would change
  logpipe plan topology.yaml --out plan.json       save it; apply --plan plan.json carries it out
  logpipe plan topology.yaml --var stage=prod      with a value for the variable `stage`
  logpipe plan topology.yaml --prune               also what --prune would remove
  logpipe plan topology.yaml --offline             without credentials, as if nothing existed
  logpipe plan topology.yaml --deny LP010          refused, with 65, if the topology goes against that rule
  logpipe plan topology.yaml --output json | jq .summary
  logpipe plan topology.yaml --output markdown | gh pr comment --body-file -";

/// Reads, decides, shows.
pub(crate) async fn run(session: &Session, args: &args::Plan) -> Result<Exit, CommandError> {
    // Nobody waits for a plan that has nowhere to go.
    args.out.as_deref().map(|file| place_for(session, file)).transpose()?;
    let allowed = Allowed {
        adopt: args.adopt,
        tighten: args.tighten,
        prune: args.prune,
        targets: args.target.targets(),
        skip_unreachable: args.reach.skip_unreachable,
        share: None,
    };
    let Planned { plan, calls } = session.engine.plan(&allowed).await?;

    session.presenter.give(&PlanReport::new(&plan, Run::Apply).after(calls));
    if let Some(file) = &args.out {
        save(session, &plan, &allowed, file)?;
    }
    Ok(exit(&plan, args.detailed_exitcode))
}

/// Plans without AWS: everything counts as absent, and nothing is owned.
pub(crate) fn offline(args: &args::Plan, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { environment, common, .. } = context;
    if common.endpoint_url.is_some() || common.profile.is_some() || common.call_timeout.is_some() {
        let message = "--offline makes no calls, so --endpoint-url, --profile and --call-timeout have no effect: leave them out";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let topology = read_accepted(args.topology.path(), &args.lint.levels, environment, common)?;
    let allowed = Allowed {
        adopt: args.adopt,
        tighten: args.tighten,
        prune: args.prune,
        targets: args.target.targets(),
        ..Allowed::default()
    };
    let mut plan = plan_offline(&topology, &allowed)?;
    plan.notes.push(Note::Offline);

    context.presenter().give(&PlanReport::new(&plan, Run::Apply));
    Ok(exit(&plan, args.detailed_exitcode))
}

fn exit(plan: &Plan, detailed: bool) -> Exit {
    match plan.summary() {
        summary if summary.refuse > 0 => Exit::Failed,
        _ if plan.is_partial() => Exit::Incomplete,
        _ if plan.writes() && detailed => Exit::Pending,
        _ => Exit::Done,
    }
}

/// A plan that refuses something could not be carried out, so there is nothing to save.
fn save(session: &Session, plan: &Plan, allowed: &Allowed, file: &Path) -> Result<(), CommandError> {
    if plan.summary().refuse > 0 {
        session
            .console
            .say(&format!("{} was not written, because the plan refuses something.", file.display()));
        return Ok(());
    }
    let path = place_for(session, file)?;
    let saved = SavedPlan::of(plan, session.topology(), allowed);
    let written = session.disk.write_whole(&path, saved.text().as_bytes());
    written.map_err(not_written(file))?;
    session.console.say(&format!(
        "Saved in {}; `logpipe apply --plan {}` carries it out, as long as nothing has changed.",
        file.display(),
        quoted(&file.display().to_string())
    ));
    Ok(())
}

/// Where a plan is to be written: not over what is none, and not into what is no file.
fn place_for(session: &Session, file: &Path) -> Result<PathBuf, CommandError> {
    let usage =
        |why: &str| CommandError::Usage(format!("--out {}: {why}; name another file", file.display()));
    let path = session.folder.join(file);
    match session.disk.resolve(&path).and_then(|path| session.disk.read(&path, LARGEST_PLAN)) {
        Ok(Some(bytes)) if !SavedPlan::is_one(&String::from_utf8_lossy(&bytes)) => {
            Err(usage(&format!("{} already exists and is not a saved plan", file.display())))
        }
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidData) => {
            Err(usage(&error.to_string()))
        }
        Ok(_) => Ok(path),
        Err(error) => Err(not_written(file)(error)),
    }
}

fn not_written(file: &Path) -> impl FnOnce(std::io::Error) -> CommandError {
    move |source| CommandError::Io { verb: format!("write the plan to {}", file.display()), source }
}
