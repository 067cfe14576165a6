//! The topology file: its checked model, and the loader that makes one or says everything that is wrong.

mod agent;
mod check_accounts;
mod check_across;
mod check_bucket;
mod check_destinations;
mod check_kms;
mod check_lifecycle;
mod check_organization;
mod check_record;
mod check_root;
mod check_sources;
mod check_stream;
mod finding;
mod load;
pub mod model;
mod names;
mod organization;
mod prefix;
mod problem;
mod read;
mod reader;
pub mod schema;
mod tabs;
#[cfg(test)]
pub(crate) mod tests;
mod timestamp;
mod yaml;

pub use agent::{Agent, AgentPolicy, Check, ExtraPolicy, Holder, LogFile, OwnRole};
pub(crate) use check_sources::RETENTION_DAYS;
pub use load::{load, parse};
pub use model::*;
pub use organization::{Include, MemberAccess, Organization};
pub use problem::{Invalid, Problem};
pub(crate) use read::nearest;
pub use reader::{Reader, Trusted};
