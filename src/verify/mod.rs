//! Proof that a log line arrives: `hops` asks whether each hop is right, `probe` sends an event that `fit` knows to
//! match, and `search` finds it.

mod agents;
mod failure;
mod fix;
mod hops;
mod keys;
mod layout;
mod message;
pub mod note;
mod object;
mod outcome;
mod pattern_check;
mod permission;
mod probe;
mod readers;
mod record;
mod route_check;
mod run;
mod sample;
mod search;
pub mod verdict;

pub(crate) use agents::buckets_of;
pub(crate) use keys::literal_prefix;
pub(crate) use probe::STREAM_PREFIX;
pub use run::{Verify, verify};
