//! The commands: settings in, one verb called, its report out.

pub(super) mod access;
pub(super) mod agent_config;
pub(super) mod agent_import;
pub(super) mod apply;
pub(super) mod completions;
pub(super) mod cost;
pub(super) mod coverage;
mod delivery;
pub(super) mod destroy;
pub(super) mod doctor;
pub(super) mod explain;
pub(super) mod export;
pub(super) mod graph;
pub(super) mod import;
pub(super) mod init;
pub(super) mod logs;
pub(super) mod man;
pub(super) mod outputs;
pub(super) mod plan;
pub(super) mod profile;
pub(super) mod schema;
pub(super) mod status;
pub(super) mod validate;
pub(super) mod verify;
pub(super) mod version;

#[cfg(feature = "sandbox")]
pub(super) mod sandbox;
#[cfg(not(feature = "sandbox"))]
#[path = "no_sandbox.rs"]
pub(super) mod sandbox;
#[cfg(feature = "sandbox")]
mod sandbox_existing;
