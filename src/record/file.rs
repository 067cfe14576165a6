//! A record in a file: a snapshot, a journal beside it, and a lock that ends with the process.
//!
//! All three lie where the path leads, so that two links to one record exclude each other. The first line of the
//! journal names its topology, since the run that started it may have been killed before there was a snapshot.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_json::error::Error as JsonError;

use super::base::unpack;
use super::durable::Durable;
use super::entry::{Heading, JOURNAL_FORMAT, Line, Snapshot};
use super::error::RecordError;
use super::snapshot::{Record, parse};
use super::stored::Stored;
use super::syncing::{Failed, Syncing};
use crate::clock::Clock;
use crate::files::{Disk, DiskFile, beside};

/// No record comes near: 100,000 resources take up some 50 MiB.
const LARGEST: u64 = 1024 * 1024 * 1024;

/// As much of a lock as says who has it.
const HOLDER: u64 = 4096;

/// The files of a record, locked for one run that writes.
#[derive(Debug)]
pub(super) struct FileJournal {
    disk: Disk,
    path: PathBuf,
    topology: String,
    journal: DiskFile,
    /// From the first line on that has to be kept.
    syncing: Option<Syncing>,
    failed: Failed,
    clock: Clock,
    /// Held open for its lock, which the system releases with the process, however it ends.
    _lock: DiskFile,
}

/// Reads the record of a topology.
pub(super) fn load(disk: &Disk, path: &Path, topology: &str) -> Result<Record, RecordError> {
    let path = resolved(disk, path, "read")?;
    let snapshot = read_bytes(disk, &path)?;
    let place = path.display().to_string();
    let head = snapshot.map(|bytes| parse(&place, topology, &bytes)).transpose()?;
    let journal = Journal::read(disk, &beside(&path, ".journal"))?;
    let lines = journal.lines_of(topology, &path, head.is_some())?;
    let stored = head.map(|head| with_base(disk, &path, topology, head)).transpose()?;
    Ok(Record::of(stored, lines))
}

/// A record that was copied from S3 may have its base beside it.
fn with_base(disk: &Disk, path: &Path, topology: &str, head: Snapshot) -> Result<Stored, RecordError> {
    if head.split.is_some() || head.part_of.is_some() {
        let place = path.display().to_string();
        return Err(RecordError::NoPart { part: place.clone(), place });
    }
    let Some(name) = &head.base else { return Ok(Stored { head, base: BTreeMap::new() }) };
    let base = beside(path, &name.ending());
    let place = base.display().to_string();
    let Some(packed) = read_bytes(disk, &base)? else {
        return Err(RecordError::NoBase { place: path.display().to_string(), base: place });
    };
    Ok(Stored { base: unpack(&place, topology, &packed)?, head })
}

fn resolved(disk: &Disk, path: &Path, verb: &'static str) -> Result<PathBuf, RecordError> {
    disk.resolve(path).map_err(RecordError::io(verb, path))
}

impl FileJournal {
    /// Locks the record in the name of `holder`, reads it and opens its journal.
    pub(super) fn open(
        disk: &Disk,
        path: &Path,
        topology: &str,
        holder: &str,
        clock: Clock,
    ) -> Result<(Self, Record), RecordError> {
        let path = resolved(disk, path, "open")?;
        let lock = lock(disk, &path, holder)?;
        // A lock file that cannot be removed does no harm.
        drop(disk.remove_leftovers(&path));
        let record = load(disk, &path, topology)?;
        let beside = beside(&path, ".journal");
        let journal = disk
            .open_to_append(&beside)
            .and_then(|journal| disk.sync_folder(&beside).map(|()| journal))
            .map_err(RecordError::io("open", &beside))?;
        cut_torn_line(disk, &beside, &journal)?;
        let topology = topology.to_owned();
        let (syncing, failed) = (None, Failed::default());
        Ok((
            Self { disk: disk.clone(), path, topology, journal, syncing, failed, clock, _lock: lock },
            record,
        ))
    }

    /// Adds a line.
    ///
    /// Once that has failed it is not tried again: a disk that could not keep something may say that it keeps what comes
    /// after it, and half a line would spoil the next one.
    pub(super) fn note(&mut self, line: &Line) -> Result<(), RecordError> {
        if let Some(error) = self.failed.get() {
            return Err(error.clone());
        }
        let place = self.path.display().to_string();
        let text = serde_json::to_string(line).map_err(RecordError::corrupt(&place))?;
        let written = self.write(&text).map_err(RecordError::io("write", &self.path));
        if let Err(error) = &written {
            self.failed.get_or_init(|| error.clone());
        }
        written
    }

    /// Adds a line, and has the disk keep it.
    pub(super) fn announce(&mut self, line: &Line) -> Result<Durable, RecordError> {
        self.note(line)?;
        let syncing = match &mut self.syncing {
            Some(syncing) => syncing,
            none => {
                let journal = self.journal.again().map_err(RecordError::io("open", &self.path))?;
                none.insert(Syncing::of(journal, self.path.clone(), self.failed.clone(), self.clock))
            }
        };
        Ok(syncing.durable())
    }

    fn write(&mut self, line: &str) -> std::io::Result<()> {
        let length = self.journal.length()?;
        let heading = if length == 0 { heading(&self.topology)? } else { String::new() };
        if let Err(error) = self.journal.write_all(format!("{heading}{line}\n").as_bytes()) {
            // Should this fail too, the next run cuts half a line off.
            drop(self.journal.set_length(length));
            return Err(error);
        }
        Ok(())
    }

    /// Writes the snapshot and empties the journal. Without it the next run replays the journal.
    pub(super) fn close(self, mut snapshot: Snapshot) -> Result<(), RecordError> {
        let text = snapshot.text(&self.path.display().to_string())?;
        self.disk
            .write_whole(&self.path, text.as_bytes())
            .and_then(|()| self.journal.set_length(0))
            .map_err(RecordError::io("write", &self.path))
    }
}

fn heading(topology: &str) -> Result<String, JsonError> {
    let heading = Heading { format: JOURNAL_FORMAT, topology: topology.to_owned() };
    serde_json::to_string(&heading).map(|line| format!("{line}\n"))
}

fn read_bytes(disk: &Disk, path: &Path) -> Result<Option<Vec<u8>>, RecordError> {
    disk.read(path, LARGEST).map_err(RecordError::io("read", path))
}

/// A journal as it is read.
#[derive(Debug)]
struct Journal {
    place: String,
    heading: Option<Heading>,
    lines: Vec<Line>,
}

impl Journal {
    /// Reads the journal. A last line without its end was being written when the run was killed, before the call it
    /// announces was made, so it counts for nothing.
    fn read(disk: &Disk, path: &Path) -> Result<Self, RecordError> {
        let bytes = read_bytes(disk, path)?.unwrap_or_default();
        let place = path.display().to_string();
        let corrupt = |error| RecordError::corrupt(&place)(error);
        let mut lines = bytes[..whole_lines(&bytes)].split_inclusive(|byte| *byte == b'\n').peekable();
        let mut heading = None;
        if let Some(first) = lines.peek() {
            let first: Value = serde_json::from_slice(first).map_err(&corrupt)?;
            if let Some(found) = first.get("format").and_then(Value::as_u64) {
                if found > u64::from(JOURNAL_FORMAT) {
                    return Err(RecordError::Newer { place, found, known: JOURNAL_FORMAT });
                }
                heading = Some(serde_json::from_value(first).map_err(&corrupt)?);
                lines.next();
            }
        }
        let lines =
            lines.map(|line| serde_json::from_slice(line).map_err(&corrupt)).collect::<Result<_, _>>()?;
        Ok(Self { place, heading, lines })
    }

    /// What it says, if it is of this topology. Journals of format 1 belong to the snapshot beside them.
    fn lines_of(self, topology: &str, record: &Path, has_snapshot: bool) -> Result<Vec<Line>, RecordError> {
        let (place, wanted) = (self.place, topology.to_owned());
        match self.heading {
            Some(heading) if heading.topology == topology => Ok(self.lines),
            Some(Heading { topology: found, .. }) => Err(RecordError::OtherTopology { place, found, wanted }),
            None if has_snapshot || self.lines.is_empty() => Ok(self.lines),
            None => Err(RecordError::OfNobody { place, record: record.to_owned(), wanted }),
        }
    }
}

/// Cuts off a last line that has no end, so that the next one starts a line of its own.
fn cut_torn_line(disk: &Disk, path: &Path, journal: &DiskFile) -> Result<(), RecordError> {
    let bytes = read_bytes(disk, path)?.unwrap_or_default();
    let whole = whole_lines(&bytes);
    if whole < bytes.len() {
        journal.set_length(whole as u64).map_err(RecordError::io("repair", path))?;
    }
    Ok(())
}

/// How many bytes the lines that have an end take up. Of bytes, because a line may be torn within a character.
fn whole_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

/// Takes the lock, or says who has it.
fn lock(disk: &Disk, record: &Path, holder: &str) -> Result<DiskFile, RecordError> {
    let path = beside(record, ".lock");
    let mut file = disk.open_as_it_is(&path).map_err(RecordError::io("open", &path))?;
    if !file.try_lock().map_err(RecordError::io("lock", record))? {
        // Who has it is for people alone, and may not be written yet.
        let holder = disk.read(&path, HOLDER).ok().flatten().unwrap_or_default();
        let holder = String::from_utf8_lossy(&holder).trim().to_owned();
        return Err(RecordError::Locked { place: record.display().to_string(), holder, left: None });
    }
    file.set_length(0)
        .and_then(|()| file.write_all(format!("{holder}\n").as_bytes()))
        .map_err(RecordError::io("lock", record))?;
    Ok(file)
}
