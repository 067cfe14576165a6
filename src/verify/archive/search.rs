//! Looks for the marks of test events in the bucket of one destination.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::keys::{self, Folder, Location};
use super::layout::Writing;
use super::message::marks;
use super::object::Reader;
use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::wait::{Answer, TimedOut, Wait, until};
use crate::aws::{Accounts, CallError, Class, log_groups, objects};
use crate::clock::Clock;
use crate::event::{Event, Events};
use crate::topology::{Destination, Format};
use crate::verify::failure::{Failures, logged, unread};
use crate::verify::verdict::Undelivered;
use crate::wait_for::{LastSeen, WaitFor};

/// Folders that are looked into at once. Of an object in each, no more than a record is held.
const FOLDERS_AT_ONCE: usize = 8;

/// Clocks of the parties may differ a little; objects are looked for from this much earlier on.
const SKEW: Duration = Duration::from_secs(120);

/// Where and when a mark was found.
#[derive(Debug, Clone)]
pub(crate) struct DeliveredObject {
    pub(crate) key: String,
    pub(crate) line: String,
    /// When the oldest record of the object arrived at Firehose, as its key says.
    pub(crate) arrived: Option<SystemTime>,
    pub(crate) written: SystemTime,
    pub(crate) seen: SystemTime,
}

/// Objects with failed records that are read; of others only the names are told.
const FAILURES_READ: usize = 20;

/// Most bytes that are read of such an object. One record is a mebibyte at most, and more than one tells nothing new.
const FAILURE_BYTES: usize = 16 * 1024 * 1024;

/// What a mark stands for.
#[derive(Debug, Clone)]
pub(crate) struct SearchQuery {
    /// Its route, printable.
    pub(crate) route: String,
    /// Where the objects are that can hold it, partition keys filled in.
    pub(crate) locations: Vec<Location>,
}

/// An object with records that could not be processed.
#[derive(Debug)]
pub(crate) struct FailedObject {
    /// Where it is.
    object: String,
    /// What it says, unless it was not read.
    failures: Option<Failures>,
}

impl FailedObject {
    /// What is to be said of it to whoever waits for the test event with this mark.
    pub(crate) fn undelivered(&self, mark: &str) -> Vec<Undelivered> {
        match &self.failures {
            Some(failures) => failures.undelivered(&self.object, mark),
            None => vec![unread(&self.object)],
        }
    }
}

/// What there is to say about a search that did not find everything.
#[derive(Debug, Default)]
pub(crate) struct Complaints {
    /// Objects with records that could not be processed.
    pub(crate) failed: Vec<FailedObject>,
    /// What could not be searched, and what Firehose logged.
    pub(crate) notes: Vec<String>,
}

impl Complaints {
    /// What of it concerns whoever waits for the test event with this mark.
    pub(crate) fn undelivered(&self, mark: &str) -> Vec<Undelivered> {
        self.failed.iter().flat_map(|failed| failed.undelivered(mark)).collect()
    }
}

/// Looks for marks in the bucket of one destination.
pub(crate) struct Search<'a> {
    pub(crate) accounts: &'a Accounts,
    pub(crate) destination: &'a Destination,
    pub(crate) writing: &'a Writing,
    pub(crate) clock: Clock,
    pub(crate) events: &'a Events,
    pub(crate) marks: BTreeMap<String, SearchQuery>,
    pub(crate) since: SystemTime,
    pub(crate) limit: Duration,
    /// What was found so far, by mark: kept also when the search is given up.
    pub(crate) found: Mutex<BTreeMap<String, DeliveredObject>>,
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
            what: WaitFor::TestEvent,
            limit: self.limit,
            first: Duration::from_secs(2),
            longest: Duration::from_secs(10),
        };
        let tell = |_: &LastSeen, waited| {
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
            Ok(()) => Ok(Answer::NotYet(LastSeen::Words(format!("{left} not yet delivered")))),
            Err(error) if passing(&error) => {
                Ok(Answer::NotYet(LastSeen::Words(format!("{left} not yet delivered; {error}"))))
            }
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

    /// Now, by the clock that names and dates objects.
    fn now(&self) -> SystemTime {
        self.accounts.meter().server_time().now()
    }

    fn place(&self) -> (&Region, &str) {
        (&self.destination.region, &self.destination.bucket.name)
    }

    /// Where what is not found yet can be.
    fn folders(&self) -> Vec<Folder> {
        let missing = self.marks.iter().filter(|(mark, _)| !self.is_found(mark));
        let locations: BTreeSet<&Location> = missing.flat_map(|(_, sought)| &sought.locations).collect();
        let until = self.now();
        let folders = locations.into_iter().flat_map(|location| location.folders(self.opened(), until));
        distinct(folders)
    }

    /// The buffer that takes the event may have been open for a while, and its object is named after its opening.
    fn opened(&self) -> SystemTime {
        self.since - SKEW - self.writing.buffer
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
        let Some(opened) = folder.by_version_from else {
            return objects::written_since(connection, region, bucket, (&folder.prefix, None), since).await;
        };
        let mut listed = Vec::new();
        for version in objects::continuations(connection, region, bucket, &folder.prefix, "-").await? {
            let range = (version.as_str(), keys::start_after(&version, opened));
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
        let mut reader =
            Reader::new(self.destination.transport.format(), |line: &str| self.see(object, line));
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
        found.entry(mark.to_owned()).or_insert_with(|| DeliveredObject {
            key: object.key.clone(),
            arrived: self.writing.arrival(&object.key),
            written: object.written,
            seen: self.now(),
            line: line.to_owned(),
        });
    }

    /// What could not be searched, and what Firehose could not deliver since the search began: objects under the error
    /// prefix, and its error log.
    pub(crate) async fn complaints(&self) -> Complaints {
        let destination = self.destination;
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut complaints = Complaints { notes, ..Complaints::default() };
        let Some(connection) = self.accounts.get(&destination.account) else { return complaints };
        complaints.failed = self.failed_objects().await.unwrap_or_default();
        let region = &destination.region;
        if let Some(group) = destination.transport.error_log_group() {
            let events = log_groups::messages_since(connection, region, group, self.since).await;
            let last = events.unwrap_or_default().pop();
            complaints.notes.extend(last.map(|last| logged(&last)));
        }
        complaints
    }

    /// What Firehose could not process since the search began, as the objects under the error prefix tell it.
    ///
    /// # Errors
    /// What AWS answered when they were listed.
    pub(crate) async fn failed_objects(&self) -> Result<Vec<FailedObject>, CallError> {
        let Some(connection) = self.accounts.get(&self.destination.account) else { return Ok(Vec::new()) };
        let mut read = Vec::new();
        for (number, object) in self.failed(connection).await?.into_iter().enumerate() {
            let failures = match number < FAILURES_READ {
                true => self.failures_in(&object, connection).await.ok(),
                false => None,
            };
            let object = format!("s3://{}/{}", self.destination.bucket.name, object.key);
            read.push(FailedObject { object, failures });
        }
        Ok(read)
    }

    /// Objects under the error prefix, oldest first.
    async fn failed(&self, connection: &Connection) -> Result<Vec<objects::Listed>, CallError> {
        let (region, bucket) = self.place();
        let (opened, until) = (self.opened(), self.now());
        let mut folders = Vec::new();
        for location in self.writing.errors() {
            let Some((before, behind)) = keys::around_error_type(&location.prefix) else {
                folders.extend(location.folders(opened, until));
                continue;
            };
            let types = objects::continuations(connection, region, bucket, before, "/").await?;
            for of_type in types.iter().filter(|of_type| keys::is_error_type(&of_type[before.len()..])) {
                let location = Location { prefix: format!("{of_type}{behind}"), ..location.clone() };
                folders.extend(location.folders(opened, until));
            }
        }
        let mut failed = Vec::new();
        for folder in distinct(folders.into_iter()) {
            failed.extend(self.listed(folder, self.since, connection).await?);
        }
        // What was delivered may lie under the error prefix too, and then only the type of error tells it apart.
        failed.retain(|object| object.key.split('/').any(keys::has_error_type));
        failed.sort_by(|one, other| (one.written, &one.key).cmp(&(other.written, &other.key)));
        failed.dedup();
        Ok(failed)
    }

    async fn failures_in(
        &self,
        object: &objects::Listed,
        connection: &Connection,
    ) -> Result<Failures, CallError> {
        let (region, bucket) = self.place();
        let (mut failures, mut left) = (Failures::default(), FAILURE_BYTES);
        let mut reader = Reader::new(Format::Messages, |line: &str| failures.take(line));
        let take = |chunk: &[u8]| {
            left = left.saturating_sub(chunk.len());
            if reader.feed(chunk).is_ok() && left > 0 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        objects::read(connection, region, bucket, &object.key, take).await?;
        // What stands behind the last line that could be read says nothing more.
        drop(reader.finish());
        Ok(failures)
    }
}

/// Each folder once, though several locations lead to it.
fn distinct(folders: impl Iterator<Item = Folder>) -> Vec<Folder> {
    let mut distinct: Vec<Folder> = Vec::new();
    for folder in folders {
        if !distinct.contains(&folder) {
            distinct.push(folder);
        }
    }
    distinct
}
