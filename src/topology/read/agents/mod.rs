//! `agents`: what their roles may do and who holds them, a file a part. What they collect is read beside it.

pub(in crate::topology) mod agent;
pub(in crate::topology) mod checks;
mod document;
pub(in crate::topology) mod holder;
pub(in crate::topology) mod policies;
mod statement;
