//! The log groups that log events are read from, and the ways to them.

use std::collections::BTreeSet;

use super::{Engine, Error};
use crate::address::{AccountName, Key};
use crate::aws::reader_role::as_reader;
use crate::aws::{Accounts, Unreachable};
use crate::event::Event;
use crate::graph::SkippedAccount;
use crate::plan::{Surveyor, Targets};
use crate::reading::{Place, Places, Wanted, found, places};
use crate::record::Record;
use crate::topology::{LogGroupSelector, Reader};

/// What to read.
#[derive(Debug, Clone)]
pub struct LogsRequest {
    /// Which log groups.
    pub wanted: Wanted,
    /// As this reader, who sees its own account and nothing else; otherwise with the roles that logpipe has.
    pub reader: Option<Key>,
    /// What becomes of accounts that cannot be entered.
    pub unreachable: Unreachable,
}

/// Log groups, and the ways to them.
#[derive(Debug)]
pub struct LogsFound {
    /// The ways.
    pub accounts: Accounts,
    /// The log groups, or why there is none.
    pub places: Result<BTreeSet<Place>, Error>,
    /// How many of them were looked up.
    pub looked_up: usize,
    /// Accounts that were left out.
    pub skipped: Vec<SkippedAccount>,
}

impl Engine {
    /// Finds what is to be read. Read-only, so a stop ends it at once.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn find_logs(&self, request: &LogsRequest) -> Result<LogsFound, Error> {
        let mut stop = self.stop.clone();
        let looking = async {
            match request.reader.as_ref().and_then(|key| self.topology.readers.get(key)) {
                Some(reader) => self.find_as_reader(request, reader).await,
                None => self.find_as_deployer(request).await,
            }
        };
        tokio::select! {
            found = looking => found,
            () = stop.changed() => Err(Error::Interrupted),
        }
    }

    async fn find_as_deployer(&self, request: &LogsRequest) -> Result<LogsFound, Error> {
        let look = async |surveyor: &Surveyor<'_>| surveyor.pipeline(&Record::default()).await;
        let situation = self.survey(&Targets::default(), request.unreachable, look).await?;
        let survey = situation.survey;
        let places = places(&survey.topology, &survey.graph, &request.wanted);
        let skipped = survey.graph.skipped;
        match places {
            Ok(places) => Ok(LogsFound { skipped, ..looked_up(places, situation.accounts).await? }),
            Err(nothing) => {
                let (accounts, places) = (situation.accounts, Err(nothing.into()));
                Ok(LogsFound { accounts, places, looked_up: 0, skipped })
            }
        }
    }

    async fn find_as_reader(&self, request: &LogsRequest, reader: &Reader) -> Result<LogsFound, Error> {
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
        looked_up(self.of_reader(request, reader), assumed.accounts).await
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
async fn looked_up(places: Places, accounts: Accounts) -> Result<LogsFound, Error> {
    let Places { known: mut places, look_ups } = places;
    let more = found(&look_ups, &accounts).await.map_err(|error| Error::NotRead(vec![error]))?;
    let looked_up = more.len();
    places.extend(more);
    let places = if places.is_empty() { Err(Error::NoneFits(look_ups)) } else { Ok(places) };
    Ok(LogsFound { accounts, places, looked_up, skipped: Vec::new() })
}
