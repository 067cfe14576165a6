//! AWS Organizations, as far as accounts are found through it.

mod operations;
mod pages;
mod state;
mod summary;

pub(crate) use operations::handle;
pub(crate) use state::Directory;
pub(crate) use summary::summary;
