//! AWS Organizations, as far as accounts are found through it.

mod operations;
mod pages;
mod rights;
mod service;
mod state;
mod summary;

pub(crate) use service::Organizations;
pub(crate) use state::Directory;
pub(crate) use summary::summary;
