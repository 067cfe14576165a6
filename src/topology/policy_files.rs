//! The files that a topology names, as the loader gets at them: from the folder of the topology, or not at all.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::{Path, PathBuf};

/// A policy has some thousand characters; a larger file is a mistake.
pub(super) const LARGEST: u64 = 256 * 1024;

/// Where the files are that a topology names.
pub trait PolicyFiles {
    /// The content of one, of which no more than a little over what a policy may have is read.
    fn read(&self, path: &Path) -> Result<Vec<u8>>;
}

/// The folder of the topology; absolute paths stay what they are.
pub(super) struct Folder(pub(super) PathBuf);

impl PolicyFiles for Folder {
    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let path = self.0.join(path);
        // Opening a pipe would wait for whoever writes to it.
        if !std::fs::metadata(&path)?.is_file() {
            return Err(Error::new(ErrorKind::InvalidInput, "this is no file"));
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// None at all: the topology is a text without a place.
pub(super) struct Nowhere;

impl PolicyFiles for Nowhere {
    fn read(&self, _path: &Path) -> Result<Vec<u8>> {
        Err(Error::new(ErrorKind::NotFound, "the topology is in no folder that it could be in"))
    }
}
