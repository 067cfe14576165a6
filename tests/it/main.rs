//! One binary, one module a promise. `support` holds what they share.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail loudly")]

mod access;
mod account_scope;
mod agent_config;
#[cfg(feature = "ec2")]
mod agents;
mod alike;
mod allow_organization;
mod amended;
#[cfg(feature = "ec2")]
mod attach;
mod broken_hops;
mod bucket_places;
mod ci;
mod cost;
mod delivery_paths;
mod disk;
mod doubt;
mod drift;
mod environment;
mod event_selection;
mod explain;
mod failure;
mod figures;
mod files;
mod fixes;
mod fleet;
mod foreign;
mod forms;
mod globs;
mod golden;
mod gone;
mod guarantees;
mod hostile;
mod inputs;
mod judge;
mod leaks;
mod letting_go;
mod lock;
mod log_classes;
mod logs;
mod loopback;
mod lost_record;
mod meanwhile;
#[cfg(feature = "ec2")]
mod minimal;
mod ministack;
mod moto;
mod options;
mod organization;
mod output;
mod outputs;
mod pace;
mod partitions;
mod pipeline;
mod plans;
#[cfg(target_os = "linux")]
mod processes;
mod profile;
mod proof;
mod prune;
mod quotas;
mod readers;
mod reflexes;
mod renames;
mod resume;
mod rights;
mod sample;
mod schema;
mod seeds;
mod settling;
mod shared_record;
mod simulation;
mod stops;
mod successor;
mod support;
mod taken_over;
mod takeover;
mod tidy;
mod tidy_kinds;
mod verdicts;
mod verify_agents;
mod verify_readers;
mod walkthrough;
mod warnings;
