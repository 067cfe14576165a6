//! `logpipe plan`: shows what apply would do.

use crate::apply::Calls;
use crate::exit::Exit;
use crate::plan::{Allowed, Plan, decide};
use crate::ui::{PlanOptions, Run, Verbosity, plan_json, plan_text};

use super::error::CommandError;
use super::session::Session;

/// Reads, decides, shows.
pub(crate) async fn run(session: &Session, adopt: bool, detailed: bool) -> Result<Exit, CommandError> {
    let record = session.record()?;
    let situation = session.situation().await?;
    let plan = decide(&session.topology, &situation.graph, &situation.observed, &record, Allowed { adopt })?;
    session.console.clear();
    session.github.plan(&plan, Run::Apply);
    if session.json {
        session.console.data(&plan_json(&plan).to_string());
    } else {
        session.console.answer(&session.plan_text(&plan, Run::Apply, session.console.out_paint()));
    }
    session.console.detail(&Calls::of(situation.accounts.meter(), &situation.graph, &plan).to_string());
    Ok(match plan.summary() {
        summary if summary.refuse > 0 => Exit::Failed,
        _ if plan.writes() && detailed => Exit::Pending,
        _ => Exit::Done,
    })
}

impl Session {
    /// The plan for people.
    pub(crate) fn plan_text(&self, plan: &Plan, run: Run, paint: crate::ui::Paint) -> String {
        let verbose = self.console.verbosity() == Verbosity::Verbose;
        plan_text(plan, PlanOptions { run, verbose, paint })
    }
}
