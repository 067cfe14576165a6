//! The words of what lint finds.

mod destinations;
mod patterns;
mod policies;
mod sources;
mod words;

pub(in crate::ui) use words::{Words, words};
