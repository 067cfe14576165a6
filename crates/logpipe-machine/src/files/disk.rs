//! The disk, operation by operation. An operation that a signal interrupts is repeated.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::faults::{DiskFault, DiskFaults, Operation};
use super::path::{folder_of, resolve};
use super::reading::head;

/// A disk. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    faults: Option<Arc<dyn DiskFaults>>,
}

/// A file that is open for writing.
#[derive(Debug)]
pub struct DiskFile {
    file: File,
    path: PathBuf,
    disk: Disk,
}

impl Disk {
    /// The disk of this machine.
    pub fn real() -> Self {
        Self::default()
    }

    /// The disk of this machine, which fails where a test wants it to.
    pub fn with_faults(faults: Arc<dyn DiskFaults>) -> Self {
        Self { faults: Some(faults) }
    }

    /// Where a file is that is to be kept: what links lead to, be it there already or not.
    ///
    /// # Errors
    /// When links lead nowhere, and when what is there is no regular file; it is said what it is.
    pub fn resolve(&self, path: &Path) -> Result<PathBuf> {
        resolve(path)
    }

    /// All bytes of a file; nothing where there is none.
    ///
    /// # Errors
    /// Those of the file system, and when it is not a regular file or has more than `most` bytes.
    pub fn read(&self, path: &Path, most: u64) -> Result<Option<Vec<u8>>> {
        match self.operation(Operation::Read, path, || head(path, most + 1)) {
            Ok(bytes) if bytes.len() as u64 > most => {
                let message = format!("it has more than {} MiB", most / 1024 / 1024);
                Err(Error::new(ErrorKind::InvalidData, message))
            }
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes a folder and those above it, which only the user may enter.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn create_folder(&self, path: &Path) -> Result<()> {
        if path.as_os_str().is_empty() || path.is_dir() {
            return Ok(());
        }
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        self.operation(Operation::CreateFolder, path, || builder.create(path))
    }

    /// Opens a file for writing at its end, which only the user may read. It is made when missing, and its folder too.
    ///
    /// # Errors
    /// Those of the file system, and those of [`Disk::resolve`].
    pub fn open_to_append(&self, path: &Path) -> Result<DiskFile> {
        self.open_private(path, OpenOptions::new().append(true).create(true))
    }

    /// The same for writing from its beginning, with what is in it.
    ///
    /// # Errors
    /// Those of [`Disk::open_to_append`].
    pub fn open_as_it_is(&self, path: &Path) -> Result<DiskFile> {
        self.open_private(path, OpenOptions::new().write(true).create(true).truncate(false))
    }

    /// Opens a file that only the user may read, its folder made when missing.
    pub(super) fn open_private(&self, path: &Path, options: &mut OpenOptions) -> Result<DiskFile> {
        let path = self.resolve(path)?;
        if let Some(folder) = path.parent() {
            self.create_folder(folder)?;
        }
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
        let file = self.operation(Operation::Open, &path, || options.open(&path))?;
        Ok(DiskFile { file, path, disk: self.clone() })
    }

    /// Adds to the end of a file, which is made when missing.
    ///
    /// # Errors
    /// Those of [`Disk::open_to_append`] and of writing.
    pub fn append(&self, path: &Path, text: &str) -> Result<()> {
        self.open_to_append(path)?.write_all(text.as_bytes())
    }

    /// Gives a file the name of another, which it replaces.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.operation(Operation::Rename, to, || std::fs::rename(from, to))
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove(&self, path: &Path) -> Result<()> {
        absent_is_fine(self.operation(Operation::Remove, path, || std::fs::remove_file(path)))
    }

    /// Removes a folder with everything in it, if it is there.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove_folder(&self, path: &Path) -> Result<()> {
        absent_is_fine(self.operation(Operation::Remove, path, || std::fs::remove_dir_all(path)))
    }

    /// Brings to the disk that a file is in its folder: what is in the file does not help when its name is lost.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn sync_folder(&self, path: &Path) -> Result<()> {
        // Elsewhere a folder cannot be opened, and its entries are written with the file.
        if !cfg!(unix) {
            return Ok(());
        }
        let folder = folder_of(path);
        self.operation(Operation::Sync, folder, || File::open(folder)?.sync_all())
    }

    fn inject(&self, operation: Operation, path: &Path) -> DiskFault {
        self.faults.as_ref().map_or(DiskFault::None, |faults| faults.inject(operation, path))
    }

    fn operation<T>(
        &self,
        operation: Operation,
        path: &Path,
        mut work: impl FnMut() -> Result<T>,
    ) -> Result<T> {
        loop {
            match self.inject(operation, path).unless(&mut work) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

impl DiskFile {
    /// How many bytes it has.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn length(&self) -> Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Cuts off what is behind this many bytes.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn set_length(&self, length: u64) -> Result<()> {
        self.operation(Operation::SetLength, || self.file.set_len(length))
    }

    /// The same open file once more, for another task.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn again(&self) -> Result<Self> {
        let file = self.file.try_clone()?;
        Ok(Self { file, path: self.path.clone(), disk: self.disk.clone() })
    }

    /// Returns when the disk keeps what was written. After an error nothing can be said of what is kept.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn sync(&self) -> Result<()> {
        self.operation(Operation::Sync, || self.file.sync_data())
    }

    /// Takes the lock that goes with the open file; `false` when another process has it.
    ///
    /// # Errors
    /// Those of the file system, some of which know no locks.
    pub fn try_lock(&self) -> Result<bool> {
        self.operation(Operation::Lock, || match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        })
    }

    fn operation<T>(&self, operation: Operation, work: impl FnMut() -> Result<T>) -> Result<T> {
        self.disk.operation(operation, &self.path, work)
    }
}

impl Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let half = bytes.len().div_ceil(2);
        match self.disk.inject(Operation::Write, &self.path) {
            DiskFault::None => self.file.write(bytes),
            DiskFault::Fails(number) => Err(Error::from_raw_os_error(number)),
            DiskFault::Short => self.file.write(&bytes[..half]),
            DiskFault::Torn(number) => {
                self.file.write_all(&bytes[..half])?;
                Err(Error::from_raw_os_error(number))
            }
        }
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}

fn absent_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
