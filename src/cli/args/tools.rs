//! The arguments of commands around the topology: what it makes, its schema, completions, manual pages, the sandbox.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::args::values;
use crate::cli::candidates;

/// How it is used, at the end of its help.
const SERVE_EXAMPLES: &str = "\
Examples:
  logpipe sandbox serve topology.yaml --port 4567
  logpipe apply topology.yaml --endpoint-url http://127.0.0.1:4567
  logpipe sandbox serve topology.yaml --speed 20   a minute passes in three seconds
  logpipe sandbox serve topology.yaml --seed 7     with delays and refusals, the same each time";

/// How it is used, at the end of its help.
pub(crate) const SANDBOX_EXAMPLES: &str = "\
Examples:
  logpipe apply topology.yaml --sandbox --yes      use it in one process
  logpipe sandbox show                             see what is in it
  logpipe sandbox reset                            forget everything";

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Print the reference of the topology file instead, in Markdown.
    #[arg(long)]
    pub(crate) markdown: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Outputs {
    /// The topology file, the name of one output, or both: what ends in .yaml or .yml is the file.
    #[arg(value_name = "TOPOLOGY|NAME", num_args = 0..=2, value_hint = ValueHint::FilePath,
        add = ArgValueCandidates::new(candidates::outputs))]
    pub(crate) words: Vec<String>,
    /// The topology file, as a flag.
    #[arg(long, short = 'f', value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The command whose page is printed, `"sandbox serve"` too; without one, that of logpipe itself.
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
    /// Write every page into this folder instead, logpipe.1 and one for each command.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "command")]
    pub(crate) out: Option<PathBuf>,
}

/// The simulated AWS.
#[derive(Debug, Subcommand)]
pub(crate) enum Sandbox {
    /// Serve it on loopback, for other clients and for --endpoint-url.
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(Serve),
    /// Forget everything in it, and the records of what was made in it.
    Reset,
    /// Show what is in it.
    Show,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// A topology whose accounts get the roles that logpipe assumes, with what `logpipe access` prints for it.
    #[arg(value_name = "TOPOLOGY", value_hint = ValueHint::FilePath)]
    pub(crate) topology: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 4567)]
    pub(crate) port: u16,
    /// How many simulated seconds pass in a real one.
    ///
    /// Sessions last an hour of simulated time: at 60, a command has a minute before it must sign in again.
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = values::speed)]
    pub(crate) speed: f64,
    /// Let this number decide what AWS leaves to chance: delays, refusals that pass, how lists are cut.
    ///
    /// The same number and the same calls give the same answers. Without one, everything goes as it usually does.
    /// LOGPIPE_SANDBOX_SEED does the same for --sandbox.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}
