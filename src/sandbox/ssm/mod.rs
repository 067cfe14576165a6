//! Systems Manager: the parameters of the Parameter Store.

mod faults;
mod naming;
mod operations;
mod parameters;
mod reading;
mod state;
mod tags;
mod tiers;

pub(crate) use naming::{arn, plain};
pub(crate) use operations::handle;
pub(crate) use state::SsmState;
