//! What a topology may hold, described once for editors (JSON Schema) and for readers (the reference).
//!
//! Used for nothing else: the loader has its own rules, and tests hold both to the same keys and values.

mod accounts;
mod agents;
mod collected;
mod destinations;
mod json;
mod markdown;
mod organization;
mod readers;
mod root;
mod section;
mod sources;

pub use json::json;
#[cfg(test)]
pub(super) use json::value;
pub use markdown::markdown;
#[cfg(test)]
pub(super) use root::root;
#[cfg(test)]
pub(super) use section::{Kind, Section};
