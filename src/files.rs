//! Files that only the user may read, written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file beside another: same name, with an ending behind it.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// Opens a file that only the user may read, its folder made when missing.
///
/// # Errors
/// Those of the file system.
pub fn open_private(path: &Path, options: &mut OpenOptions) -> std::io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Writes a whole file: to a temporary one, to the disk, then in its place.
///
/// # Errors
/// Those of the file system; what was there before is still there then.
pub fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let temporary = beside(path, ".new");
    let mut file = open_private(&temporary, OpenOptions::new().write(true).create(true).truncate(true))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
    std::fs::rename(&temporary, path)?;
    sync_folder(path)
}

/// Brings to the disk that a file is in its folder: what is in the file does not help when its name is lost.
///
/// # Errors
/// Those of the file system.
pub fn sync_folder(path: &Path) -> std::io::Result<()> {
    // Elsewhere a folder cannot be opened, and its entries are written with the file.
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
