//! `logs`: finds the log groups and reads their events.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::{Engine, Error};
use crate::address::{AccountName, Key};
use crate::aws::reader_role::as_reader;
use crate::aws::{Accounts, Unreachable};
use crate::event::Event;
use crate::graph::SkippedAccount;
use crate::plan::{Surveyor, Targets};
use crate::reading::{LogEvent, Outcome, Place, Places, Reading, Streams, Wanted, When, found, places};
use crate::record::Record;
use crate::topology::{LogGroupSelector, Reader, Topology};

/// What to read.
#[derive(Debug, Clone)]
pub struct LogsRequest {
    /// Which log groups.
    pub wanted: Wanted,
    /// As this reader, who sees its own account and nothing else; otherwise with the roles that logpipe has.
    pub reader: Option<Key>,
    /// What becomes of accounts that cannot be entered.
    pub unreachable: Unreachable,
    /// The log streams of each log group.
    pub streams: Streams,
    /// From when on.
    pub since: When,
    /// Until when.
    pub until: Option<When>,
    /// A filter pattern of CloudWatch Logs.
    pub pattern: Option<String>,
    /// Whether to continue with what comes.
    pub follow: bool,
    /// Ends after this many events.
    pub limit: Option<usize>,
}

impl LogsRequest {
    /// The reader as whom is read. One that the topology does not have is no leave to read with the roles of logpipe.
    fn reader_of<'t>(&self, topology: &'t Topology) -> Result<Option<&'t Reader>, Error> {
        let Some(key) = &self.reader else { return Ok(None) };
        let reader = topology.readers.get(key);
        reader.map(Some).ok_or_else(|| Error::Impossible(vec![format!("the topology has no reader `{key}`")]))
    }
}

/// What is found before anything is read.
#[derive(Debug)]
pub struct LogsFound {
    /// How many log groups were looked up, beside those that the request or the topology names.
    pub looked_up: usize,
    /// Accounts that were left out.
    pub skipped: Vec<SkippedAccount>,
}

/// What came of it.
#[derive(Debug)]
pub struct LogsRead {
    /// How much was read, and what could not be.
    pub outcome: Outcome,
    /// Whether accounts were left out.
    pub partial: bool,
}

/// Hears what is found and read.
pub trait Listen {
    /// Why it wants nothing to be read, beside what the engine itself fails with.
    type Error: From<Error>;

    /// This was found, if anything was: go on?
    ///
    /// # Errors
    /// Why not.
    fn found(&mut self, found: &LogsFound) -> Result<(), Self::Error>;

    /// An event, in time order: go on?
    fn event(&mut self, place: &Place, event: &LogEvent) -> ControlFlow<()>;
}

/// Log groups, and the ways to them.
struct Located {
    accounts: Accounts,
    /// Where to read, or why there is nothing.
    places: Result<BTreeSet<Place>, Error>,
    found: LogsFound,
}

impl Engine {
    /// Finds what is to be read, and reads it.
    ///
    /// # Errors
    /// [`Error`], and whatever the listener breaks off with before anything is read.
    pub async fn logs<L: Listen>(
        &self,
        request: &LogsRequest,
        listener: &mut L,
    ) -> Result<LogsRead, L::Error> {
        let Located { accounts, places, found } = self.locate(request).await?;
        listener.found(&found)?;
        let places = places?;
        // By the clock that dates events, which need not be that of this machine.
        let now = accounts.meter().server_time().now();
        let (since, until) = (request.since.before(now), request.until.map(|until| until.before(now)));
        if until.is_some_and(|until| until < since) {
            return Err(Error::EndsBeforeStart.into());
        }
        let reading = Reading {
            accounts: &accounts,
            clock: self.clock(),
            places: &places,
            streams: request.streams.clone(),
            since,
            until,
            pattern: request.pattern.clone(),
            follow: request.follow,
            limit: request.limit,
        };
        let hear = |place: &Place, event: &LogEvent| listener.event(place, event);
        let outcome = reading.read(hear, self.stop.clone()).await;
        Ok(LogsRead { outcome, partial: !accounts.left_out().is_empty() })
    }

    /// Finds what is to be read. Read-only, so a stop ends it at once.
    async fn locate(&self, request: &LogsRequest) -> Result<Located, Error> {
        let mut stop = self.stop.clone();
        let reader = request.reader_of(&self.topology)?;
        let looking = async {
            match reader {
                Some(reader) => self.find_as_reader(request, reader).await,
                None => self.find_as_deployer(request).await,
            }
        };
        tokio::select! {
            found = looking => found,
            () = stop.changed() => Err(Error::Interrupted),
        }
    }

    async fn find_as_deployer(&self, request: &LogsRequest) -> Result<Located, Error> {
        let look = async |surveyor: &Surveyor<'_>| surveyor.pipeline(&Record::default()).await;
        let situation = self.survey(&Targets::default(), request.unreachable, look).await?;
        let survey = situation.survey;
        let places = places(&survey.topology, &survey.graph, &request.wanted);
        let skipped = survey.graph.skipped;
        match places {
            Ok(places) => looked_up(places, situation.accounts, skipped).await,
            Err(nothing) => Ok(Located {
                accounts: situation.accounts,
                places: Err(nothing.into()),
                found: LogsFound { looked_up: 0, skipped },
            }),
        }
    }

    async fn find_as_reader(&self, request: &LogsRequest, reader: &Reader) -> Result<Located, Error> {
        let trusted = async || {
            let account: &AccountName = &reader.trusted.account;
            let account = &self.topology.accounts[account];
            let region = &self.topology.region;
            let entered = Accounts::connect([account], region, &self.base, &self.events).await;
            entered.map_err(|mut error| error.failures.remove(0).1)
        };
        let assumed = as_reader(&self.topology, reader, &self.base, trusted).await.map_err(Error::NotRead)?;
        let (role, by) = (assumed.after.to_string(), assumed.before.to_string());
        self.events.send(Event::ReaderAssumed { role, by });
        looked_up(self.of_reader(request, reader), assumed.accounts, Vec::new()).await
    }

    /// What a reader is asked for: names, globs, those of a source, or everything there is.
    fn of_reader(&self, request: &LogsRequest, reader: &Reader) -> Places {
        let sources = request.wanted.sources.iter().filter_map(|key| self.topology.sources.get(key));
        let of_sources = sources.flat_map(|source| &source.log_groups).map(|selector| match selector {
            LogGroupSelector::Exact(text) | LogGroupSelector::Glob(text) => text.clone(),
        });
        let mut texts: Vec<String> = request.wanted.log_groups.iter().cloned().chain(of_sources).collect();
        if texts.is_empty() {
            texts.push("*".to_owned());
        }
        let mut places = Places::default();
        for text in texts {
            places.add(reader.account.clone(), reader.region.clone(), text);
        }
        places
    }
}

/// The places with what the look-ups find.
async fn looked_up(
    places: Places,
    accounts: Accounts,
    skipped: Vec<SkippedAccount>,
) -> Result<Located, Error> {
    let Places { known: mut places, look_ups } = places;
    let more = found(&look_ups, &accounts).await.map_err(|error| Error::NotRead(vec![error]))?;
    let looked_up = more.len();
    places.extend(more);
    let places = if places.is_empty() { Err(Error::NoneFits(look_ups)) } else { Ok(places) };
    Ok(Located { accounts, places, found: LogsFound { looked_up, skipped } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::parse;

    #[test]
    fn a_reader_that_is_not_there_reads_as_nobody() {
        let text = r#"{version: 1, name: t, region: eu-west-1, access: {role_name: R}, accounts: {app: "111111111111"},
            destinations: {central: {account: app}},
            sources: {web: {accounts: [app], destination: central, log_groups: [/web]}}}"#;
        let topology = parse("topology.yaml", text).unwrap();
        let request = |reader: Option<&str>| LogsRequest {
            wanted: Wanted::default(),
            reader: reader.map(|key| key.parse().unwrap()),
            unreachable: Unreachable::Fails,
            streams: Streams::of(None),
            since: When::Ago(std::time::Duration::ZERO),
            until: None,
            pattern: None,
            follow: false,
            limit: None,
        };
        assert!(matches!(request(None).reader_of(&topology), Ok(None)));
        assert!(matches!(request(Some("ops")).reader_of(&topology), Err(Error::Impossible(_))));
    }
}
