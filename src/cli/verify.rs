//! `logpipe verify`: proves that a log line arrives.

use crate::exit::Exit;
use crate::plan::Surveyor;
use crate::ui::{verification_json, verification_text};
use crate::verify::verdict::Verdict;
use crate::verify::{Verify, verify};

use super::args;
use super::error::CommandError;
use super::session::{Session, Situation};

pub(crate) async fn run(session: &Session, args: &args::Verify) -> Result<Exit, CommandError> {
    if let Some(source) = &args.source
        && !session.topology.sources.contains_key(source)
    {
        let known: Vec<&str> = session.topology.sources.keys().map(crate::address::Key::as_str).collect();
        let message = format!("the topology has no source `{source}`; it has {}", known.join(", "));
        return Err(CommandError::Usage(message));
    }
    let record = session.record()?;
    // The hops are looked at later, and with other eyes.
    let look = async |surveyor: &Surveyor<'_>| surveyor.graph(&record).await;
    let situation = session.survey(&args.target.targets(), look).await?;
    verify_graph(session, &situation, args.source.clone(), &args.probe).await
}

/// Verifies the routes of a graph and shows the verdict.
pub(crate) async fn verify_graph(
    session: &Session,
    situation: &Situation,
    source: Option<crate::address::Key>,
    probe: &args::Probe,
) -> Result<Exit, CommandError> {
    let request = Verify {
        topology: &situation.survey.topology,
        graph: &situation.survey.graph,
        accounts: &situation.accounts,
        clock: session.clock(),
        events: &session.events,
        source,
        timeout: probe.timeout,
        message: probe.message.clone(),
    };
    let verification = verify(&request, session.stop.clone()).await;
    session.console.clear();
    if session.json {
        session.console.data(&verification_json(&verification).to_string());
    } else {
        session.console.data(&verification_text(&verification, session.console.out_paint()));
    }
    Ok(match verification.verdict {
        _ if session.stop.times() > 0 => Exit::Interrupted,
        Verdict::Delivered => Exit::Done,
        Verdict::Broken | Verdict::Timeout => Exit::Broken,
    })
}
