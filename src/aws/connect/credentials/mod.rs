//! The starting credentials: a named profile's, or those that AWS's default chain finds.

mod mfa;
mod profile;
mod start;
mod usable;

pub use mfa::{AskCode, Mfa};
pub(in crate::aws) use profile::missing;
pub(crate) use start::NoStart;
pub(in crate::aws) use start::{Maker, PATIENCE};
pub(in crate::aws) use usable::{NoCredentials, tell, unsendable};
