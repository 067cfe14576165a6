//! `logpipe doctor`: why log lines do not arrive, and what to do about it.

use crate::engine::{Diagnosed, DoctorRequest};
use crate::exit::Exit;
use crate::ui::{DoctorReport, PlanReport, Run};
use crate::verify::diagnosis::Health;
use crate::verify::verdict::HopVerdict;

use super::verify::known_source;
use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::session::Session;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe doctor topology.yaml                     the first wrong hop of each route, and the fix
  logpipe doctor --source app-logs                 the routes of one source
  logpipe doctor --fix-plan                        also what apply would change for it
  logpipe doctor --since 3d                        what Firehose failed to deliver in three days
  logpipe doctor --output json | jq '.routes[] | select(.health == \"broken\") | .finding'

Exits with 4 if a hop or a stream is not as it should be, and with 3 if an account could not be entered or a hop not read.";

pub(crate) async fn run(session: &Session, args: &args::Doctor) -> Result<Exit, CommandError> {
    known_source(session, args.source.as_ref())?;
    let request = DoctorRequest {
        targets: args.target.targets(),
        source: args.source.clone(),
        lately: args.since,
        plan: args.fix_plan,
    };

    let Diagnosed { diagnosis, plan, accounts, skipped } = session.engine.doctor(&request).await?;

    session.presenter.give(&DoctorReport {
        diagnosis: &diagnosis,
        plan: plan.as_ref().map(|planned| PlanReport::new(&planned.plan, Run::Apply)),
        accounts: &accounts,
        skipped: &skipped,
        lately: args.since,
    });
    let unread = diagnosis.routes.iter().flat_map(|route| &route.hops);
    let unread = unread.filter(|hop| hop.verdict == HopVerdict::Unreachable).count();
    Ok(match diagnosis.health() {
        Health::Broken | Health::Unexpected => Exit::Broken,
        Health::Healthy | Health::Unknown if unread > 0 || !skipped.is_empty() => Exit::Incomplete,
        Health::Healthy | Health::Unknown => Exit::Done,
    })
}
