//! Ways into accounts: credentials, clients, and what they start from.

pub mod accounts;
pub(in crate::aws) mod assume;
pub mod base;
pub(crate) mod clients;
pub mod credentials;
pub mod environment;
pub(in crate::aws) mod https;
pub(in crate::aws) mod threads;
pub mod variables;
