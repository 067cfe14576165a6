//! The kinds of S3, and the settings that they share.

pub(crate) mod borrowed;
pub mod bucket;
pub mod bucket_policy;
mod encryption;
mod lifecycle;
mod objects;
mod settings;
pub(crate) mod terms;
