//! Proof that a log line arrives: `hops` asks whether each hop is right, `probe` sends an event that `fit` knows to
//! match, and `search` finds it.

mod archive;
mod checks;
mod diagnose;
pub mod diagnosis;
mod failure;
pub mod findings;
mod fix;
mod hops;
mod judged;
pub mod note;
mod outcome;
mod probe;
mod run;
mod sample;
pub mod verdict;

pub(crate) use archive::keys::literal_prefix;
pub(crate) use checks::agents::buckets_of;
pub use diagnose::diagnose;
pub use judged::judged;
pub(crate) use probe::STREAM_PREFIX;
pub use run::{Verify, verify};
