//! Which topology: the argument and the flag that name its file.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches, ValueHint};

/// The file that is read where none is named.
pub(crate) const DEFAULT_TOPOLOGY: &str = "topology.yaml";

/// Which topology.
#[derive(Debug, Clone, Args)]
pub(crate) struct Topology {
    /// The topology file, `-` for stdin [default: topology.yaml].
    #[arg(value_name = "TOPOLOGY", value_hint = ValueHint::FilePath)]
    topology: Option<PathBuf>,
    #[command(flatten)]
    flag: FileFlag,
}

impl Topology {
    /// The file that is named, or the usual one.
    pub(crate) fn path(&self) -> &Path {
        let named = self.topology.as_deref().or(self.flag.file.as_deref());
        named.unwrap_or(Path::new(DEFAULT_TOPOLOGY))
    }
}

/// The flag that names the file.
#[derive(Debug, Clone, Args)]
pub(crate) struct FileFlag {
    /// The topology file, as a flag; `-` is stdin.
    #[arg(long, short = 'f', value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "topology")]
    pub(crate) file: Option<PathBuf>,
}

/// The same of a command in which `-f` means something else.
#[derive(Debug, Clone)]
pub(crate) struct TopologyFlag(Topology);

impl AsRef<Topology> for TopologyFlag {
    fn as_ref(&self) -> &Topology {
        &self.0
    }
}

impl Args for TopologyFlag {
    fn augment_args(command: Command) -> Command {
        Topology::augment_args(command).mut_arg("file", |file| file.short(None))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Topology::augment_args_for_update(command).mut_arg("file", |file| file.short(None))
    }
}

impl FromArgMatches for TopologyFlag {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Topology::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}
