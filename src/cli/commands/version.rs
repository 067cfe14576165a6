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

/// The commit, where the build was told: `LOGPIPE_COMMIT=$(git rev-parse HEAD) cargo build --release`.
const COMMIT: Option<&str> = option_env!("LOGPIPE_COMMIT");

/// What this was built for.
fn target() -> String {
    let library = [
        (cfg!(target_env = "musl"), "-musl"),
        (cfg!(target_env = "gnu"), "-gnu"),
        (cfg!(target_env = "msvc"), "-msvc"),
    ];
    let library = library.into_iter().find(|(is_it, _)| *is_it).map_or("", |(_, name)| name);
    format!("{}-{}{library}", std::env::consts::ARCH, std::env::consts::OS)
}

pub(crate) fn run(context: CommandContext<'_>) -> Exit {
    let features = FEATURES.iter().filter(|(_, built)| *built).map(|(name, _)| *name).collect();
    let (version, commit) = (env!("CARGO_PKG_VERSION"), COMMIT.filter(|commit| !commit.is_empty()));
    context.presenter().give(&VersionReport { version, commit, target: target(), features });
    Exit::Done
}
