//! EC2: instances that are there, and the instance profile each of them has.

mod associations;
mod faults;
mod filters;
mod instances;
mod operations;
mod pages;
mod rights;
mod service;
mod state;
mod summary;

pub(crate) use associations::settled;
pub(crate) use service::Ec2;
pub(crate) use state::{Association, AssociationState, Ec2State, Instance};
