//! The simulated state: accounts and their regions, and the files that keep them.

pub(crate) mod document;
pub(crate) mod site;
pub(crate) mod state_file;
pub(crate) mod store;
pub(crate) mod summary;
pub(crate) mod world;
