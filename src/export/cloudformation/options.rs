//! What can be said of templates.

use crate::address::OrganizationalUnitId;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How the accounts that send get what they need.
    pub members: Members,
}

/// How the accounts that send get what they need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// As stacks of their own, like all other accounts.
    Stacks,
    /// As a stack set that goes to the accounts of the topology.
    SelfManaged,
    /// As a stack set that goes to the accounts of organisational units, those to come included.
    ServiceManaged {
        /// The units.
        units: Vec<OrganizationalUnitId>,
    },
}
