//! logpipe: the cross-account log pipeline orchestrator for AWS.
//!
//! `ARCHITECTURE.md` is the map; the modules below are listed from the bottom up.

pub mod address;
pub mod clock;
pub mod encoding;
pub mod event;
pub mod exit;
pub mod files;
pub mod pattern;
pub mod permit;
pub mod policy;
pub mod secrets;
pub mod shell;
pub mod stop;
mod untrusted;
pub mod versioned;

pub mod lint;

pub mod topology;

pub mod agent;

pub mod cost;

pub mod aws;

pub mod provider;

pub mod graph;

pub mod requests;

pub mod record;

pub mod plan;

pub mod apply;

pub mod verify;

pub mod outputs;

pub mod reading;

pub mod access;

pub mod explain;

pub mod engine;

pub mod ui;

#[cfg(feature = "sandbox")]
pub mod sandbox;

pub mod cli;
