//! The arguments, whose doc comments are the help texts.

mod access;
pub(super) mod arguments;
mod export;
mod graph;
mod import;
mod init;
mod lint;
pub(crate) mod parameters;
mod queries;
pub(crate) mod time_argument;
mod tools;
mod topology;
pub(crate) mod values;

pub(crate) use access::{Access, AccessForm, For};
pub(crate) use arguments::{
    Apply, Arguments, Common, Destroy, Doctor, Plan, Probe, Reach, Status, Validate, Verify,
};
pub(crate) use export::{Cloudformation, Export, ExportFlags, StackSet};
pub(crate) use graph::{Graph, GraphForm, GraphView};
pub(crate) use import::Import;
pub(crate) use init::Init;
pub(crate) use lint::LintFlags;
pub(crate) use queries::{Explain, ExplainForm, Logs, Profile, Via};
#[cfg(feature = "sandbox")]
pub(crate) use tools::Serve;
pub(crate) use tools::{Completions, Man, Outputs, SANDBOX_EXAMPLES, Sandbox, Schema};
pub(crate) use topology::{DEFAULT_TOPOLOGY, Topology, TopologyFlag};
