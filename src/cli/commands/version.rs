//! `logpipe version`: which logpipe this is, and what it was built with.

use crate::exit::Exit;
use crate::ui::VersionReport;

use crate::cli::run::CommandContext;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe version                                  the version, and what this build can do
  logpipe version --json | jq -r .version";

/// Parts that a build can go without.
const FEATURES: [(&str, bool); 2] = [("sandbox", cfg!(feature = "sandbox")), ("ec2", cfg!(feature = "ec2"))];

pub(crate) fn run(context: CommandContext<'_>) -> Exit {
    let features = FEATURES.iter().filter(|(_, built)| *built).map(|(name, _)| *name).collect();
    context.presenter().give(&VersionReport { version: env!("CARGO_PKG_VERSION"), features });
    Exit::Done
}
