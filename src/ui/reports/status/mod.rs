//! How every resource stands, as a person reads it, as JSON, and on a page.

mod human;
mod markdown;
mod report;

pub use report::StatusReport;
