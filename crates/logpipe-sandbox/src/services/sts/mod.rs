//! STS: who am I, and may I be somebody else.

mod operations;
mod rights;
mod service;

pub(crate) use service::{NAMESPACE, Sts};
