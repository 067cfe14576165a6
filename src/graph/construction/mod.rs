//! From a topology, what was found and what an earlier life left, to the graph: a file for each part of a topology.

mod account;
mod addresses;
mod agent;
mod alarms;
mod builder;
mod destination;
mod firehose;
mod iam;
mod instances;
mod parameter;
mod reader;
mod sender;
mod source;
mod transport;

pub use builder::{ADOPTED_TAG, OWNERSHIP_TAG, build, declared};
