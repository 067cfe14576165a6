//! What logpipe owns, and what was in flight when it stopped.
//!
//! In a file it is a snapshot with a journal beside it; in a text that several machines share it is a single document, or
//! a head and a base where it is large, or a head and parts where several processes write.
//! Either way every intent is stored before its call, so that the next run knows about a run that was killed anywhere.
//! Live AWS is the truth about what exists; only the record is the truth about who owns it.

mod base;
mod durable;
mod entry;
mod error;
mod file;
mod following;
mod keeper;
mod left_behind;
#[cfg(test)]
mod memory;
mod parts;
#[cfg(test)]
mod parts_tests;
mod place;
mod shared;
#[cfg(test)]
mod shared_tests;
mod snapshot;
mod splitting;
mod stored;
mod syncing;
mod taking;
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
