//! Looks for the marks of test events in the bucket of one destination.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::keys::{self, Folder};
use super::message::marks;
use super::object::Reader;
use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::wait::{Answer, TimedOut, Wait, until};
use crate::aws::{Accounts, CallError, Class, log_groups, objects};
use crate::clock::Clock;
use crate::event::{Event, Events};
use crate::topology::Destination;

/// Folders that are looked into at once. Of an object in each, no more than a record is held.
const FOLDERS_AT_ONCE: usize = 8;

/// Clocks of the parties may differ a little; objects are looked for from this much earlier on.
const SKEW: Duration = Duration::from_secs(120);

/// Where and when a mark was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) key: String,
    pub(crate) line: String,
    /// When the oldest record of the object arrived at Firehose, as its key says.
    pub(crate) arrived: Option<SystemTime>,
    pub(crate) written: SystemTime,
    pub(crate) seen: SystemTime,
}

/// What a mark stands for.
#[derive(Debug, Clone)]
pub(crate) struct Sought {
    /// Its route, printable.
    pub(crate) route: String,
    /// The prefix of the objects that can hold it, partition keys filled in.
    pub(crate) prefix: String,
}

/// Looks for marks in the bucket of one destination.
pub(crate) struct Search<'a> {
    pub(crate) accounts: &'a Accounts,
    pub(crate) destination: &'a Destination,
    pub(crate) clock: Clock,
    pub(crate) events: &'a Events,
    pub(crate) marks: BTreeMap<String, Sought>,
    pub(crate) since: SystemTime,
    pub(crate) limit: Duration,
    /// What was found so far, by mark: kept also when the search is given up.
    pub(crate) found: Mutex<BTreeMap<String, Found>>,
    /// What could not be searched.
    pub(crate) notes: Mutex<Vec<String>>,
    /// The keys of objects that need not be read again.
    pub(crate) read: Mutex<BTreeSet<String>>,
}

/// Whether a call that failed may succeed at the next look.
fn passing(error: &CallError) -> bool {
    matches!(error.class, Class::Throttled | Class::Unavailable | Class::NoAnswer)
}

/// Why a search ended without everything found.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SearchError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
}

impl Search<'_> {
    pub(crate) fn is_found(&self, mark: &str) -> bool {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).contains_key(mark)
    }

    /// Looks until every mark is found or the time is up.
    pub(crate) async fn run(&self) -> Result<(), SearchError> {
        let wait = Wait {
            what: "the test event to arrive in the bucket",
            limit: self.limit,
            first: Duration::from_secs(2),
            longest: Duration::from_secs(10),
        };
        let tell = |_: &str, waited| {
            for sought in self.marks.values() {
                self.events.send(Event::ProbeWaiting {
                    route: sought.route.clone(),
                    what: wait.what,
                    waited,
                });
            }
        };
        until(wait, self.clock, &self.destination.key, tell, || self.answer()).await
    }

    /// Looks once. A call that went wrong in passing is told, not an end.
    async fn answer(&self) -> Result<Answer<()>, SearchError> {
        let looked = self.look().await;
        let left = self.left();
        match looked {
            _ if left == 0 => Ok(Answer::Ready(())),
            Ok(()) => Ok(Answer::NotYet(format!("{left} not there yet"))),
            Err(error) if passing(&error) => Ok(Answer::NotYet(format!("{left} not there yet; {error}"))),
            Err(error) => Err(error.into()),
        }
    }

    /// How many marks are not found yet.
    fn left(&self) -> usize {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).len();
        self.marks.len().saturating_sub(found)
    }

    /// Reads every object that has come since the last look, each once.
    async fn look(&self) -> Result<(), CallError> {
        let Some(connection) = self.accounts.get(&self.destination.account) else { return Ok(()) };
        stream::iter(self.folders())
            .map(Ok)
            .try_for_each_concurrent(FOLDERS_AT_ONCE, |folder| self.look_into(folder, connection))
            .await
    }

    fn place(&self) -> (&Region, &str) {
        (&self.destination.region, &self.destination.bucket.name)
    }

    /// Where what is not found yet can be.
    fn folders(&self) -> Vec<Folder> {
        let missing = self.marks.iter().filter(|(mark, _)| !self.is_found(mark));
        let prefixes: BTreeSet<&str> = missing.map(|(_, sought)| sought.prefix.as_str()).collect();
        let stream = &self.destination.stream.name;
        let until = self.clock.now();
        prefixes.into_iter().flat_map(|prefix| keys::folders(prefix, stream, self.opened(), until)).collect()
    }

    /// The buffer that takes the event may have been open for a while, and its object is named after its opening.
    fn opened(&self) -> SystemTime {
        self.since - SKEW - Duration::from_secs(u64::from(self.destination.stream.buffer_seconds))
    }

    async fn look_into(&self, folder: Folder, connection: &Connection) -> Result<(), CallError> {
        for object in self.listed(folder, self.since - SKEW, connection).await? {
            if self.left() == 0 {
                break;
            }
            if self.read.lock().unwrap_or_else(PoisonError::into_inner).contains(&object.key) {
                continue;
            }
            match self.search_object(&object, connection).await {
                // Somebody has removed it.
                Err(error) if error.class == Class::NotFound => {}
                searched => searched?,
            }
            self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(object.key);
        }
        Ok(())
    }

    /// The objects of a folder that were written at `since` or later.
    async fn listed(
        &self,
        folder: Folder,
        since: SystemTime,
        connection: &Connection,
    ) -> Result<Vec<objects::Listed>, CallError> {
        let (region, bucket) = self.place();
        if !folder.by_version {
            return objects::written_since(connection, region, bucket, (&folder.prefix, None), since).await;
        }
        let mut listed = Vec::new();
        for version in objects::continuations(connection, region, bucket, &folder.prefix, "-").await? {
            let range = (version.as_str(), keys::start_after(&version, self.opened()));
            listed.extend(objects::written_since(connection, region, bucket, range, since).await?);
        }
        Ok(listed)
    }

    fn note(&self, note: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    async fn search_object(
        &self,
        object: &objects::Listed,
        connection: &Connection,
    ) -> Result<(), CallError> {
        let (region, bucket) = self.place();
        let mut reader = Reader::new(self.destination.stream.format, |line: &str| self.see(object, line));
        let mut trouble = None;
        let take = |chunk: &[u8]| {
            trouble = reader.feed(chunk).err();
            if trouble.is_none() && self.left() > 0 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        objects::read(connection, region, bucket, &object.key, take).await?;
        if self.left() == 0 {
            return Ok(());
        }
        // Objects of others may lie under the prefix.
        if let Some(error) = trouble.or_else(|| reader.finish().err()) {
            self.note(format!("{} was not searched to its end: {error}", object.key));
        }
        Ok(())
    }

    fn see(&self, object: &objects::Listed, line: &str) {
        let Some(mark) = marks(line).find(|mark| self.marks.contains_key(*mark)) else { return };
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.entry(mark.to_owned()).or_insert_with(|| Found {
            key: object.key.clone(),
            arrived: keys::arrival(&object.key, &self.destination.stream.name),
            written: object.written,
            seen: self.clock.now(),
            line: line.to_owned(),
        });
    }

    /// What could not be searched, and what Firehose could not deliver since the search began: objects under the error
    /// prefix, and its error log.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let destination = self.destination;
        let mut complaints = self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(connection) = self.accounts.get(&destination.account) else { return complaints };
        let failed = self.failed(connection).await.unwrap_or_default();
        complaints.extend(failed.into_iter().map(|object| format!("undelivered: {}", object.key)));
        let region = &destination.region;
        if destination.stream.error_log {
            let group = &destination.stream.error_log_group;
            let logged = log_groups::messages_since(connection, region, group, self.since).await;
            complaints
                .extend(logged.unwrap_or_default().last().map(|last| format!("Firehose logged: {last}")));
        }
        complaints
    }

    /// Objects under the error prefix.
    async fn failed(&self, connection: &Connection) -> Result<Vec<objects::Listed>, CallError> {
        let ((region, bucket), error_prefix) = (self.place(), &self.destination.bucket.error_prefix);
        // An error prefix that starts like the prefix itself would show deliveries as failures.
        let literal = keys::literal_prefix(error_prefix);
        if keys::literal_prefix(&self.destination.bucket.prefix).starts_with(literal) {
            return Ok(Vec::new());
        }
        let prefixes = match keys::around_error_type(error_prefix) {
            Some((before, behind)) => {
                let types = objects::continuations(connection, region, bucket, before, "/").await?;
                types.into_iter().map(|of_type| of_type + behind).collect()
            }
            None => vec![error_prefix.clone()],
        };
        let (stream, until) = (&self.destination.stream.name, self.clock.now());
        let mut failed = Vec::new();
        for folder in prefixes.iter().flat_map(|one| keys::folders(one, stream, self.opened(), until)) {
            failed.extend(self.listed(folder, self.since, connection).await?);
        }
        Ok(failed)
    }
}
