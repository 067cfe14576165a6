//! `logpipe verify`: proves that a log line arrives.

use crate::aws::Accounts;
use crate::exit::Exit;
use crate::graph::Graph;
use crate::ui::{verification_json, verification_text};
use crate::verify::verdict::Verdict;
use crate::verify::{Verify, verify};

use super::args;
use super::error::CommandError;
use super::session::Session;

pub(crate) async fn run(session: &Session, args: &args::Verify) -> Result<Exit, CommandError> {
    if let Some(source) = &args.source
        && !session.topology.sources.contains_key(source)
    {
        let known: Vec<&str> = session.topology.sources.keys().map(crate::address::Key::as_str).collect();
        let message = format!("the topology has no source `{source}`; it has {}", known.join(", "));
        return Err(CommandError::Usage(message));
    }
    let mut stop = session.stop.clone();
    let (accounts, graph) = tokio::select! {
        ready = ready(session) => ready?,
        () = stop.changed() => return Err(CommandError::Interrupted),
    };
    verify_graph(session, &accounts, &graph, args.source.clone(), &args.probe).await
}

async fn ready(session: &Session) -> Result<(Accounts, Graph), CommandError> {
    let accounts = session.connect().await?;
    let graph = session.graph(&accounts).await?;
    Ok((accounts, graph))
}

/// Verifies the routes of a graph and shows the verdict.
pub(crate) async fn verify_graph(
    session: &Session,
    accounts: &Accounts,
    graph: &Graph,
    source: Option<crate::address::Key>,
    probe: &args::Probe,
) -> Result<Exit, CommandError> {
    let request = Verify {
        topology: &session.topology,
        graph,
        accounts,
        clock: session.clock(),
        events: &session.events,
        source,
        timeout: probe.timeout,
        message: probe.message.clone(),
    };
    let verification = verify(&request, session.stop.clone()).await;
    session.console.clear();
    session.github.verification(&verification);
    if session.json {
        session.console.data(&verification_json(&verification).to_string());
    } else {
        session.console.answer(&verification_text(&verification, session.console.out_paint()));
    }
    Ok(match verification.verdict {
        _ if session.stop.times() > 0 => Exit::Interrupted,
        Verdict::Delivered => Exit::Done,
        Verdict::Broken | Verdict::Timeout => Exit::Broken,
    })
}
