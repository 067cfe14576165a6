//! Proof that a log line arrives: `hops` asks whether each hop is right, `probe` whether an event gets through.

mod envelope;
mod hops;
mod keys;
mod probe;
mod run;
pub mod verdict;

pub use run::{Verify, verify};
