//! The state file: one JSON document, replaced as a whole and readable by its owner only.
//!
//! Owns the format number and the promise that a file is either the old state or the new one, never half.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::world::World;

/// The format this version writes, and the only one it reads.
const FORMAT: u32 = 2;

/// The state file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("could not {doing} the sandbox state `{}`", path.display())]
    Io {
        /// What was tried: `read` or `write`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// It is not a state file, or a damaged one.
    #[error("`{}` is not a usable sandbox state; `logpipe sandbox reset` starts over", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: serde_json::Error,
    },
    /// Another version wrote it.
    #[error(
        "`{}` was written in format {found}, this logpipe reads format {FORMAT}: use the version that wrote it, \
         or start over with `logpipe sandbox reset`",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
}

#[derive(Deserialize)]
struct Header {
    format: u32,
}

#[derive(Deserialize)]
struct Loaded {
    world: World,
}

#[derive(Serialize)]
struct Saved<'a> {
    format: u32,
    world: &'a World,
}

/// Reads a state file; `None` if there is none.
pub(crate) fn load(path: &Path) -> Result<Option<World>, StoreError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(StoreError::Io { doing: "read", path: path.to_owned(), cause }),
    };
    let corrupt = |cause| StoreError::Corrupt { path: path.to_owned(), cause };
    // The format is read on its own first: a newer one need not have the shape of this one.
    let header: Header = serde_json::from_slice(&text).map_err(corrupt)?;
    if header.format != FORMAT {
        return Err(StoreError::Format { path: path.to_owned(), found: header.format });
    }
    let loaded: Loaded = serde_json::from_slice(&text).map_err(corrupt)?;
    Ok(Some(loaded.world))
}

/// Replaces a state file.
pub(crate) fn save(path: &Path, world: &World) -> Result<(), StoreError> {
    write_whole(path, world).map_err(|cause| StoreError::Io { doing: "write", path: path.to_owned(), cause })
}

fn write_whole(path: &Path, world: &World) -> io::Result<()> {
    let text = serde_json::to_vec(&Saved { format: FORMAT, world })?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    // Named after the process, so that two processes do not write into each other's file.
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = open_private(&temporary).and_then(|mut file| {
        file.write_all(&text)?;
        fs::rename(&temporary, path)
    });
    if written.is_err() {
        // The first error is the one that matters.
        drop(fs::remove_file(&temporary));
    }
    written
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn refusal(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        fs::write(&path, text).unwrap();
        load(&path).unwrap_err().to_string()
    }

    #[test]
    fn a_saved_world_is_loaded_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/state.json");
        assert!(load(&path).unwrap().is_none());
        let world = World::starting_at(UNIX_EPOCH + Duration::from_secs(5));
        save(&path, &world).unwrap();
        assert_eq!(load(&path).unwrap().unwrap().now_ms, 5_000);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        save(&path, &World::default()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_cannot_be_used_says_how_to_go_on() {
        for text in ["", "{", "{\"format\":1}", "{\"format\":2,\"other\":[]}"] {
            assert!(refusal(text).contains("logpipe sandbox reset"), "{text}");
        }
    }
}
