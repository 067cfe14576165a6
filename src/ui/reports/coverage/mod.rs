//! Which log groups are delivered and why the others are not, as a person reads it, as JSON, and on a page.

mod human;
mod json;
mod markdown;
mod report;

pub use report::CoverageReport;
