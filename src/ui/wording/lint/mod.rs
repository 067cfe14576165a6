//! The words of what lint finds.

mod patterns;
mod words;

pub(in crate::ui) use words::{Words, words};
