//! Looks for the marks of test events in the bucket of one destination.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::envelope::each_message;
use super::keys;
use super::message::marks;
use crate::address::{AccountName, Region};
use crate::aws::accounts::Connection;
use crate::aws::wait::{Answer, TimedOut, Wait, until};
use crate::aws::{Accounts, CallError, Class, log_groups, objects};
use crate::clock::Clock;
use crate::event::{Event, Events};
use crate::topology::{Bucket, Destination};

/// Larger objects are not searched: Firehose buffers at most 128 MiB, and an object is held in memory.
const LARGEST: u64 = 512 * 1024 * 1024;

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

/// Looks for marks in the bucket of one destination.
pub(crate) struct Search<'a> {
    pub(crate) accounts: &'a Accounts,
    pub(crate) destination: &'a Destination,
    pub(crate) clock: Clock,
    pub(crate) events: &'a Events,
    /// The marks and the routes they stand for, printable.
    pub(crate) marks: BTreeMap<String, String>,
    pub(crate) since: SystemTime,
    pub(crate) limit: Duration,
    /// What was found so far, by mark: kept also when the search is given up.
    pub(crate) found: Mutex<BTreeMap<String, Found>>,
    /// What could not be searched.
    pub(crate) notes: Mutex<Vec<String>>,
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
            for route in self.marks.values() {
                self.events.send(Event::ProbeWaiting { route: route.clone(), what: wait.what, waited });
            }
        };
        let read = tokio::sync::Mutex::new(BTreeSet::new());
        until(wait, self.clock, &self.destination.key, tell, || async {
            self.answer(&mut *read.lock().await).await
        })
        .await
    }

    /// Looks once. A call that went wrong in passing is told, not an end.
    async fn answer(&self, read: &mut BTreeSet<String>) -> Result<Answer<()>, SearchError> {
        let looked = self.look(read).await;
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).len();
        let left = self.marks.len().saturating_sub(found);
        match looked {
            _ if left == 0 => Ok(Answer::Ready(())),
            Ok(()) => Ok(Answer::NotYet(format!("{left} not there yet"))),
            Err(error) if passing(&error) => Ok(Answer::NotYet(format!("{left} not there yet; {error}"))),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads every object that has come since the last look, each once.
    async fn look(&self, read: &mut BTreeSet<String>) -> Result<(), CallError> {
        let (account, region, bucket) = self.place();
        let Some(connection) = self.accounts.get(account) else { return Ok(()) };
        for (prefix, after) in self.ranges(connection).await? {
            let range = (prefix.as_str(), after);
            let since = self.since - SKEW;
            for object in objects::written_since(connection, region, bucket, range, since).await? {
                if read.contains(&object.key) {
                    continue;
                }
                if object.size > LARGEST {
                    self.note(format!("{} was not searched: it has {} bytes", object.key, object.size));
                } else {
                    match objects::bytes(connection, region, bucket, &object.key).await {
                        Ok(bytes) => self.search_object(&object, &bytes),
                        // Somebody has removed it.
                        Err(error) if error.class == Class::NotFound => {}
                        Err(error) => return Err(error),
                    }
                }
                read.insert(object.key);
            }
        }
        Ok(())
    }

    fn place(&self) -> (&AccountName, &Region, &str) {
        (&self.destination.account, &self.destination.region, &self.destination.bucket.name)
    }

    /// The prefixes to list, and the keys after which to begin.
    async fn ranges(&self, connection: &Connection) -> Result<Vec<(String, Option<String>)>, CallError> {
        let (_, region, bucket) = self.place();
        let Destination { bucket: Bucket { prefix, .. }, stream, .. } = self.destination;
        // The buffer that takes the event may have been open for a while, and its object is named after its opening.
        let from = self.since - SKEW - Duration::from_secs(u64::from(stream.buffer_seconds));
        let mut ranges = Vec::new();
        for folder in keys::folders(prefix, &stream.name, from, self.clock.now()) {
            if folder.by_version {
                let found = objects::continuations(connection, region, bucket, &folder.prefix, "-").await?;
                ranges.extend(found.into_iter().map(|version| {
                    let after = keys::start_after(&version, from);
                    (version, after)
                }));
            } else {
                ranges.push((folder.prefix, None));
            }
        }
        Ok(ranges)
    }

    fn note(&self, note: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    fn search_object(&self, object: &objects::Listed, bytes: &[u8]) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let read = each_message(bytes, |line| {
            let Some(mark) = marks(line).find(|mark| self.marks.contains_key(*mark)) else { return };
            found.entry(mark.to_owned()).or_insert_with(|| Found {
                key: object.key.clone(),
                arrived: keys::arrival(&object.key, &self.destination.stream.name),
                written: object.written,
                seen: self.clock.now(),
                line: line.to_owned(),
            });
        });
        // Objects of others may lie under the prefix.
        if let Err(error) = read {
            self.note(format!("{} was not searched to its end: {error}", object.key));
        }
    }

    /// What could not be searched, and what Firehose could not deliver since the search began: objects under the error
    /// prefix, and its error log.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let destination = self.destination;
        let mut complaints = self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(connection) = self.accounts.get(&destination.account) else { return complaints };
        let prefix = keys::literal_prefix(&destination.bucket.error_prefix);
        let region = &destination.region;
        let (bucket, range) = (&destination.bucket.name, (prefix, None));
        let failed = objects::written_since(connection, region, bucket, range, self.since).await;
        // An error prefix that starts like the prefix itself would show deliveries as failures.
        let overlaps = keys::literal_prefix(&destination.bucket.prefix).starts_with(prefix);
        if let (Ok(failed), false) = (failed, overlaps) {
            complaints.extend(failed.into_iter().map(|object| format!("undelivered: {}", object.key)));
        }
        if destination.stream.error_log {
            let group = &destination.stream.error_log_group;
            let logged = log_groups::messages_since(connection, region, group, self.since).await;
            complaints
                .extend(logged.unwrap_or_default().last().map(|last| format!("Firehose logged: {last}")));
        }
        complaints
    }
}
