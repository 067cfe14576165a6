//! What is there before anything is tried: accounts, roles, and a whole pipeline.

pub(crate) mod existing;
pub(crate) mod filled;
pub(crate) mod prepare;
pub(crate) mod prepared_pipeline;
