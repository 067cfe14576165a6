//! Where a path leads, and whether what is there can be kept as a file.

use std::fs::FileType;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// As many links in a row as Linux follows (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// A file beside another: same name, with an ending behind it.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// The folder that a file is in, which may be the working one.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where a file is that is to be replaced or locked: links are followed, so that two links to one file mean the same.
///
/// # Errors
/// When links go round in a circle or lead into a folder that is not there (a disk that is not mounted, for one), and
/// when what is there is no regular file.
pub(super) fn resolve(path: &Path) -> Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..=MOST_LINKS {
        if is_of_a_process(&target) {
            return Err(unfit("it is a stream of a process, and a regular file is needed"));
        }
        match std::fs::symlink_metadata(&target) {
            Ok(found) if found.is_symlink() => {
                let link = std::fs::read_link(&target)?;
                target = target.parent().unwrap_or(Path::new("")).join(link);
            }
            Ok(found) => return refuse_special(found.file_type()).map(|()| target),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return leads_somewhere(path, &target).map(|()| target);
            }
            Err(error) => return Err(error),
        }
    }
    Err(unfit("its links lead round in a circle"))
}

/// A file that is not there yet may be made; a folder only where no link said that it is there.
fn leads_somewhere(path: &Path, target: &Path) -> Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    if target != path && folder.is_some_and(|folder| !folder.exists()) {
        return Err(unfit(&format!("it is a link to {}, whose folder is not there", target.display())));
    }
    let dangling =
        folder.into_iter().flat_map(Path::ancestors).find(|folder| folder.is_symlink() && !folder.exists());
    match dangling {
        Some(link) => Err(unfit(&format!("its folder {} is a link to nothing", link.display()))),
        None => Ok(()),
    }
}

/// Whether a path is what Linux calls the open files of processes, which no link tells apart from files on a disk.
fn is_of_a_process(path: &Path) -> bool {
    ["/proc", "/dev/fd"].iter().any(|folder| path.starts_with(folder))
}

/// Refuses what is not a regular file, and says what it is.
pub(super) fn refuse_special(found: FileType) -> Result<()> {
    if found.is_file() {
        return Ok(());
    }
    let what = if found.is_dir() { "a folder" } else { special(found) };
    Err(unfit(&format!("it is {what}, and a regular file is needed")))
}

#[cfg(unix)]
fn special(found: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    match found {
        found if found.is_fifo() => "a pipe",
        found if found.is_socket() => "a socket",
        _ => "a device",
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "a device"
}

fn unfit(why: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, why)
}
