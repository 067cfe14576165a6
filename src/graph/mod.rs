//! What a topology means in resources: nodes, edges with their reasons, and the routes log events take.

pub(crate) mod arns;
mod build;
pub mod dag;
pub(crate) mod expand;
mod model;
mod policies;
mod slots;
#[cfg(test)]
mod tests;

pub use build::{ADOPTED_TAG, OWNERSHIP_TAG, build};
pub use expand::{Discovered, LogGroups};
pub use model::{Graph, Need, Node, Retirement, Route};
