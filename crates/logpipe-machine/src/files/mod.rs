//! Files on disk: the one place that opens, reads, writes, replaces and removes them.
//!
//! Only its user can read a file, and it is replaced whole or not at all. A link is followed first, so that the link
//! stays. Anything that is not a regular file is refused, because opening a pipe or reading a device may never end.

mod disk;
mod faults;
mod path;
mod reading;
#[cfg(test)]
mod tests;
mod whole;

pub use disk::{Disk, DiskFile};
pub use faults::{DiskFault, DiskFaults, Operation};
pub use path::beside;
pub use reading::{head, head_of_input};
