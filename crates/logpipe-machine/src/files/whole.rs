//! Files replaced as a whole.

use std::fs::OpenOptions;
use std::io::{Result, Write as _};
use std::path::Path;

use super::disk::{Disk, DiskFile};
use super::path::{beside, folder_of};

impl Disk {
    /// Writes a whole file: to a temporary one, to the disk, then in its place, which is where links lead.
    ///
    /// # Errors
    /// Those of the file system, and those of [`Disk::resolve`]; what was there before is still there then, unless the
    /// folder alone could not be brought to the disk.
    pub fn write_whole(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let path = self.resolve(path)?;
        self.replace(&path, bytes, true)?;
        self.sync_folder(&path)
    }

    /// The same where nothing is lost if the machine fails in the seconds after it.
    ///
    /// # Errors
    /// Those of [`Disk::write_whole`].
    pub fn write_whole_unsynced(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        self.replace(&self.resolve(path)?, bytes, false)
    }

    /// Removes what killed processes have left beside a file. Whoever calls this holds its lock, so that none of them is
    /// still being written.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove_leftovers(&self, path: &Path) -> Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for entry in std::fs::read_dir(folder_of(path))? {
            let entry = entry?;
            let found = entry.file_name();
            let found = found.to_string_lossy();
            let process =
                found.strip_prefix(&*name).and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".new"));
            if process.is_some_and(|process| process.parse::<u32>().is_ok()) {
                self.remove(&entry.path())?;
            }
        }
        Ok(())
    }

    fn replace(&self, path: &Path, bytes: &[u8], sync: bool) -> Result<()> {
        // Named after the process, so that two processes do not write into each other's file.
        let temporary = beside(path, &format!(".{}.new", std::process::id()));
        let written = self.open_new(&temporary).and_then(|mut file| {
            file.write_all(bytes)?;
            if sync {
                file.sync()?;
            }
            self.rename(&temporary, path)
        });
        if written.is_err() {
            // The first error is the one that matters.
            drop(self.remove(&temporary));
        }
        written
    }

    /// Opens a file that was not there: what a killed process of the same number has left goes, and so does a link that
    /// somebody else has put in its place.
    fn open_new(&self, path: &Path) -> Result<DiskFile> {
        if path.symlink_metadata().is_ok() {
            self.remove(path)?;
        }
        self.open_private(path, OpenOptions::new().write(true).create_new(true))
    }
}
