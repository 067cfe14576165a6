//! `logpipe logs`: reads and follows log events across accounts.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::address::Key;
use crate::engine::{self, Listen, LogsFound, LogsRead, LogsRequest};
use crate::exit::Exit;
use crate::reading::{LogEvent, Outcome, Place, Streams, Wanted};
use crate::topology::nearest;
use crate::ui::{EventReport, LogsReport};

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::session::Session;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe logs topology.yaml                       the last 10 minutes of every log group it delivers
  logpipe logs --source app-logs --since 2h        of one source
  logpipe logs --follow --filter '?ERROR ?WARN'    new events, until Ctrl-C
  logpipe logs --log-group '/aws/ec2/*' --stream 'i-0134*'
  logpipe logs --as ops --log-group /aws/ec2/messages
                                                   another account's logs, with the role of a reader
  logpipe logs --since 2026-11-22T10:00:00Z --until 2026-11-22T10:05:00Z
  logpipe logs --output json | jq -r .message";

/// More log groups than these are read only when somebody asks for them by name or glob.
const UNASKED: usize = 50;

pub(crate) async fn run(session: &Session, args: &args::Logs) -> Result<Exit, CommandError> {
    check(session, args)?;
    let request = request(args);

    let mut listener = Listener { session, named: !args.log_group.is_empty() };
    let LogsRead { outcome, partial } = session.engine.logs(&request, &mut listener).await?;

    let exit = conclude(session, outcome)?;
    Ok(if exit == Exit::Done && partial { Exit::Incomplete } else { exit })
}

fn request(args: &args::Logs) -> LogsRequest {
    let wanted = Wanted {
        sources: args.source.iter().cloned().collect(),
        accounts: args.account.iter().cloned().collect(),
        log_groups: args.log_group.clone(),
    };
    LogsRequest {
        wanted,
        reader: args.reader.clone(),
        unreachable: args.reach.unreachable(),
        streams: Streams::of(args.stream.as_deref()),
        since: args.since,
        until: args.until,
        pattern: args.filter.clone().filter(|pattern| !pattern.is_empty()),
        follow: args.follow,
        limit: args.limit,
    }
}

/// Shows what is read as it comes.
struct Listener<'a> {
    session: &'a Session,
    /// Whether log groups were asked for by name or glob.
    named: bool,
}

impl Listen for Listener<'_> {
    type Error = CommandError;

    fn found(&mut self, found: &LogsFound) -> Result<(), CommandError> {
        self.session.tell_skipped(&found.skipped);
        if !self.named && found.looked_up > UNASKED {
            return Err(CommandError::Usage(format!(
                "there are {} log groups: choose some with --log-group, which also takes globs",
                found.looked_up
            )));
        }
        self.session.console.clear();
        Ok(())
    }

    fn event(&mut self, place: &Place, event: &LogEvent) -> ControlFlow<()> {
        self.session.presenter.give_alone(&EventReport { place, event });
        // Nobody reads what follows.
        if self.session.console.is_unheard() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// What can be said without a call.
fn check(session: &Session, args: &args::Logs) -> Result<(), CommandError> {
    if let Some(pattern) = &args.filter {
        let checked = crate::pattern::parse(pattern);
        checked.map_err(|error| {
            CommandError::Usage(format!("--filter '{pattern}' is not a filter pattern: {error}"))
        })?;
    }
    let topology = session.topology();
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
    if session.engine.base().is_simulated() && args.follow {
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
        None if known.is_empty() => "it has none at all".to_owned(),
        None => format!("it has {}", known.join(", ")),
    };
    Err(CommandError::Usage(format!("{flag} {text}: the topology has nothing of that name; {hint}")))
}

fn conclude(session: &Session, outcome: Outcome) -> Result<Exit, CommandError> {
    let Outcome { events, groups, unread, stopped, most_held } = &outcome;
    session
        .console
        .detail(&format!("{events} events from {groups} log groups, at most {most_held} held at once"));
    if unread.len() == *groups && !stopped {
        let errors = outcome.unread.into_iter().map(|unread| unread.error).collect();
        return Err(engine::Error::NotRead(errors).into());
    }
    let hints: BTreeSet<String> = unread.iter().filter_map(|unread| unread.error.hint()).collect();
    session.presenter.give(&LogsReport { outcome: &outcome, hints: hints.into_iter().collect() });
    Ok(if *stopped { Exit::Interrupted } else { Exit::Done })
}
