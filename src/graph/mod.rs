//! What a topology means in resources: nodes, edges with their reasons, and the routes log events take.

mod agent_policies;
#[cfg(test)]
mod agent_tests;
pub(crate) mod arns;
mod construction;
pub mod dag;
mod discovered;
pub(crate) mod expand;
mod lifecycle;
mod model;
pub mod note;
pub(crate) mod numbered;
pub(crate) mod policies;
mod quotas;
pub(crate) mod rights;
pub mod shards;
#[cfg(test)]
mod shards_tests;
mod slots;
pub(crate) mod streams;
#[cfg(test)]
mod tests;

pub use construction::{ADOPTED_TAG, OWNERSHIP_TAG, build, declared};
pub use discovered::{Discovered, Instance, Instances, Inventory, LogGroups};
pub use lifecycle::{Lifecycle, Previous, Streams, Succession};
pub use model::{Graph, Need, Node, Retirement, Route, SkippedAccount};
pub use note::Note;
pub use shards::{Shard, Shards};
