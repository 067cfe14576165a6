//! What a CloudWatch agent collects: the one reader of it for topologies and for the agent's own configurations, which
//! say the same in other words.

mod expression;
mod import;
pub(in crate::topology) mod reader;
mod windows;

pub use import::{Imported, read_agent_configuration};
