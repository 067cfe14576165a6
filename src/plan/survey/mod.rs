//! What a plan is made from: the topology, its graph, and the live state.

pub(crate) mod discover;
pub(crate) mod entry;
pub(crate) mod gone;
pub(crate) mod instances;
pub(crate) mod measure;
pub(crate) mod observe;
pub(crate) mod patterns;
pub(super) mod surveyor;
pub(crate) mod throughput;
pub(super) mod turns;
pub(crate) mod unsettled;
pub(crate) mod uses;
