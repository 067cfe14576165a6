//! IAM: roles, policies and instance profiles, and when other services come to see a change.

mod account;
mod attachments;
mod customer;
mod documents;
mod inline;
mod managed;
mod names;
mod operations;
mod pages;
mod profile_propagation;
mod profiles;
mod propagation;
mod quotas;
mod rights;
mod roles;
mod service;
mod simulation;
mod state;
mod statement_spans;
mod tags;
mod verdict;
mod versions;

pub(crate) use managed::document as managed_document;
pub(crate) use profile_propagation::ProfileView;
pub(crate) use profiles::InstanceProfile;
pub(crate) use propagation::judge;
pub(crate) use service::Iam;
pub(crate) use state::{IamState, ManagedPolicy, Role, RoleView};
