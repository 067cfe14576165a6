//! Proof that a log line arrives.

pub mod verdict;
