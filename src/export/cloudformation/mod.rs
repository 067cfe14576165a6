//! CloudFormation: a template for each account and region, in the order in which their stacks are to be made, or one template
//! for all senders as a stack set.

mod firehose;
mod iam;
mod item;
mod logical_id;
mod logs;
mod options;
mod others;
mod placing;
mod resource;
mod s3;
mod stacks;
mod template;

pub use options::{Members, Options};
pub use stacks::write;
