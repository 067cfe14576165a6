//! What logpipe owns, and what was in flight when it stopped.
//!
//! A snapshot beside the topology and a journal beside the snapshot: every intent is in the journal before the call
//! that carries it out, so that a run killed anywhere is known to the next one. Live AWS stays the truth about what
//! is there; the record alone is the truth about whose it is.

mod entry;
mod files;
mod keeper;

pub use entry::{Entry, Origin, State, Ties};
pub use files::RecordError;
pub use keeper::{Keeper, Record};
