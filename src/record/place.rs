//! Where a record is kept.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files::Disk;
use crate::versioned::Versioned;

/// Where a record is kept.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a file of this machine.
    File {
        /// The file, or a link to it.
        path: PathBuf,
        /// The disk that it is on.
        disk: Disk,
    },
    /// In a text that several machines share.
    Shared(Arc<dyn Versioned>),
}

impl Place {
    /// In a file.
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self::on(&Disk::real(), path)
    }

    /// In a file on a disk.
    pub fn on(disk: &Disk, path: impl AsRef<Path>) -> Self {
        Self::File { path: path.as_ref().to_owned(), disk: disk.clone() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, .. } => write!(f, "{}", path.display()),
            Self::Shared(text) => f.write_str(text.name()),
        }
    }
}
