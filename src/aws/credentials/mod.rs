//! The starting credentials: a named profile's, or what AWS's own order of looking finds.

mod mfa;
mod profile;
mod start;
mod usable;

pub use mfa::{AskCode, Mfa};
pub(super) use profile::missing;
pub(crate) use start::NoStart;
pub(super) use start::{Maker, PATIENCE};
pub(super) use usable::{NoCredentials, tell, unsendable};
