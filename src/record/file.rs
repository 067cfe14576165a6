//! A record in a file: a snapshot, a journal beside it, and a lock that goes with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::entry::{Line, Snapshot};
use super::error::RecordError;
use super::snapshot::{Record, parse};
use crate::files::{beside, open_private, sync_folder, write_whole};

/// The files of a record, locked for one run that writes.
#[derive(Debug)]
pub(super) struct FileJournal {
    path: PathBuf,
    journal: File,
    /// Held open for its lock, which the system releases with the process, however it ends.
    _lock: File,
}

/// Reads the record of a topology.
pub(super) fn load(path: &Path, topology: &str) -> Result<Record, RecordError> {
    let place = path.display().to_string();
    let snapshot = read_bytes(path)?.map(|bytes| parse(&place, topology, &bytes)).transpose()?;
    Ok(Record::of(snapshot, read_journal(&beside(path, ".journal"))?))
}

impl FileJournal {
    /// Locks the record in the name of `holder`, reads it and opens its journal.
    pub(super) fn open(path: &Path, topology: &str, holder: &str) -> Result<(Self, Record), RecordError> {
        let lock = lock(path, holder)?;
        let record = load(path, topology)?;
        let beside = beside(path, ".journal");
        let mut options = OpenOptions::new();
        let journal = open_private(&beside, options.append(true).create(true))
            .and_then(|journal| sync_folder(&beside).map(|()| journal))
            .map_err(RecordError::io("open", &beside))?;
        cut_torn_line(&beside, &journal)?;
        Ok((Self { path: path.to_owned(), journal, _lock: lock }, record))
    }

    /// Adds a line; `durable` lines are on the disk when this returns.
    pub(super) fn add(&mut self, line: &Line, durable: bool) -> Result<(), RecordError> {
        let place = self.path.display().to_string();
        let mut text = serde_json::to_string(line).map_err(RecordError::corrupt(&place))?;
        text.push('\n');
        let length = self.journal.metadata().map_err(RecordError::io("write", &self.path))?.len();
        if let Err(error) = self.journal.write_all(text.as_bytes()) {
            // Half a line would spoil the next one; if that cannot be undone, opening the journal does it.
            self.journal.set_len(length).map_err(RecordError::io("write", &self.path))?;
            return Err(RecordError::io("write", &self.path)(error));
        }
        if durable {
            self.journal.sync_data().map_err(RecordError::io("write", &self.path))?;
        }
        Ok(())
    }

    /// Writes the snapshot and empties the journal. Without it the next run replays the journal.
    pub(super) fn close(self, snapshot: &Snapshot) -> Result<(), RecordError> {
        let text = snapshot.text(&self.path.display().to_string())?;
        write_whole(&self.path, &text)
            .and_then(|()| self.journal.set_len(0))
            .map_err(RecordError::io("write", &self.path))
    }
}

fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, RecordError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RecordError::io("read", path)(error)),
    }
}

/// Reads the journal. A last line without its end was being written when the run was killed, before the call it
/// announces was made, so it counts for nothing.
fn read_journal(path: &Path) -> Result<Vec<Line>, RecordError> {
    let bytes = read_bytes(path)?.unwrap_or_default();
    let place = path.display().to_string();
    let corrupt = RecordError::corrupt(&place);
    let lines = bytes[..whole_lines(&bytes)].split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| serde_json::from_slice(line).map_err(&corrupt)).collect()
}

/// Cuts off a last line that has no end, so that the next one starts a line of its own.
fn cut_torn_line(path: &Path, journal: &File) -> Result<(), RecordError> {
    let bytes = read_bytes(path)?.unwrap_or_default();
    let whole = whole_lines(&bytes);
    if whole < bytes.len() {
        journal.set_len(whole as u64).map_err(RecordError::io("mend", path))?;
    }
    Ok(())
}

/// How many bytes the lines that have an end take up. Of bytes, because a line may be torn within a character.
fn whole_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

/// Takes the lock, or says who has it.
fn lock(record: &Path, holder: &str) -> Result<File, RecordError> {
    let path = beside(record, ".lock");
    let mut options = OpenOptions::new();
    let mut file = open_private(&path, options.read(true).write(true).create(true).truncate(false))
        .map_err(RecordError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = std::fs::read_to_string(&path).unwrap_or_default().trim().to_owned();
            return Err(RecordError::Locked { place: record.display().to_string(), holder, left: None });
        }
        Err(TryLockError::Error(error)) => return Err(RecordError::io("lock", record)(error)),
    }
    file.set_len(0)
        .and_then(|()| file.write_all(format!("{holder}\n").as_bytes()))
        .map_err(RecordError::io("lock", record))?;
    Ok(file)
}
