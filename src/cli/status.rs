//! `logpipe status`: how every resource stands.

use crate::exit::Exit;
use crate::plan::status::ResourceStatus;
use crate::plan::{Surveyor, lost_record, notices, standings};
use crate::ui::{Verbosity, status_json, status_text};

use super::args;
use super::error::CommandError;
use super::session::{Session, Situation};

pub(crate) async fn run(session: &Session, args: &args::Status) -> Result<Exit, CommandError> {
    let record = session.record().await?;
    let targets = args.target.targets();
    let look = async |surveyor: &Surveyor<'_>| surveyor.as_it_stands(&record).await;
    let Situation { survey, .. } = session.survey(&targets, args.reach.unreachable(), look).await?;
    let standings = standings(&survey.graph, &survey.observed, &record, &targets);
    let mut notes: Vec<String> = lost_record(&survey, &record).into_iter().collect();
    notes.extend(notices(&survey.graph, &survey.observed, |address| record.get(address).is_some()));
    session.console.clear();
    if session.json {
        let mut status = status_json(session.topology.name.as_str(), &standings, &notes);
        status["skipped_accounts"] = serde_json::json!(survey.graph.skipped);
        session.console.data(&status.to_string());
    } else {
        let accounts = survey.topology.accounts.values();
        let ids = accounts.map(|account| (account.name.clone(), account.id.clone())).collect();
        let each = session.console.verbosity() == Verbosity::Verbose;
        session.console.answer(&status_text(&standings, &ids, &notes, each, session.console.out_paint()));
    }
    session.tell_skipped(&survey.graph);
    if !survey.graph.skipped.is_empty() {
        return Ok(Exit::Incomplete);
    }
    let pending = standings.iter().any(ResourceStatus::pending);
    Ok(if pending && args.detailed_exitcode { Exit::Pending } else { Exit::Done })
}
