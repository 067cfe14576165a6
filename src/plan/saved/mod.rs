//! Plans in files.

mod canonical;
pub(super) mod plan_file;
