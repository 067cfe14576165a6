//! Carrying out a plan: one scheduler owns the state of the run, steps only answer to it.

mod calls;
mod forecast;
mod ledger;
mod ready;
pub mod report;
mod scheduler;
mod state;
mod step;

pub use calls::Calls;
pub use report::{Aftermath, Failure, Report, Skipped};
pub use scheduler::{Ended, Run, apply};
