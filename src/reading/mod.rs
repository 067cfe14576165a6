//! Reads log events across accounts and log groups, merged in time order, and follows new ones.
//!
//! `merge.rs` and `watermark.rs` are pure: which event is next, and which have been shown already. Knows no rendering.

mod merge;
mod places;
mod run;
mod watermark;
mod when;

pub use crate::aws::log_events::{LogEvent, Streams};
pub use places::{LookUp, NothingToRead, Place, Places, Wanted, places};
pub use run::{Outcome, Reading, Unread, found};
pub use when::When;
