//! Carrying out a plan.

pub mod report;
