//! What verify found out, as a person reads it, as JSON, and on a page.

mod human;
mod json;
mod markdown;
mod permissions;
mod report;
mod routes;
#[cfg(test)]
mod tests;

pub use report::VerifyReport;
