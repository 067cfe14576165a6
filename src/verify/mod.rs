//! Proof that a log line arrives: `hops` asks whether each hop is right, `probe` sends an event and `search` finds it.

mod envelope;
mod fit;
mod hops;
mod keys;
mod message;
mod outcome;
mod probe;
mod run;
mod search;
pub mod verdict;

pub use run::{Verify, verify};
