//! Explained policies, as a table to read, as JSON, and on a page.

mod cells;
mod human;
mod json;
mod markdown;
mod report;

pub use report::ExplainReport;
