//! How the loader reads the files that a topology names, policies and parts of it: relative to the topology's folder, or not
//! at all.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use super::load::LARGEST_FILE;
use crate::files::head;

/// A policy has some thousand characters; a larger file is a mistake.
pub(super) const LARGEST: u64 = 256 * 1024;

/// Where the files are that a topology names.
pub trait PolicyFiles {
    /// The content of one. Little more than the longest policy is read.
    fn read(&self, path: &Path) -> Result<Vec<u8>>;

    /// The text of a part of the topology. Little more than the largest topology is read.
    fn part(&self, path: &Path) -> Result<Vec<u8>> {
        self.read(path)
    }
}

/// The folder of the topology; absolute paths stay what they are.
pub(super) struct Folder(pub(super) PathBuf);

impl PolicyFiles for Folder {
    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        head(&self.0.join(path), LARGEST + 1)
    }

    fn part(&self, path: &Path) -> Result<Vec<u8>> {
        head(&self.0.join(path), LARGEST_FILE + 1)
    }
}

/// None at all: the topology is a text without a place.
pub(super) struct Nowhere;

impl PolicyFiles for Nowhere {
    fn read(&self, _path: &Path) -> Result<Vec<u8>> {
        Err(Error::new(
            ErrorKind::NotFound,
            "the topology is not in a folder, so the files that it names cannot be found",
        ))
    }
}
