//! What verify found out, as a person reads it, as JSON, and on a page.

mod human;
mod markdown;
mod permissions;
mod report;

pub use report::VerifyReport;
