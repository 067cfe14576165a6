//! The faults of a disk, for tests: every operation asks whether one inject it.

use std::io::Error;
use std::path::Path;

/// What is about to be done to a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Reading to the end.
    Read,
    /// Making a folder.
    CreateFolder,
    /// Opening, and making it if it is not there.
    Open,
    /// Taking the lock.
    Lock,
    /// Writing bytes.
    Write,
    /// Having the disk keep what was written.
    Sync,
    /// Cutting off the end.
    SetLength,
    /// Giving it the name of another file, which it replaces.
    Rename,
    /// Removing it.
    Remove,
}

/// What becomes of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskFault {
    /// It is done.
    None,
    /// It fails with this error of the system, and nothing was done.
    Fails(i32),
    /// Of a write: half of the bytes land, and then it fails with this error of the system.
    Torn(i32),
    /// Of a write: half of the bytes land, and it says so, as a system call may.
    Short,
}

/// Decides which operations fail, and how.
pub trait DiskFaults: std::fmt::Debug + Send + Sync {
    /// What happens to this one.
    fn inject(&self, operation: Operation, path: &Path) -> DiskFault;
}

impl DiskFault {
    /// Does it, unless it fails.
    pub(super) fn unless<T>(self, work: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
        match self {
            Self::Fails(number) | Self::Torn(number) => Err(Error::from_raw_os_error(number)),
            Self::None | Self::Short => work(),
        }
    }
}
