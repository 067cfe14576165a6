//! `logpipe version`: which logpipe this is, and what it was built with.

use crate::exit::Exit;
use crate::ui::{Console, version_json, version_text};

use super::args::Common;

/// How it is used, at the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe version                                  the version, and what this build can do
  logpipe version --json | jq -r .version";

/// Parts that a build can go without.
const FEATURES: [(&str, bool); 2] = [("sandbox", cfg!(feature = "sandbox")), ("ec2", cfg!(feature = "ec2"))];

pub(crate) fn run(console: &Console, common: &Common) -> Exit {
    let version = env!("CARGO_PKG_VERSION");
    let features: Vec<&str> = FEATURES.iter().filter(|(_, built)| *built).map(|(name, _)| *name).collect();
    if common.json() {
        console.data(&version_json(version, &features).to_string());
    } else {
        console.data(&version_text(version, &features));
    }
    Exit::Done
}
