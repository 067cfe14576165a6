//! How a run ended that carried out a plan, as a person reads it, as JSON, and on a page.

mod human;
mod markdown;
mod report;
mod summary;

pub use report::{Next, RunReport};
pub use summary::Effort;
