//! The permissions that a deployer's roles need: computed from a topology, call by call, and nothing more.
//!
//! Knows which IAM action, on which resource and under which condition, stands behind every call of the engine: the
//! kinds in `s3`, `iam`, `firehose`, `logs`, `ec2`, `ssm` and `cloudwatch`, verify in `probe`, the ways in in `entry`. Pure; calls nothing.

mod agents;
mod cloudwatch;
mod collect;
mod deployment;
mod document;
mod ec2;
mod entry;
mod events;
mod firehose;
mod iam;
mod import;
mod kinds;
mod logs;
mod need;
mod pattern;
mod probe;
mod right;
mod roles;
mod s3;
mod ssm;
mod wanted;

pub use deployment::Deployment;
pub use document::IdentityPolicy;
pub use entry::{Principal, Trust};
pub use need::{Holder, MEMBER, Need, Needs};
pub use right::Purpose;
pub use wanted::{Command, Wanted};
