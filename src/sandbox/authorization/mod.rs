//! What every simulated operation asks for: IAM actions, the ARNs they are on, and the condition keys of the request.
//!
//! Owns the tables, one file a service, and the words of a refusal. Whether a caller gets what is asked for is decided
//! in `access.rs`. An operation that no table lists is not simulated, so none can pass without a decision.
//!
//! Actions, resource types and keys: Service Authorization Reference; further permissions an operation takes: its page
//! in the API Reference.

mod asked;
mod cloudwatch;
mod demand;
mod ec2;
mod firehose;
mod iam;
mod logs;
mod organizations;
mod refusal;
mod s3;
mod ssm;
mod sts;
mod tables;

pub(crate) use asked::Asked;
pub(crate) use demand::Demand;
pub(crate) use refusal::{Why, assume_refused, cross_account_pass, refused, unexplained};
pub(crate) use s3::{deletion, listing};
pub(crate) use tables::demands;
