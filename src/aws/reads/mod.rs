//! What is read or probed outside of the kinds, in plain types.

pub(crate) mod account_summary;
pub(crate) mod counts;
pub(crate) mod instance;
#[cfg(feature = "ec2")]
pub(crate) mod instances;
#[cfg(not(feature = "ec2"))]
#[path = "no_instances.rs"]
pub(crate) mod instances;
pub(crate) mod log_events;
pub(crate) mod log_group_names;
pub(crate) mod log_groups;
pub(super) mod metric_data;
pub(crate) mod metrics;
pub(crate) mod object_lock;
pub(crate) mod objects;
pub(crate) mod organization;
pub(crate) mod profiles;
pub mod reader_role;
pub(crate) mod reading_probe;
pub(crate) mod role_policies;
pub mod versioned_object;
