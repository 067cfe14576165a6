//! Explained policies, as a table to read, as JSON, and on a page.

mod cells;
mod human;
mod json;
mod markdown;
mod report;

pub(in crate::ui) use cells::{element, questions};
pub(in crate::ui) use human::title as policy_title;
pub use report::ExplainReport;
