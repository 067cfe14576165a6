//! `logpipe verify`: proves that a log line arrives.

use std::collections::BTreeMap;

use crate::address::Key;
use crate::exit::Exit;
use crate::plan::{Surveyor, left_out};
use crate::record::Record;
use crate::ui::{Verbosity, verification_json, verification_text};
use crate::verify::verdict::Verdict;
use crate::verify::{Verify, verify};

use super::args;
use super::error::CommandError;
use super::session::{Session, Situation};

pub(crate) async fn run(session: &Session, args: &args::Verify) -> Result<Exit, CommandError> {
    if let Some(source) = &args.source
        && !session.topology.sources.contains_key(source)
    {
        let known: Vec<&str> = session.topology.sources.keys().map(Key::as_str).collect();
        let message = format!("the topology has no source `{source}`; it has {}", known.join(", "));
        return Err(CommandError::Usage(message));
    }
    let record = session.record().await?;
    // The hops are looked at later, and with other eyes.
    let skips = args.reach.skip_unreachable;
    let look = async |surveyor: &Surveyor<'_>| match skips {
        true => surveyor.as_it_stands(&record).await,
        false => surveyor.graph(&record).await,
    };
    let targets = args.target.targets();
    let mut situation = session.survey(&targets, args.reach.unreachable(), look).await?;
    let left = if skips { left_out(&situation.survey) } else { BTreeMap::new() };
    for (address, why) in &left {
        session.console.error(&format!("left out: {address}: {why}"));
    }
    situation.survey.graph = situation.survey.graph.without(left.keys());
    check_routes(session, &situation)?;
    let exit = verify_graph(session, &situation, &record, args.source.clone(), &args.probe).await?;
    let partial = !left.is_empty() || !situation.survey.graph.skipped.is_empty();
    Ok(if exit == Exit::Done && partial { Exit::Incomplete } else { exit })
}

/// What to verify, and how.
fn request<'a>(
    session: &'a Session,
    situation: &'a Situation,
    record: &'a Record,
    source: Option<Key>,
    probe: &args::Probe,
) -> Verify<'a> {
    Verify {
        survey: &situation.survey,
        accounts: &situation.accounts,
        record,
        base: &session.base,
        clock: session.clock(),
        events: &session.events,
        source,
        timeout: probe.timeout,
        message: probe.message.clone(),
        sample: probe.sample.and_then(|sample| usize::try_from(sample).ok()),
    }
}

/// Refuses to verify no route at all, before anything is written.
pub(crate) fn check_routes(session: &Session, situation: &Situation) -> Result<(), CommandError> {
    let graph = &situation.survey.graph;
    let has_roles = !session.topology.agents.is_empty() || !session.topology.readers.is_empty();
    if graph.routes.is_empty() && !graph.outside.is_empty() && !has_roles {
        let message = "--target selects no subscription filter, so there is no route to verify";
        return Err(CommandError::Usage(message.to_owned()));
    }
    Ok(())
}

/// Verifies the routes of a graph and shows the verdict.
pub(crate) async fn verify_graph(
    session: &Session,
    situation: &Situation,
    record: &Record,
    source: Option<Key>,
    probe: &args::Probe,
) -> Result<Exit, CommandError> {
    let request = request(session, situation, record, source, probe);
    if let Some((probed, routes)) = request.sampled_unasked() {
        session.console.say(&format!(
            "note: there are {routes} routes; {probed} of them, spread over sources, accounts and regions, are probed, and \
             `logpipe … --sample {routes}` probes all"
        ));
    }
    let verification = verify(&request, session.stop.clone()).await;
    session.console.clear();
    session.github.verification(&verification);
    if session.json {
        let mut verified = verification_json(&verification);
        verified["skipped_accounts"] = serde_json::json!(situation.survey.graph.skipped);
        session.console.data(&verified.to_string());
    } else {
        // Apart from the progress above it.
        session.console.say("");
        let accounts = situation.survey.topology.accounts.values();
        let ids = accounts.map(|account| (account.name.clone(), account.id.clone())).collect();
        let each = session.console.verbosity() == Verbosity::Verbose;
        let text = verification_text(&verification, &ids, each, session.console.out_paint());
        session.console.answer(&text);
    }
    session.tell_skipped(&situation.survey.graph);
    Ok(match verification.verdict {
        _ if session.stop.times() > 0 => Exit::Interrupted,
        Verdict::Delivered => Exit::Done,
        Verdict::Broken | Verdict::Timeout | Verdict::Unknown => Exit::Broken,
    })
}
