//! What stands in for the sandbox in a build without the feature: the same functions, which say so.

use crate::access::Wanted;
use crate::exit::Exit;
use crate::topology::Topology;
use crate::ui::Console;

use crate::cli::answer::error::CommandError;
use crate::cli::args::{Common, Sandbox};
use crate::cli::run::CommandContext;
use crate::cli::session::Session;
use crate::cli::settings::Environment;

pub(crate) fn run(_command: &Sandbox, _surroundings: CommandContext<'_>) -> Result<Exit, CommandError> {
    Err(absent())
}

/// Never runs the command: without a sandbox it would reach real accounts.
pub(crate) fn within(
    _topology: Topology,
    _console: &Console,
    _environment: &Environment,
    _common: &Common,
    _wanted: &Wanted,
    _command: impl AsyncFnOnce(&Session) -> Result<Exit, CommandError>,
) -> Result<Exit, CommandError> {
    Err(absent())
}

fn absent() -> CommandError {
    CommandError::Usage(
        "this build of logpipe has no sandbox; build it with the default features, or with --features sandbox"
            .to_owned(),
    )
}
