//! What to do about every resource. Pure: desired state, live state and record in, plan out.

pub(super) mod decision;
pub(crate) mod deliverable;
pub(crate) mod destroy;
pub(crate) mod names;
pub(crate) mod narrowing;
pub(crate) mod notices;
pub(crate) mod own_steps;
pub(crate) mod ownership;
pub(crate) mod prune;
pub(crate) mod recovery;
pub(crate) mod throughput;
