//! What logpipe owns, and what was in flight when it stopped.
//!
//! In a file it is a snapshot with a journal beside it, and in a text that several machines share it is all one. Either
//! way every intent is kept before the call that carries it out, so that a run killed anywhere is known to the next one. Live AWS stays the truth about what
//! is there; the record alone is the truth about whose it is.

mod durable;
mod entry;
mod error;
mod file;
mod following;
mod keeper;
mod left_behind;
mod place;
mod shared;
mod snapshot;
#[cfg(test)]
mod tests;
mod writer;

pub use durable::{Durable, Loss};
pub use entry::{Entry, Origin, State, Ties};
pub use error::RecordError;
pub use following::Moved;
pub use keeper::Keeper;
pub use left_behind::{LeftBehind, Remedy, left_behind};
pub use place::Place;
pub use snapshot::Record;
