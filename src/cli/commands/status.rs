//! `logpipe status`: how every resource stands.

use crate::engine::{Status, StatusRequest};
use crate::exit::Exit;
use crate::plan::status::ResourceStatus;
use crate::ui::StatusReport;

use super::delivery;
use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::session::Session;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe status topology.yaml                     in sync, drifted, missing or foreign
  logpipe status --detailed-exitcode               exits with 2 unless everything is in sync
  logpipe status --output markdown                 a page for a comment or an issue
  logpipe status --delivery                        how events flow: written, forwarded, delivered, silent
  logpipe status --delivery --watch=30s            again every 30 seconds, until Ctrl-C";

pub(crate) async fn run(session: &Session, args: &args::Status) -> Result<Exit, CommandError> {
    if args.delivery {
        return delivery::run(session, args).await;
    }
    let request = StatusRequest { targets: args.target.targets(), unreachable: args.reach.unreachable() };

    let Status { standings, notes, accounts, skipped } = session.engine.status(&request).await?;

    session.presenter.give(&StatusReport {
        topology: session.topology().name.as_str(),
        resources: &standings,
        notes: &notes,
        accounts: &accounts,
        skipped: &skipped,
    });
    if !skipped.is_empty() {
        return Ok(Exit::Incomplete);
    }
    let pending = standings.iter().any(ResourceStatus::pending);
    Ok(if pending && args.detailed_exitcode { Exit::Pending } else { Exit::Done })
}
