//! The kind of Systems Manager.

pub mod parameter;
