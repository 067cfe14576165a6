//! What can be wrong with a record. Nothing is ever overwritten because of it.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::entry::FORMAT;

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
        "the record {place} cannot be read; mend it, or move it away and run `logpipe apply --adopt`, which takes over what is there (and `destroy` then leaves it)"
    )]
    Corrupt {
        /// Which record.
        place: String,
        /// Why.
        source: Arc<serde_json::Error>,
    },
    /// The record was written by a newer logpipe.
    #[error(
        "the record {place} has format {found}, and this logpipe knows formats up to {FORMAT}: use a newer logpipe"
    )]
    Newer {
        /// Which record.
        place: String,
        /// Its format.
        found: u64,
    },
    /// The record belongs to another topology.
    #[error(
        "the record {place} is of topology `{found}`, not `{wanted}`: give each topology a `record` of its own"
    )]
    OtherTopology {
        /// Which record.
        place: String,
        /// Whose it is.
        found: String,
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
    },
}

impl RecordError {
    pub(super) fn io(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let place = path.display().to_string();
        move |source| Self::Io { verb, place, source: Arc::new(source) }
    }

    pub(super) fn corrupt(place: &str) -> impl Fn(serde_json::Error) -> Self {
        move |source| Self::Corrupt { place: place.to_owned(), source: Arc::new(source) }
    }
}
