//! CloudWatch Logs filter patterns: check them before AWS does, and match messages as AWS would.
//!
//! Owns the grammar of CloudWatch Logs User Guide, "Filter pattern syntax". Knows no topology and no log group.

mod doubt;
mod error;
mod example;
mod fields;
mod json;
mod operand;
mod regex;
mod sample;
mod scanner;
mod selection;
mod surprise;
mod syntax;
mod terms;

#[cfg(test)]
mod field_tests;
#[cfg(test)]
mod tests;

pub use doubt::{Doubt, DoubtKind};
pub use error::PatternError;
pub use example::Mark;
pub use selection::{Selection, selection};
pub use surprise::Surprise;
pub use syntax::{Pattern, parse};

/// The examples of the README, tried.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
