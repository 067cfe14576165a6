//! What happens, as it happens: one listener of events in three forms, or none.
//!
//! Times come from the events, never from a clock, so that simulated runs read as real ones would.

mod form;
mod human;
mod json;
mod plain;
mod tracker;

#[cfg(test)]
mod tests;

pub use form::ProgressForm;
