//! How every resource stands, as `status` tells it.

use crate::address::Address;
use crate::plan::FieldChange;

/// How one resource stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There, and as the topology says.
    InSync,
    /// There and logpipe's, but changed.
    Drifted,
    /// Not there.
    Missing,
    /// There, but not logpipe's.
    Foreign,
    /// Logpipe's, but no longer in the topology.
    Orphan,
}

/// One line of `status`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ResourceStatus {
    /// Which resource.
    pub address: Address,
    /// How it stands.
    pub status: Standing,
    /// What differs.
    pub changes: Vec<FieldChange>,
    /// Why, in one sentence.
    pub reason: String,
}
