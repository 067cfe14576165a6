//! The kinds of IAM, and what they share.

mod document;
pub(super) mod holding;
pub mod instance_profile;
pub mod policy;
pub mod role;
pub mod role_policy_attachment;
mod role_reading;
