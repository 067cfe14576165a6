//! Reads files without waiting forever and without filling memory.

use std::fs::File;
use std::io::{Read as _, Result};
use std::path::Path;

use super::path::refuse_special;

/// The first bytes of a file, at most so many. Whoever wants all of it asks for one more than it may have.
///
/// # Errors
/// Those of the file system, and when it is not a regular file: nobody may ever write to the other end of a pipe.
pub fn head(path: &Path, most: u64) -> Result<Vec<u8>> {
    // Not a question of safety: who may replace files in between may as well write into them.
    refuse_special(std::fs::metadata(path)?.file_type())?;
    taken(path, most)
}

/// The same of what a user names as input, which may be one of this process's own streams: `/dev/stdin`, or what a shell
/// puts in the place of `<(command)`. Reading those ends when their writer does.
///
/// # Errors
/// Those of [`head`].
pub fn head_of_input(path: &Path, most: u64) -> Result<Vec<u8>> {
    let own = ["/dev/stdin", "/dev/fd", "/proc/self/fd"];
    let is_stream = own.iter().any(|own| path.starts_with(own)) && !std::fs::metadata(path)?.is_dir();
    if is_stream { taken(path, most) } else { head(path, most) }
}

fn taken(path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
