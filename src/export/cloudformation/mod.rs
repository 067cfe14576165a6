//! CloudFormation: a template for each account and region, in the order in which their stacks are to be made, or one template
//! for all senders as a stack set.

mod conditions;
mod firehose;
mod iam;
mod import;
mod item;
mod logical_id;
mod logs;
mod options;
mod others;
mod placing;
mod resource;
mod s3;
mod set_files;
mod stack_set;
mod stacks;
mod template;
mod yaml;

pub use options::{Members, Options};
pub use stacks::write;
