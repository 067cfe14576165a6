//! `logpipe status`: how every resource stands.

use crate::engine::{Status, StatusRequest};
use crate::exit::Exit;
use crate::plan::status::ResourceStatus;
use crate::ui::{Verbosity, status_json, status_text};

use super::args;
use super::error::CommandError;
use super::session::Session;

/// How it is used, at the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe status topology.yaml                     in sync, drifted, missing or foreign
  logpipe status --detailed-exitcode               exits with 2 unless everything is in sync";

pub(crate) async fn run(session: &Session, args: &args::Status) -> Result<Exit, CommandError> {
    let request = StatusRequest { targets: args.target.targets(), unreachable: args.reach.unreachable() };

    let Status { standings, notes, accounts, skipped } = session.engine.status(&request).await?;

    session.console.clear();
    if session.json {
        let mut status = status_json(session.topology().name.as_str(), &standings, &notes);
        status["skipped_accounts"] = serde_json::json!(skipped);
        session.console.data(&status.to_string());
    } else {
        let each = session.console.verbosity() == Verbosity::Verbose;
        let paint = session.console.out_paint();
        session.console.answer(&status_text(&standings, &accounts, &notes, each, paint));
    }
    session.tell_skipped(&skipped);
    if !skipped.is_empty() {
        return Ok(Exit::Incomplete);
    }
    let pending = standings.iter().any(ResourceStatus::pending);
    Ok(if pending && args.detailed_exitcode { Exit::Pending } else { Exit::Done })
}
