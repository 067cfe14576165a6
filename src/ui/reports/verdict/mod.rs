//! What verify found out, as a person reads it, as JSON, and on a page.

mod human;
mod json;
mod markdown;
mod permissions;
mod report;
mod routes;
#[cfg(test)]
mod tests;

pub(super) use human::{fix_words, hop_lines, no_route};
pub(super) use json::fix_json;
pub(super) use permissions::{agent_json, agent_text, counts, reader_json, reader_text};
pub use report::VerifyReport;
pub(super) use routes::{Placed, alike_routes, owner, route_name};
