//! The words for what the engine says as data: one match each, which misses no variant. Nothing but what shows them asks
//! for them, and nothing is decided by them.
//!
//! What errors and hops quote has its words beside its type: `WaitFor`, `Obstacle`, `Notice`.

mod coverage;
mod delivery_errors;
mod drifts;
mod exports;
mod import;
mod lint;
mod meaning;
mod notes;
mod quotas;
mod reasons;
mod streams;
mod verdicts;

pub(super) use coverage::{missed, outflow, reason_detail, reason_title, reason_word, unread, unread_groups};
pub(super) use delivery_errors::delivery_error;
pub(super) use drifts::drift;
pub(super) use exports::{export_note, not_exported};
pub use import::hindrance;
pub(super) use import::{fate, inexpressible, not_read, overwide, overwide_statement, removal, replacement};
pub(super) use lint::{Words, words};
pub use meaning::meaning;
pub use notes::note;
pub(super) use notes::noted;
pub(super) use quotas::{quota_exceeded, quotas_unread};
pub use reasons::{moved, reason, refusal};
pub(super) use streams::{bucket_finding, stream_finding};
pub use verdicts::no_route;
pub(super) use verdicts::{verdict_note, verdict_noted};
