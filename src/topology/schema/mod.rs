//! The tables of `keys` for editors, as JSON Schema, and for people, as the reference.

mod document;
mod json;
mod markdown;

pub use json::json;
#[cfg(test)]
pub(super) use json::{text, value};
pub use markdown::markdown;
