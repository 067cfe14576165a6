//! Files that are named on the command line; `-` is stdin.

use std::io::{ErrorKind, Read, Result};
use std::path::Path;

use crate::encoding::decode;
use crate::files::{Disk, head_of_input};

use super::answer::error::CommandError;

/// The most bytes of a file that is looked at: whether there is one is all that matters.
const LOOKED_AT: u64 = 1024 * 1024 * 1024;

/// What stdin is called in what is said about it.
pub(crate) const STDIN: &str = "stdin";

/// Whether a path stands for stdin.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A path as it is called in what is said.
pub(crate) fn called(path: &Path) -> String {
    if is_stdin(path) { STDIN.to_owned() } else { path.display().to_string() }
}

/// Whether a file is there already, which is not to be written over.
pub(crate) fn is_there(disk: &Disk, path: &Path) -> std::result::Result<bool, CommandError> {
    match disk.read(path, LOOKED_AT) {
        Ok(found) => Ok(found.is_some()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(CommandError::Io { verb: format!("look for {}", path.display()), source }),
    }
}

/// At most so many bytes, and one more where there are more.
pub(crate) fn bytes(path: &Path, folder: &Path, most: u64) -> Result<Vec<u8>> {
    if !is_stdin(path) {
        return head_of_input(&folder.join(path), most + 1);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A whole text of at most so many bytes.
pub(crate) fn text(path: &Path, folder: &Path, most: u64) -> Result<String> {
    let bytes = bytes(path, folder, most)?;
    if bytes.len() as u64 > most {
        return Err(std::io::Error::other(format!("it has more than {} MiB", most / 1024 / 1024)));
    }
    Ok(decode(bytes)?)
}
