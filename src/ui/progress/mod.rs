//! Progress: one event listener in three forms, or none, and remarks in each form.
//!
//! Times come from the events, never from a clock, so that simulated runs read as real ones would.

mod form;
mod human;
mod json;
mod outlook;
mod plain;
mod remark;
mod tracker;
mod tree;
mod wording;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tree_tests;

pub use form::ProgressForm;
pub(super) use wording::participle;
