//! The organisation of a topology.

use crate::address::OrganizationId;

/// An AWS organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: Option<OrganizationId>,
}
