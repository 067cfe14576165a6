//! AWS names that are easily confused: each is a type that parses, prints and orders like its text.
//!
//! An error says what the text is instead and, where that can be told, what was meant. Knows no SDK.

mod bad_identifier;
mod identifier;
mod region;
#[cfg(test)]
mod tests;
mod text;

pub use bad_identifier::BadIdentifier;
pub use identifier::{AccountId, OrganizationId, OrganizationalUnitId, meant_account};
pub use region::{Partition, Region};

/// The examples of the README, tried.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
