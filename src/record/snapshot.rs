//! The record as it is read: a snapshot, and what the journal says happened since.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use super::entry::{Entry, FORMAT, Line, Snapshot};
use super::error::RecordError;
use super::following::{Moved, aside};
use super::place::Place;
use super::stored::Stored;
use super::{file, taking};
use crate::address::Address;
use crate::clock::Clock;
use crate::encoding::{BadEncoding, decode};
use crate::files::Disk;

/// How long after a change "not propagated yet" is still believed.
const RECENT: Duration = Duration::from_secs(5 * 60);

/// What logpipe owns, as last recorded.
#[derive(Debug, Clone, Default)]
pub struct Record {
    entries: BTreeMap<Address, Entry>,
    moved: Moved,
}

impl Record {
    /// Reads the record of a topology; a record that is not there yet owns nothing.
    ///
    /// # Errors
    /// [`RecordError`], when there is one and it cannot be used.
    pub async fn load(place: &Place, topology: &str) -> Result<Self, RecordError> {
        match place {
            Place::File { path, disk } => file::load(disk, path, topology),
            Place::Shared(text) => taking::load(text.as_ref(), topology).await,
        }
    }

    /// Reads the record of a topology from a file, where there is no runtime to wait in.
    ///
    /// # Errors
    /// [`RecordError`], when there is one and it cannot be used.
    pub fn load_file(path: &Path, topology: &str) -> Result<Self, RecordError> {
        Self::load_file_on(&Disk::real(), path, topology)
    }

    /// The same from a file on another disk.
    ///
    /// # Errors
    /// [`RecordError`], when there is one and it cannot be used.
    pub fn load_file_on(disk: &Disk, path: &Path, topology: &str) -> Result<Self, RecordError> {
        file::load(disk, path, topology)
    }

    pub(super) fn of(stored: Option<Stored>, journal: Vec<Line>) -> Self {
        let mut entries = stored.map(Stored::into_entries).unwrap_or_default();
        // Each address is read wherever it stands; here all that are the same become one.
        let known: BTreeSet<Address> = entries.keys().cloned().collect();
        let shared = |need: &Address| known.get(need).unwrap_or(need).clone();
        for entry in entries.values_mut() {
            entry.needs = entry.needs.iter().map(shared).collect();
        }
        let mut record = Self::of_entries(entries, Moved::new());
        journal.into_iter().for_each(|line| record.note(line));
        record
    }

    /// A record that is kept in parts. Where entries of two parts have the same address, because a run was killed while
    /// they changed their names or another process has not followed yet, one steps aside: those are given too, with where
    /// each was.
    pub(super) fn of_parts(
        parts: impl IntoIterator<Item = BTreeMap<Address, Entry>>,
    ) -> (Self, Vec<(Address, Address, Entry)>) {
        let (mut entries, mut stepped): (BTreeMap<Address, Entry>, _) = (BTreeMap::new(), Vec::new());
        for (address, entry) in parts.into_iter().flatten() {
            match entries.contains_key(&address).then(|| aside(&address, &entry)).flatten() {
                Some(aside) => {
                    stepped.push((address, aside.clone(), entry.clone()));
                    entries.entry(aside).or_insert(entry);
                }
                None => drop(entries.insert(address, entry)),
            }
        }
        (Self::of_entries(entries, Moved::new()), stepped)
    }

    pub(super) fn of_entries(entries: BTreeMap<Address, Entry>, moved: Moved) -> Self {
        Self { entries, moved }
    }

    /// A record of these entries.
    #[cfg(test)]
    pub(crate) fn holding(entries: impl IntoIterator<Item = (Address, Entry)>) -> Self {
        Self::of_entries(entries.into_iter().collect(), Moved::new())
    }

    /// Where the entries of accounts that were renamed since were before.
    pub fn moved(&self) -> &Moved {
        &self.moved
    }

    /// The entry of an address becomes what the line says.
    pub(super) fn note(&mut self, line: Line) {
        match line.entry {
            Some(entry) => self.entries.insert(line.address, entry),
            None => self.entries.remove(&line.address),
        };
    }

    /// The entry of an address.
    pub fn get(&self, address: &Address) -> Option<&Entry> {
        self.entries.get(address)
    }

    /// Every entry.
    pub fn entries(&self) -> &BTreeMap<Address, Entry> {
        &self.entries
    }

    pub(super) fn into_entries(self) -> BTreeMap<Address, Entry> {
        self.entries
    }

    /// What each thing needs.
    pub fn needs(&self) -> BTreeMap<Address, BTreeSet<Address>> {
        let entries = self.entries.iter();
        entries.map(|(address, entry)| (address.clone(), entry.needs.iter().cloned().collect())).collect()
    }

    /// Whether it was changed so lately that AWS may not have caught up.
    pub fn is_recent(&self, address: &Address, clock: Clock) -> bool {
        let now = seconds(clock);
        self.get(address).is_some_and(|entry| now.saturating_sub(entry.changed_at) < RECENT.as_secs())
    }
}

/// Seconds since 1970.
pub(super) fn seconds(clock: Clock) -> u64 {
    clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Reads a snapshot, and refuses anything that is not one, is newer, or belongs to another topology.
pub(super) fn parse(place: &str, topology: &str, bytes: &[u8]) -> Result<Snapshot, RecordError> {
    let misread = |error: BadEncoding| RecordError::corrupt(place)(serde::de::Error::custom(error));
    let text = decode(bytes.to_vec()).map_err(misread)?;
    let snapshot: Snapshot = serde_json::from_str(&text).map_err(|error| misfit(place, &text, error))?;
    if snapshot.format > FORMAT {
        let found = u64::from(snapshot.format);
        return Err(RecordError::Newer { place: place.to_owned(), found, known: FORMAT });
    }
    if snapshot.topology != topology {
        let (found, wanted) = (snapshot.topology, topology.to_owned());
        return Err(RecordError::OtherTopology { place: place.to_owned(), found, wanted });
    }
    if snapshot.base.is_none() && snapshot.resources.values().any(Option::is_none) {
        let message = "it forgets entries of a base, and names none";
        return Err(RecordError::corrupt(place)(serde::de::Error::custom(message)));
    }
    Ok(snapshot)
}

/// Why a text is not a record of a format that is known here.
fn misfit(place: &str, text: &str, error: serde_json::Error) -> RecordError {
    let corrupt = RecordError::corrupt(place);
    let value: serde_json::Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return corrupt(error),
    };
    match value.get("format").and_then(serde_json::Value::as_u64) {
        None => corrupt(serde::de::Error::custom("it holds JSON that is not a record of logpipe")),
        Some(found) if found > u64::from(FORMAT) => {
            RecordError::Newer { place: place.to_owned(), found, known: FORMAT }
        }
        Some(_) => corrupt(error),
    }
}
