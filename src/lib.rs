//! logpipe: the cross-account log pipeline orchestrator for AWS.
//!
//! `ARCHITECTURE.md` is the map; the modules below are listed from the bottom up.

// Crates of their own, which know nothing of logpipe.
pub use logpipe_machine::{clock, files, open_files};
pub use logpipe_patterns as pattern;
pub use logpipe_policy as policy;
#[cfg(feature = "sandbox")]
pub use logpipe_sandbox as sandbox;

pub mod address;
pub mod encoding;
mod enumeration;
pub mod event;
pub mod exit;
mod few;
pub mod permit;
pub mod secrets;
pub mod share;
pub mod shell;
pub mod stop;
mod untrusted;
pub mod versioned;
pub mod wait_for;

pub mod lint;

pub mod topology;

pub mod agent;

pub mod cost;

pub mod aws;

pub mod provider;

pub mod graph;
pub mod health;

pub mod requests;

pub mod record;

pub mod plan;

pub mod apply;

pub mod verify;

pub mod coverage;

pub mod outputs;

pub mod reading;

pub mod access;

pub mod explain;

pub mod diagram;

pub mod export;

pub mod import;

pub mod engine;

pub mod ui;

pub mod cli;
