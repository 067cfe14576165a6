//! The requests that a log line causes on its way, and what policies say to them.
//!
//! Pure. `asked.rs` knows what AWS's services send, `delivery.rs` what the last of them, the write to the bucket, takes.

mod delivery;
mod service_request;

pub(crate) use delivery::{Delivery, KeyName};
pub(crate) use service_request::{Requests, Role, ServiceRequest, Tags, Write, region_of};
