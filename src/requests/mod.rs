//! The requests that a log line causes on its way, and what policies say to them.
//!
//! Pure. `asked.rs` knows what AWS's services send, `delivery.rs` what the last of them, the write to the bucket, takes.

mod asked;
mod delivery;

pub(crate) use asked::{Asked, Requests, Role, Tags, Write, region_of};
pub(crate) use delivery::{Delivery, KeyName};
