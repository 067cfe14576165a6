//! One binary, one module a promise. `support` holds what they share.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail loudly")]

mod access;
mod account_scope;
mod allow_organization;
mod broken_hops;
mod ci;
mod drift;
mod failure;
mod figures;
mod foreign;
mod forms;
mod globs;
mod golden;
mod guarantees;
mod hostile;
mod judge;
mod lock;
mod loopback;
mod lost_record;
mod minimal;
mod ministack;
mod moto;
mod options;
mod organization;
mod output;
mod outputs;
mod pace;
mod pipeline;
mod plans;
mod proof;
mod prune;
mod renames;
mod resume;
mod rights;
mod sample;
mod schema;
mod seeds;
mod settling;
mod shared_record;
mod simulation;
mod successor;
mod support;
mod takeover;
mod tidy;
mod walkthrough;
