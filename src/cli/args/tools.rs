//! The arguments of commands around the topology: what it makes, its schema, completions, manual pages, the sandbox.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::args::values;
use crate::cli::candidates;

/// Examples for the end of its help.
const SERVE_EXAMPLES: &str = "\
Examples:
  logpipe sandbox serve topology.yaml --port 4567
  logpipe apply topology.yaml --endpoint-url http://127.0.0.1:4567
  logpipe sandbox serve topology.yaml --speed 20   a minute passes in three seconds
  logpipe sandbox serve topology.yaml --seed 7     with delays and refusals, the same each time";

/// Examples for the end of its help.
const RESET_EXAMPLES: &str = "\
Examples:
  logpipe sandbox reset                            forget everything
  logpipe sandbox reset -C team                    the sandbox of another folder";

/// Examples for the end of its help.
const SHOW_EXAMPLES: &str = "\
Examples:
  logpipe sandbox show                             everything, as JSON
  logpipe sandbox show | jq .accounts              the accounts in it";

/// Examples for the end of its help.
pub(crate) const SANDBOX_EXAMPLES: &str = "\
Examples:
  logpipe apply topology.yaml --sandbox --yes      run a command in it
  logpipe sandbox show                             see what is in it
  logpipe sandbox reset                            forget everything";

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Print the reference for topology files instead, in Markdown.
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
    /// The command whose page to print, such as apply or "sandbox serve"; without one, the page of logpipe itself.
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
    /// Write all pages into this folder instead: logpipe.1 and one for each command.
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
    #[command(after_help = RESET_EXAMPLES)]
    Reset,
    /// Show what is in it.
    #[command(after_help = SHOW_EXAMPLES)]
    Show,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// A topology whose accounts get the roles that logpipe assumes, with the permissions that `logpipe access` prints.
    #[arg(value_name = "TOPOLOGY", value_hint = ValueHint::FilePath)]
    pub(crate) topology: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 picks a free one and prints it.
    #[arg(long, default_value_t = 4567)]
    pub(crate) port: u16,
    /// How many simulated seconds pass in a real second.
    ///
    /// Sessions last an hour by your own clock, whatever the factor.
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = values::speed)]
    pub(crate) speed: f64,
    /// Seed for what AWS leaves to chance: delays, temporary refusals, how lists are split into pages.
    ///
    /// The same seed and the same calls give the same answers. Without a seed, everything goes as it usually does.
    /// LOGPIPE_SANDBOX_SEED does the same for --sandbox.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}
