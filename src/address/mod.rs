//! Identifiers that everything else is built on: accounts, regions, partitions and resource addresses.
//!
//! Owns parsing and printing of identifiers. Knows no SDK, no topology and no plan.

pub mod arn;
mod identifier;
mod kind_name;
mod resource;
#[cfg(test)]
mod tests;

pub use arn::Arn;
pub use identifier::{AccountName, Key, TopologyName};
pub use kind_name::KindName;
pub use logpipe_identifiers::{
    AccountId, BadIdentifier, OrganizationId, OrganizationalUnitId, Partition, Region,
};
pub use resource::{Address, AddressParts, Place, ResourceName, last_part};
