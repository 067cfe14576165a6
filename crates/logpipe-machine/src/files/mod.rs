//! What logpipe keeps on a disk: the one place that opens, reads, writes, replaces and removes files.
//!
//! A file is readable for its user alone, and it is replaced as a whole or not at all. A link is followed before that, so
//! that the link stays. What is no regular file is refused by what it is, because opening a pipe or reading a device may
//! never end.

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
