//! What logpipe owns, and what was in flight when it stopped.
//!
//! A snapshot beside the topology and a journal beside the snapshot: every intent is in the journal before the call
//! that carries it out, so that a run killed anywhere is known to the next one. Live AWS stays the truth about what
//! is there; the record alone is the truth about whose it is.

mod durable;
mod entry;
mod error;
mod file;
mod keeper;
mod place;
mod snapshot;
#[cfg(test)]
mod tests;

pub use durable::Durable;
pub use entry::{Entry, Origin, State, Ties};
pub use error::RecordError;
pub use keeper::Keeper;
pub use place::Place;
pub use snapshot::Record;
