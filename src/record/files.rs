//! Reading and writing the record's files, and what can be wrong with them.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::entry::{FORMAT, Line, Snapshot};

/// Trouble with the record. Nothing is ever overwritten because of it.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A file could not be read or written.
    #[error("could not {verb} the record {}", path.display())]
    Io {
        /// What was attempted.
        verb: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not a record.
    #[error(
        "the record {} cannot be read; mend it, or move it away and run `logpipe apply --adopt`, which takes over what is there (and `destroy` then leaves it)",
        path.display()
    )]
    Corrupt {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The record was written by a newer logpipe.
    #[error("the record {} has format {found}, and this logpipe knows formats up to {FORMAT}: use a newer logpipe", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: u64,
    },
    /// The record belongs to another topology.
    #[error(
        "the record {} is of topology `{found}`, not `{wanted}`: give each topology a `record` of its own",
        path.display()
    )]
    OtherTopology {
        /// Which file.
        path: PathBuf,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        wanted: String,
    },
    /// Another run holds the lock.
    #[error("another run holds the record {}: {holder}", path.display())]
    Locked {
        /// Which record.
        path: PathBuf,
        /// Who, since when.
        holder: String,
    },
}

impl RecordError {
    pub(super) fn io(verb: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { verb, path: path.to_owned(), source }
    }
}

fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, RecordError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RecordError::io("read", path)(error)),
    }
}

/// Reads the snapshot, if there is one.
pub(super) fn read_snapshot(path: &Path) -> Result<Option<Snapshot>, RecordError> {
    let Some(bytes) = read_bytes(path)? else { return Ok(None) };
    let corrupt = |source| RecordError::Corrupt { path: path.to_owned(), source };
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(corrupt)?;
    let found = value.get("format").and_then(serde_json::Value::as_u64).unwrap_or_default();
    if found > u64::from(FORMAT) {
        return Err(RecordError::Newer { path: path.to_owned(), found });
    }
    serde_json::from_value(value).map(Some).map_err(corrupt)
}

/// Reads the journal. A last line without its end was being written when the run was killed, before the call it
/// announces was made, so it counts for nothing.
pub(super) fn read_journal(path: &Path) -> Result<Vec<Line>, RecordError> {
    let Some(bytes) = read_bytes(path)? else { return Ok(Vec::new()) };
    let corrupt = |source| RecordError::Corrupt { path: path.to_owned(), source };
    let lines = bytes[..whole_lines(&bytes)].split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| serde_json::from_slice(line).map_err(corrupt)).collect()
}

/// Cuts off a last line that has no end, so that the next one starts a line of its own.
pub(super) fn cut_torn_line(path: &Path, journal: &File) -> Result<(), RecordError> {
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

/// Writes a whole file, or leaves it as it was.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), RecordError> {
    crate::files::write_whole(path, text).map_err(RecordError::io("write", path))
}

/// Opens a file that only the user may read.
pub(super) fn open_private(path: &Path, options: &mut OpenOptions) -> Result<File, RecordError> {
    crate::files::open_private(path, options).map_err(RecordError::io("open", path))
}
