//! `logpipe status`: how every resource stands.

use crate::exit::Exit;
use crate::plan::standings;
use crate::plan::status::ResourceStatus;
use crate::ui::{status_json, status_text};

use super::error::CommandError;
use super::session::Session;

pub(crate) async fn run(session: &Session, detailed: bool) -> Result<Exit, CommandError> {
    let record = session.record()?;
    let situation = session.situation().await?;
    let standings = standings(&situation.graph, &situation.observed, &record);
    session.console.clear();
    if session.json {
        session.console.data(&status_json(session.topology.name.as_str(), &standings).to_string());
    } else {
        let accounts = session.topology.accounts.values();
        let ids = accounts.map(|account| (account.name.clone(), account.id.clone())).collect();
        session.console.answer(&status_text(&standings, &ids, session.console.out_paint()));
    }
    let pending = standings.iter().any(ResourceStatus::pending);
    Ok(if pending && detailed { Exit::Pending } else { Exit::Done })
}
