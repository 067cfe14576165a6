//! What commands answer: a report each, in every form.

pub(super) mod access;
pub(super) mod agent_config;
pub(super) mod cost;
pub(super) mod coverage;
pub(super) mod delivery;
pub(super) mod diagnosis;
pub(super) mod explain;
pub(super) mod export;
pub(super) mod failure;
pub(super) mod graph;
pub(super) mod import;
pub(super) mod logs;
pub(super) mod outputs;
pub(super) mod plan;
pub(super) mod profile;
pub(super) mod run;
pub(super) mod sandbox;
pub(super) mod status;
pub(super) mod valid;
pub(super) mod verdict;
pub(super) mod version;
