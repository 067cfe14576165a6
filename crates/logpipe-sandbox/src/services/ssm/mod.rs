//! Systems Manager: the parameters of the Parameter Store.

mod faults;
mod naming;
mod operations;
mod parameters;
mod reading;
mod rights;
mod service;
mod state;
mod tags;
mod tiers;

pub(crate) use service::Ssm;
pub(crate) use state::SsmState;
