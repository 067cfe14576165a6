//! What a topology costs, as a person reads it, as JSON, and on a page.

mod human;
mod markdown;
mod report;

pub use report::CostReport;
