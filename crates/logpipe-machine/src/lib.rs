//! The machine that a program runs on: its clock and its disk, each replaceable in tests, and how much may be open.
//!
//! [`Clock`](clock::Clock) is the one source of time, real or simulated. [`Disk`](files::Disk) is the one way to files,
//! each operation of which can be made to fail. [`open_files::allow`] asks for as many of them as a program needs.

pub mod clock;
pub mod files;
pub mod open_files;

/// The examples of the README, tried.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
