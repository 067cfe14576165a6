//! The kind of EC2.

pub mod instance_profile_association;
