//! The command line: settings in, one verb called, its result rendered, an exit code out.

mod access;
mod agent_config;
mod agent_import;
mod apply;
mod approve;
mod args;
mod candidates;
mod carried_out;
mod command;
mod command_line;
mod completions;
mod confirm;
mod cost;
mod destroy;
mod error;
mod explain;
mod fault;
mod github;
mod input;
mod logs;
mod man;
mod mfa_prompt;
mod not_a_topology;
mod outputs;
mod parameters;
mod plan;
mod presenter;
mod problems;
mod profile;
mod record;
mod run;
#[cfg(feature = "sandbox")]
mod sandbox;
#[cfg(not(feature = "sandbox"))]
#[path = "no_sandbox.rs"]
mod sandbox;
#[cfg(feature = "sandbox")]
mod sandbox_existing;
mod schema;
mod session;
mod settings;
mod signals;
mod status;
mod time_argument;
mod unparsed;
mod validate;
mod values;
mod verify;
mod version;

pub use run::{main, run};
pub use settings::Environment;
