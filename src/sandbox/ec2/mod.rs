//! EC2: instances that are there, and the instance profile each of them has.

mod associations;
mod faults;
mod filters;
mod instances;
mod operations;
mod pages;
mod state;
mod summary;

pub(crate) use associations::settled;
pub(crate) use operations::handle;
pub(crate) use state::{Association, AssociationState, Ec2State, Instance};
pub(crate) use summary::of as summary;
