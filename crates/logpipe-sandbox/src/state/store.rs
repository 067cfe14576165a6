//! The state file: one JSON document, replaced as a whole and readable by its owner only.
//!
//! Owns the format number and the promise that a file is either the old state or the new one, never half.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::world::World;
use logpipe_machine::files::Disk;

/// The format this version writes, and the only one it reads.
const FORMAT: u32 = 2;

/// No state comes near: it holds what was delivered, a few bytes an event.
pub(crate) const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

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
pub(crate) fn load(disk: &Disk, path: &Path) -> Result<Option<World>, StoreError> {
    let read = disk.resolve(path).and_then(|path| disk.read(&path, LARGEST));
    let read = read.map_err(|cause| StoreError::Io { doing: "read", path: path.to_owned(), cause })?;
    let Some(text) = read else { return Ok(None) };
    let corrupt = |cause| StoreError::Corrupt { path: path.to_owned(), cause };
    // The format is read on its own first: a newer one need not have the shape of this one.
    let header: Header = serde_json::from_slice(&text).map_err(corrupt)?;
    if header.format != FORMAT {
        return Err(StoreError::Format { path: path.to_owned(), found: header.format });
    }
    let loaded: Loaded = serde_json::from_slice(&text).map_err(corrupt)?;
    Ok(Some(loaded.world))
}

/// Replaces a state file, and says how many bytes it has now.
pub(crate) fn save(disk: &Disk, path: &Path, world: &World) -> Result<usize, StoreError> {
    // No machine is expected to fail while it plays: waiting for the disk would make serving slow.
    serde_json::to_vec(&Saved { format: FORMAT, world })
        .map_err(io::Error::from)
        .and_then(|text| disk.write_whole_unsynced(path, &text).map(|()| text.len()))
        .map_err(|cause| StoreError::Io { doing: "write", path: path.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn refusal(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        std::fs::write(&path, text).unwrap();
        load(&Disk::real(), &path).unwrap_err().to_string()
    }

    #[test]
    fn a_saved_world_is_loaded_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/state.json");
        let disk = Disk::real();
        assert!(load(&disk, &path).unwrap().is_none());
        let world = World::starting_at(UNIX_EPOCH + Duration::from_secs(5));
        save(&disk, &path, &world).unwrap();
        assert_eq!(load(&disk, &path).unwrap().unwrap().now_ms, 5_000);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        save(&Disk::real(), &path, &World::default()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_cannot_be_used_says_how_to_go_on() {
        for text in ["", "{", "{\"format\":1}", "{\"format\":2,\"other\":[]}"] {
            assert!(refusal(text).contains("logpipe sandbox reset"), "{text}");
        }
    }
}
