//! A file named as the topology that is something else, or is not there where it usually is.

use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::files::head;
use crate::plan::SavedPlan;
use crate::shell::quoted;

use crate::cli::args::DEFAULT_TOPOLOGY;
use crate::cli::commands::apply::LARGEST_PLAN;

/// As much of a file as it takes to tell what it is.
const HEAD: u64 = 64 * 1024;

/// Files named in a hint.
const MOST_NAMED: usize = 3;

/// Why there is no topology to read, where that can be told without reading one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotATopology {
    /// None is named, and the usual one is not there.
    #[error("there is no {DEFAULT_TOPOLOGY} {}", place(.folder))]
    Missing { folder: PathBuf },
    #[error("{} is a folder, but a topology is a file", .0.display())]
    Folder(PathBuf),
    #[error("{} is a saved plan, not a topology", .0.display())]
    SavedPlan(PathBuf),
}

impl NotATopology {
    /// What there is in the place of a topology that could not be read: `named` on the command line, in `folder`.
    pub(crate) fn at(named: &Path, folder: &Path) -> Option<Self> {
        let path = folder.join(named);
        if named == Path::new(DEFAULT_TOPOLOGY) && !path.exists() {
            return Some(Self::Missing { folder: folder.to_owned() });
        }
        if path.is_dir() {
            return Some(Self::Folder(named.to_owned()));
        }
        let text = head(&path, LARGEST_PLAN).ok()?;
        SavedPlan::is_one(&String::from_utf8_lossy(&text)).then(|| Self::SavedPlan(named.to_owned()))
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Missing { .. } => Exit::Invalid,
            Self::Folder(_) | Self::SavedPlan(_) => Exit::Usage,
        }
    }

    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Missing { folder } => {
                let near = topologies(folder)
                    .into_iter()
                    .map(|file| format!("`logpipe … --file {}`", quoted(&file)));
                let near: Vec<String> = near.take(MOST_NAMED).collect();
                let how = match near.is_empty() {
                    true => "name the file with `logpipe … --file FILE`, or the folder it is in with `logpipe … --chdir DIR`".to_owned(),
                    false => format!("did you mean {}?", near.join(" or ")),
                };
                let new = "to start, copy one of the topologies that come with logpipe, such as topologies/quickstart.yaml, and try it in a simulated AWS: `logpipe plan --sandbox`";
                vec![how, new.to_owned()]
            }
            Self::Folder(folder) => {
                vec![format!(
                    "`logpipe … --chdir {}` uses the {DEFAULT_TOPOLOGY} in it",
                    quoted(&folder.display().to_string())
                )]
            }
            Self::SavedPlan(plan) => vec![format!(
                "`logpipe apply --plan {}` carries it out, with the topology it was made from",
                quoted(&plan.display().to_string())
            )],
        }
    }
}

fn place(folder: &Path) -> String {
    if folder.as_os_str().is_empty() { "here".to_owned() } else { format!("in {}", folder.display()) }
}

/// The names of what looks like a topology in a folder.
fn topologies(folder: &Path) -> Vec<String> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let files = std::fs::read_dir(here).into_iter().flatten().flatten().map(|entry| entry.path());
    let yaml = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    let names = files.filter(yaml).filter(|path| path.is_file() && looks_like_one(path));
    let names = names.filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
    let mut names: Vec<String> = names.filter(|name| !name.contains(char::is_whitespace)).collect();
    names.sort();
    names
}

fn looks_like_one(path: &Path) -> bool {
    let head = head(path, HEAD).unwrap_or_default();
    let text = String::from_utf8_lossy(&head);
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    has("version:") && (has("accounts:") || has("destinations:") || has("agents:"))
}
