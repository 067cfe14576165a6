//! Ways into AWS: credentials, clients, calls and waiting. SDK types stay here and in `provider/`.

pub mod accounts;
mod answers;
mod assume;
pub mod base;
pub mod call;
pub(crate) mod clients;
pub mod credentials;
mod date;
pub mod environment;
pub(crate) mod fence;
mod https;
pub(crate) mod instance;
#[cfg(feature = "ec2")]
pub(crate) mod instances;
#[cfg(not(feature = "ec2"))]
#[path = "no_instances.rs"]
pub(crate) mod instances;
mod limits;
pub(crate) mod log_events;
pub(crate) mod log_groups;
pub mod meter;
pub(crate) mod metrics;
pub mod moved;
pub(crate) mod objects;
pub(crate) mod organization;
mod pace;
pub(crate) mod pages;
pub(crate) mod profiles;
mod quota;
pub mod reader_role;
pub(crate) mod reading_probe;
pub(crate) mod role_policies;
pub mod server_time;
pub mod target;
pub mod versioned_object;
pub mod wait;

pub use accounts::{Accounts, LeftOut, NotConnected, Unreachable};
pub use answers::Patience;
pub use base::{Base, Network, Started};
pub use call::{CallError, Class};
pub use credentials::{AskCode, Mfa};
pub use https::certificates;
pub use moved::{Moved, MovedField};
pub use target::{StepError, Target};
pub use versioned_object::VersionedObject;
