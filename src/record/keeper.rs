//! The record in memory, and the only writer of its file or object.

use super::durable::{Durable, Loss};
use super::entry::{Entry, Line, Origin, Snapshot, State, Ties};
use super::error::RecordError;
use super::file::FileJournal;
use super::following::lines;
use super::parts::Parts;
use super::place::Place;
use super::shared::{Opened, SharedJournal};
use super::snapshot::{Record, seconds};
use super::splitting::split;
use crate::address::{AccountId, AccountName, Address};
use crate::clock::Clock;
use crate::few::Few;
use crate::permit::Permit;
use crate::share::Share;

/// The record, locked for one run that writes.
#[derive(Debug)]
pub struct Keeper {
    record: Record,
    topology: String,
    clock: Clock,
    journal: Journal,
}

/// Where notes go.
#[derive(Debug)]
enum Journal {
    File(FileJournal),
    Shared(SharedJournal),
    Parts(Parts),
}

impl Keeper {
    /// Locks the record and reads it. Other runs that want it see `who`, such as `user@host`.
    ///
    /// # Errors
    /// [`RecordError::Locked`] with the holder, or trouble with the record.
    pub async fn open(place: &Place, topology: &str, who: &str, clock: Clock) -> Result<Self, RecordError> {
        Self::open_for(None, place, topology, who, clock).await
    }

    /// The same of what one of several processes has of the record, if it is one of them. The first has the record divided
    /// into parts; all of it is read.
    ///
    /// # Errors
    /// [`RecordError::NotShared`] of a record in a file, and those of [`Keeper::open`].
    pub async fn open_for(
        share: Option<Share>,
        place: &Place,
        topology: &str,
        who: &str,
        clock: Clock,
    ) -> Result<Self, RecordError> {
        let holder = holder(who, clock);
        let (journal, record) = match place {
            Place::File { .. } if share.is_some() => {
                return Err(RecordError::NotShared { place: place.to_string() });
            }
            Place::File { path, disk } => {
                let (journal, record) = FileJournal::open(disk, path, topology, &holder, clock)?;
                (Journal::File(journal), record)
            }
            Place::Shared(text) => {
                let opened = match share {
                    Some(_) => Opened::InParts(split(text, topology, &holder, clock).await?),
                    None => SharedJournal::open(text, topology, &holder, clock).await?,
                };
                match opened {
                    Opened::Whole(journal, record) => (Journal::Shared(journal), record),
                    Opened::InParts(split) => {
                        let by = (holder.as_str(), clock);
                        let (parts, record) = Parts::open(text, topology, split, share, by).await?;
                        (Journal::Parts(parts), record)
                    }
                }
            }
        };
        Ok(Self { record, topology: topology.to_owned(), clock, journal })
    }

    /// The record as it stands.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Has the record go by the names that accounts have now.
    ///
    /// # Errors
    /// When that cannot be noted; the next run does it then.
    pub fn follow(
        &mut self,
        name_of: impl Fn(&AccountName, &AccountId) -> Option<AccountName>,
    ) -> Result<(), RecordError> {
        let next = self.record.following(name_of);
        for line in lines(&self.record, &next) {
            match &self.journal {
                Journal::Parts(parts) => {
                    let before = self.record.get(&line.address).map(|entry| &entry.account_id);
                    parts.follow(&line, before)?;
                    self.record.note(line);
                }
                Journal::File(_) | Journal::Shared(_) => self.note(&line.address, line.entry)?,
            }
        }
        self.record = next;
        Ok(())
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
        let (account_id, Ties { needs, tags, fingerprint, .. }) = (account_id.clone(), ties);
        let fingerprints = self.still_intended(address).chain(fingerprint).collect();
        let (state, applied) = (State::Intended, None);
        let entry = Entry { account_id, origin, state, needs, tags, fingerprints, applied, changed_at };
        self.announce(address, entry)
    }

    /// What an earlier run intended to make there, whose call may still arrive.
    fn still_intended(&self, address: &Address) -> impl Iterator<Item = String> + use<> {
        let entry = self.record.get(address).filter(|entry| entry.state == State::Intended);
        entry.map(|entry| entry.fingerprints.to_vec()).unwrap_or_default().into_iter()
    }

    /// Notes that it is about to be changed in place, which changes nothing about whose it is. Until that has happened,
    /// it is tied to what was before and to what is to come.
    ///
    /// # Errors
    /// When that cannot be noted; the call must not be made then.
    pub fn touch(&mut self, address: &Address, ties: Ties) -> Result<Durable, RecordError> {
        let Some(entry) = self.record.get(address).cloned() else { return Ok(Durable::already()) };
        let changed_at = seconds(self.clock);
        let needs = entry.needs.iter().chain(&ties.needs).cloned().collect();
        let tags = entry.tags.iter().chain(&ties.tags).cloned().collect();
        // One that is known by none yet is known by where it leads, which the new one alone would put an end to.
        let fingerprint = ties.fingerprint.filter(|_| !entry.fingerprints.is_empty());
        let fingerprints = entry.fingerprints.iter().cloned().chain(fingerprint).collect();
        // A change that is not completed leaves what nobody knows.
        let applied = None;
        self.announce(address, Entry { needs, tags, fingerprints, applied, changed_at, ..entry })
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
        let (changed_at, Ties { needs, tags, applied, .. }) = (seconds(self.clock), ties);
        let (state, fingerprints) = (State::Present, Few::default());
        self.note(address, Some(Entry { state, needs, tags, fingerprints, applied, changed_at, ..entry }))
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

    /// Leave to make the calls in an account that the record announces, for as long as no other run can hold it.
    pub fn permit(&self, account: &AccountId) -> Permit {
        match &self.journal {
            // Its lock lives as long as this process does.
            Journal::File(_) => Permit::unlimited(),
            Journal::Shared(journal) => journal.permit(),
            Journal::Parts(parts) => parts.permit(account),
        }
    }

    /// Hears when another run has taken the record over.
    pub fn loss(&self) -> Loss {
        match &self.journal {
            Journal::File(_) => Loss::never(),
            Journal::Shared(journal) => journal.loss(),
            Journal::Parts(parts) => parts.loss(),
        }
    }

    /// Writes everything down and lets others have the record.
    ///
    /// # Errors
    /// When it cannot be written; what was announced until then is still known to the next run.
    pub async fn close(self) -> Result<(), RecordError> {
        match self.journal {
            Journal::File(journal) => {
                journal.close(Snapshot::new(&self.topology, self.record.into_entries()))
            }
            Journal::Shared(journal) => journal.close().await,
            Journal::Parts(parts) => parts.close().await,
        }
    }

    /// Lets others have the record after a run that came to nothing, or could not keep it.
    ///
    /// # Errors
    /// When that cannot be said; the record is free again when its lease has run out.
    pub async fn release(self) -> Result<(), RecordError> {
        match self.journal {
            // Its lock goes with it, and its journal is still there.
            Journal::File(_) => Ok(()),
            Journal::Shared(_) | Journal::Parts(_) => self.close().await,
        }
    }

    fn announce(&mut self, address: &Address, entry: Entry) -> Result<Durable, RecordError> {
        let account = entry.account_id.clone();
        let line = Line { address: address.clone(), entry: Some(entry) };
        let before = self.record.get(address).map(|entry| &entry.account_id);
        let durable = match &mut self.journal {
            Journal::Parts(parts) => parts.announce(&line, &account, before),
            Journal::File(journal) => journal.announce(&line),
            Journal::Shared(journal) => journal.announce(line.clone()),
        }?;
        self.record.note(line);
        Ok(durable)
    }

    fn note(&mut self, address: &Address, entry: Option<Entry>) -> Result<(), RecordError> {
        let line = Line { address: address.clone(), entry };
        let before = self.record.get(address).map(|entry| &entry.account_id);
        match &mut self.journal {
            Journal::Parts(parts) => parts.note(&line, before),
            Journal::File(journal) => journal.note(&line),
            Journal::Shared(journal) => journal.note(line.clone()),
        }?;
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
