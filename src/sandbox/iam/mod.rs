//! IAM: roles, their policies, and when other services come to see a change.

mod attachments;
mod customer;
mod documents;
mod inline;
mod managed;
mod operations;
mod pages;
mod propagation;
mod quotas;
mod roles;
mod state;
mod tags;

pub(crate) use managed::document as managed_document;
pub(crate) use operations::handle;
pub(crate) use propagation::judge;
pub(crate) use state::{IamState, Role, RoleView};
