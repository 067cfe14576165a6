//! Judges whether every hop of a route is correct, from live state and by evaluating the live policies. Pure.
//!
//! Reading never repairs, and a hop that cannot be read is `unreachable`, not broken.

mod bucket;
mod firehose;
mod inspection;
mod judge;
mod key;
mod resources;
mod role;
mod sender;
mod transport;
mod unexpected;
mod way;

pub(super) use inspection::{Inspection, first_broken, first_wrong};
pub(super) use judge::{Finding, Flaw, admitted, hop};
