//! `logpipe logs`: reads and follows log events across accounts.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::SystemTime;

use crate::address::Key;
use crate::aws::Accounts;
use crate::aws::reader_role::as_reader;
use crate::exit::Exit;
use crate::plan::{Surveyor, Targets};
use crate::reading::{
    LogEvent, LookUp, NothingToRead, Outcome, Place, Places, Reading, Streams, Wanted, found, places,
};
use crate::record::Record;
use crate::topology::{LogGroupSelector, Reader, nearest};
use crate::ui::{log_event_json, log_event_text, logs_report_json, unread_text};

use super::args;
use super::error::CommandError;
use super::session::Session;

/// More log groups than these are read only when somebody asks for them by name or glob.
const UNASKED: usize = 50;

pub(crate) async fn run(session: &Session, args: &args::Logs) -> Result<Exit, CommandError> {
    check(session, args)?;
    let mut stop = session.stop.clone();
    let looking = async {
        match &args.reader {
            Some(key) => as_it(session, args, key).await,
            None => as_deployer(session, args).await,
        }
    };
    let (accounts, places) = tokio::select! {
        found = looking => found?,
        () = stop.changed() => return Err(CommandError::Interrupted),
    };
    session.console.clear();
    let exit = show(session, args, &accounts, &places).await?;
    Ok(if exit == Exit::Done && !accounts.left_out().is_empty() { Exit::Incomplete } else { exit })
}

/// What can be said without a call.
fn check(session: &Session, args: &args::Logs) -> Result<(), CommandError> {
    if let Some(pattern) = &args.filter {
        let checked = crate::pattern::parse(pattern);
        checked.map_err(|error| {
            CommandError::Usage(format!("--filter '{pattern}' is no filter pattern: {error}"))
        })?;
    }
    let topology = &session.topology;
    for key in &args.source {
        known("--source", key.as_str(), topology.sources.keys().map(Key::as_str))?;
    }
    if let Some(key) = &args.reader {
        known("--as", key.as_str(), topology.readers.keys().map(Key::as_str))?;
    }
    let in_use = topology.accounts_in_use();
    for account in &args.account {
        known("--account", account.as_str(), in_use.keys().map(|name| name.as_str()))?;
    }
    if session.base.is_simulated() && args.follow {
        let message = "--follow has nothing to wait for with --sandbox, whose time passes only while a command runs: use `logpipe sandbox serve` and --endpoint-url";
        return Err(CommandError::Usage(message.to_owned()));
    }
    Ok(())
}

fn known<'a>(flag: &str, text: &str, known: impl Iterator<Item = &'a str>) -> Result<(), CommandError> {
    let known: Vec<&str> = known.collect();
    if known.contains(&text) {
        return Ok(());
    }
    let hint = match nearest(text, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there is none".to_owned(),
        None => format!("it has {}", known.join(", ")),
    };
    Err(CommandError::Usage(format!("{flag} {text}: the topology has none of that name; {hint}")))
}

/// With the roles that logpipe has in the accounts: the log groups of the topology.
async fn as_deployer(
    session: &Session,
    args: &args::Logs,
) -> Result<(Accounts, BTreeSet<Place>), CommandError> {
    let everything = Targets::default();
    let look = async |surveyor: &Surveyor<'_>| surveyor.pipeline(&Record::default()).await;
    let situation = session.survey(&everything, args.reach.unreachable(), look).await?;
    session.tell_skipped(&situation.survey.graph);
    let wanted = Wanted {
        sources: args.source.iter().cloned().collect(),
        accounts: args.account.iter().cloned().collect(),
        log_groups: args.log_group.clone(),
    };
    let survey = &situation.survey;
    let places = places(&survey.topology, &survey.graph, &wanted).map_err(usage)?;
    let places = looked_up(places, &situation.accounts, args).await?;
    Ok((situation.accounts, places))
}

/// As a reader, who sees its own account and nothing else.
async fn as_it(
    session: &Session,
    args: &args::Logs,
    key: &Key,
) -> Result<(Accounts, BTreeSet<Place>), CommandError> {
    let topology = &session.topology;
    let reader = &topology.readers[key];
    let trusted = async || {
        let account = &topology.accounts[&reader.trusted.account];
        let entered = Accounts::connect([account], &topology.region, &session.base, &session.events).await;
        entered.map_err(|mut error| error.failures.remove(0).1)
    };
    let assumed = as_reader(topology, reader, &session.base, trusted).await.map_err(CommandError::NotRead)?;
    session.console.detail(&format!("reading as {}, assumed by {}", assumed.after, assumed.before));
    let places = looked_up(of_reader(session, args, reader), &assumed.accounts, args).await?;
    Ok((assumed.accounts, places))
}

/// What a reader is asked for: names, globs, those of a source, or everything there is.
fn of_reader(session: &Session, args: &args::Logs, reader: &Reader) -> Places {
    let sources = args.source.iter().flat_map(|key| &session.topology.sources[key].log_groups);
    let of_sources = sources.map(|selector| match selector {
        LogGroupSelector::Exact(text) | LogGroupSelector::Glob(text) => text.clone(),
    });
    let mut texts: Vec<String> = args.log_group.iter().cloned().chain(of_sources).collect();
    if texts.is_empty() {
        texts.push("*".to_owned());
    }
    let mut places = Places::default();
    for text in texts {
        let (account, region) = (reader.account.clone(), reader.region.clone());
        places.add(account, region, text);
    }
    places
}

/// The places with what the look-ups find.
async fn looked_up(
    places: Places,
    accounts: &Accounts,
    args: &args::Logs,
) -> Result<BTreeSet<Place>, CommandError> {
    let Places { mut known, look_ups } = places;
    let more = found(&look_ups, accounts).await.map_err(|error| CommandError::NotRead(vec![error]))?;
    if args.log_group.is_empty() && more.len() > UNASKED {
        return Err(CommandError::Usage(format!(
            "there are {} log groups: say which with --log-group, a glob will do",
            more.len()
        )));
    }
    known.extend(more);
    if known.is_empty() {
        let tried: Vec<String> = look_ups
            .iter()
            .map(|LookUp { account, region, glob }| format!("`{glob}` in {account}/{region}"))
            .collect();
        return Err(CommandError::Usage(format!("no log group fits {}", tried.join(", "))));
    }
    Ok(known)
}

fn usage(error: NothingToRead) -> CommandError {
    CommandError::Usage(error.to_string())
}

/// Reads, and shows what is read.
async fn show(
    session: &Session,
    args: &args::Logs,
    accounts: &Accounts,
    places: &BTreeSet<Place>,
) -> Result<Exit, CommandError> {
    // By the clock that dates events, which need not be that of this machine.
    let now = accounts.meter().server_time().now();
    let reading = Reading {
        accounts,
        clock: session.clock(),
        places,
        streams: Streams::of(args.stream.as_deref()),
        since: args.since.before(now),
        until: args.until.map(|until| until.before(now)),
        pattern: args.filter.clone().filter(|pattern| !pattern.is_empty()),
        follow: args.follow,
        limit: args.limit,
    };
    if reading.until.is_some_and(|until: SystemTime| until < reading.since) {
        return Err(CommandError::Usage("--until is before --since".to_owned()));
    }
    let paint = session.console.out_paint();
    let print = |place: &Place, event: &LogEvent| {
        let text = match session.json {
            true => log_event_json(place, event).to_string(),
            false => log_event_text(place, event, paint),
        };
        session.console.data(&text);
        // Nobody reads what follows.
        if session.console.is_unheard() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let outcome = reading.read(print, session.stop.clone()).await;
    conclude(session, outcome)
}

fn conclude(session: &Session, outcome: Outcome) -> Result<Exit, CommandError> {
    let Outcome { events, groups, unread, stopped, most_held } = &outcome;
    session
        .console
        .detail(&format!("{events} events of {groups} log groups, at most {most_held} held at once"));
    if unread.len() == *groups && !stopped {
        return Err(CommandError::NotRead(outcome.unread.into_iter().map(|unread| unread.error).collect()));
    }
    if session.json {
        session.console.data(&logs_report_json(&outcome).to_string());
    }
    if !unread.is_empty() {
        let paint = session.console.err_paint();
        session.console.error(&unread_text(&outcome, paint));
        let hints: BTreeSet<String> = unread.iter().filter_map(|unread| unread.error.hint()).collect();
        hints.iter().for_each(|hint| session.console.say(&format!("{} {hint}", paint.hint("hint:"))));
    }
    Ok(if *stopped { Exit::Interrupted } else { Exit::Done })
}
