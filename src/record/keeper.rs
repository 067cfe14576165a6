//! The record in memory, and the one writer of where it is kept.

use super::durable::Durable;
use super::entry::{Entry, FORMAT, Line, Origin, Snapshot, State, Ties};
use super::error::RecordError;
use super::file::FileJournal;
use super::place::Place;
use super::snapshot::{Record, seconds};
use crate::address::{AccountId, Address};
use crate::clock::Clock;

/// The record, locked for one run that writes.
#[derive(Debug)]
pub struct Keeper {
    record: Record,
    topology: String,
    clock: Clock,
    journal: FileJournal,
}

impl Keeper {
    /// Locks the record and reads it. `who` is told to others that want it meanwhile, such as `user@host`.
    ///
    /// # Errors
    /// [`RecordError::Locked`] with the holder, or trouble with the record.
    pub async fn open(place: &Place, topology: &str, who: &str, clock: Clock) -> Result<Self, RecordError> {
        let Place::File(path) = place;
        let (journal, record) = FileJournal::open(path, topology, &holder(who, clock))?;
        Ok(Self { record, topology: topology.to_owned(), clock, journal })
    }

    /// The record as it stands.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Notes that it is about to be made, or taken over.
    ///
    /// # Errors
    /// When that cannot be noted; the call must not be made then.
    pub fn intend(
        &mut self,
        address: &Address,
        account_id: &AccountId,
        origin: Origin,
        ties: Ties,
    ) -> Result<Durable, RecordError> {
        let changed_at = seconds(self.clock);
        let (account_id, Ties { needs, tags }) = (account_id.clone(), ties);
        let entry = Entry { account_id, origin, state: State::Intended, needs, tags, changed_at };
        self.announce(address, entry)
    }

    /// Notes that it is about to be changed in place, which changes nothing about whose it is. Until that has happened,
    /// it is tied to what was before and to what is to come.
    ///
    /// # Errors
    /// When that cannot be noted; the call must not be made then.
    pub fn touch(&mut self, address: &Address, ties: Ties) -> Result<Durable, RecordError> {
        let Some(entry) = self.record.get(address).cloned() else { return Ok(Durable::already()) };
        let changed_at = seconds(self.clock);
        let needs = entry.needs.union(&ties.needs).cloned().collect();
        let tags = entry.tags.union(&ties.tags).cloned().collect();
        self.announce(address, Entry { needs, tags, changed_at, ..entry })
    }

    /// Notes that deletion is about to be tried.
    ///
    /// # Errors
    /// When that cannot be noted; the call must not be made then.
    pub fn intend_deletion(&mut self, address: &Address) -> Result<Durable, RecordError> {
        let Some(entry) = self.record.get(address).cloned() else { return Ok(Durable::already()) };
        self.announce(address, Entry { state: State::Deleting, ..entry })
    }

    /// Notes that the step on it succeeded, and what it is tied to since.
    ///
    /// # Errors
    /// When that cannot be noted.
    pub fn present(&mut self, address: &Address, ties: Ties) -> Result<(), RecordError> {
        let Some(entry) = self.record.get(address).cloned() else { return Ok(()) };
        let (changed_at, Ties { needs, tags }) = (seconds(self.clock), ties);
        self.note(address, Some(Entry { state: State::Present, needs, tags, changed_at, ..entry }))
    }

    /// Puts an entry back as it was, or forgets it.
    ///
    /// # Errors
    /// When that cannot be noted.
    pub fn restore(&mut self, address: &Address, entry: Option<Entry>) -> Result<(), RecordError> {
        if self.record.get(address) == entry.as_ref() {
            return Ok(());
        }
        self.note(address, entry)
    }

    /// Writes everything down and lets others have the record.
    ///
    /// # Errors
    /// When it cannot be written; what was announced until then is still known to the next run.
    pub async fn close(self) -> Result<(), RecordError> {
        let resources = self.record.entries().clone();
        self.journal.close(&Snapshot { format: FORMAT, topology: self.topology, resources })
    }

    fn announce(&mut self, address: &Address, entry: Entry) -> Result<Durable, RecordError> {
        let line = Line { address: address.clone(), entry: Some(entry) };
        self.journal.add(&line, true)?;
        self.record.note(line);
        Ok(Durable::already())
    }

    fn note(&mut self, address: &Address, entry: Option<Entry>) -> Result<(), RecordError> {
        let line = Line { address: address.clone(), entry };
        self.journal.add(&line, false)?;
        self.record.note(line);
        Ok(())
    }
}

/// Who holds the record, since when.
fn holder(who: &str, clock: Clock) -> String {
    let format = time::format_description::well_known::Rfc3339;
    let now = clock.now_utc().replace_nanosecond(0).unwrap_or(clock.now_utc());
    let since = now.format(&format).unwrap_or_default();
    format!("{who}, process {}, since {since}", std::process::id())
}
