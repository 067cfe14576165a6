//! What a command answers: its report, its exit code, and why it failed.

pub(super) mod carried_out;
pub(super) mod error;
pub(super) mod fault;
pub(super) mod github;
pub(super) mod not_a_topology;
pub(super) mod presenter;
pub(super) mod problems;
pub(super) mod unparsed;
