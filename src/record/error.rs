//! Errors of a record. None of them ever leads to an overwritten file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::versioned::Trouble;

/// Trouble with the record.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecordError {
    /// A file could not be read or written.
    #[error("could not {verb} the record {place}")]
    Io {
        /// What was attempted.
        verb: &'static str,
        /// Which record.
        place: String,
        /// Why.
        source: Arc<io::Error>,
    },
    /// What is there is not a record.
    #[error(
        "the record {place} cannot be read; repair it, or move it away and run `logpipe apply --adopt`, which takes over what carries this topology's tag"
    )]
    Corrupt {
        /// Which record.
        place: String,
        /// Why.
        source: Arc<serde_json::Error>,
    },
    /// Most of the record is in a text beside it, which is not there.
    #[error("most entries of the record {place} are in {base}, which is not there")]
    NoBase {
        /// Which record.
        place: String,
        /// Its base.
        base: String,
    },
    /// A part of the record is not there, or is of another record.
    #[error("the record {place} is kept in parts, and {part} is not one of them")]
    NoPart {
        /// Which record.
        place: String,
        /// Its part.
        part: String,
    },
    /// Another run is dividing the record into parts.
    #[error("another run is dividing the record {place} into parts: {holder}")]
    Splitting {
        /// Which record.
        place: String,
        /// Who, since when.
        holder: String,
        /// When it is free at the latest, unless its holder is alive.
        left: Duration,
    },
    /// The record is in a file, which only one process can hold.
    #[error("--shard is for several processes, which cannot share the record {place}")]
    NotShared {
        /// Which record.
        place: String,
    },
    /// The record was written by a newer logpipe.
    #[error(
        "the record {place} has format {found}, but this logpipe only knows formats up to {known}: use a newer logpipe"
    )]
    Newer {
        /// Which record.
        place: String,
        /// Its format.
        found: u64,
        /// The newest format that this program reads.
        known: u32,
    },
    /// The record belongs to another topology.
    #[error(
        "the record {place} belongs to topology `{found}`, not `{wanted}`: give each topology a `record` of its own"
    )]
    OtherTopology {
        /// Which record.
        place: String,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        wanted: String,
    },
    /// A journal of an earlier logpipe that does not say which topology it belongs to, with nothing beside it that does.
    #[error(
        "the record {place} does not say whether it belongs to topology `{wanted}`: its first run did not finish"
    )]
    OfNobody {
        /// Which journal.
        place: String,
        /// The record that it would belong to.
        record: PathBuf,
        /// Whose it should be.
        wanted: String,
    },
    /// Another run holds the lock.
    #[error("another run holds the record {place}: {holder}")]
    Locked {
        /// Which record.
        place: String,
        /// Who, since when.
        holder: String,
        /// When it is free at the latest, unless its holder is alive. A lock without this ends with its process.
        left: Option<Duration>,
    },
    /// Another run has taken the record over, or removed it, so that nothing may be written any more.
    #[error("this run no longer holds the record {place}: {by}")]
    TakenOver {
        /// Which record.
        place: String,
        /// What happened to it.
        by: String,
    },
    /// The record could not be renewed in time, so that another run may have taken it over.
    #[error("the lease on the record {place} ran out before it could be renewed")]
    RanOut {
        /// Which record.
        place: String,
    },
    /// The place where the record is kept cannot be reached.
    #[error("could not {verb} the record {place}")]
    Unreachable {
        /// What was attempted.
        verb: &'static str,
        /// Which record.
        place: String,
        /// Why.
        source: Trouble,
    },
}

impl RecordError {
    pub(super) fn io(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let place = path.display().to_string();
        move |source| Self::Io { verb, place, source: Arc::new(source) }
    }

    pub(super) fn unreachable(verb: &'static str, place: &str) -> impl FnOnce(Trouble) -> Self {
        move |source| Self::Unreachable { verb, place: place.to_owned(), source }
    }

    /// Whether access to it was refused.
    pub fn denied(&self) -> bool {
        matches!(self, Self::Unreachable { source, .. } if source.denied)
    }

    pub(super) fn corrupt(place: &str) -> impl Fn(serde_json::Error) -> Self {
        move |source| Self::Corrupt { place: place.to_owned(), source: Arc::new(source) }
    }
}
