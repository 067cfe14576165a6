//! Where a record is kept.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::versioned::Versioned;

/// Where a record is kept.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a file of this machine.
    File(PathBuf),
    /// In a text that several machines share.
    Shared(Arc<dyn Versioned>),
}

impl Place {
    /// In a file.
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self::File(path.as_ref().to_owned())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Shared(text) => f.write_str(text.name()),
        }
    }
}
