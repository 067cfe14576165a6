//! The plan as a value, with what it says as data.

pub mod note;
pub(super) mod plan;
pub mod reason;
