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

impl ResourceStatus {
    /// Whether an apply would have something to do about it. What others have added is drift that stays.
    pub fn pending(&self) -> bool {
        match self.status {
            Standing::InSync | Standing::Orphan => false,
            Standing::Missing | Standing::Foreign => true,
            Standing::Drifted => self.changes.iter().any(|change| !change.field.starts_with("foreign.")),
        }
    }
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
