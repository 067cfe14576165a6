//! `logpipe completions`: the script that makes a shell complete commands, flags and topology files.

use clap::CommandFactory;

use crate::exit::Exit;
use crate::ui::Console;

use super::args::{self, Arguments};
use super::error::CommandError;

pub(crate) fn run(args: &args::Completions, console: &Console) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "logpipe", &mut script);
    console.data(String::from_utf8_lossy(&script).trim_end());
    Ok(Exit::Done)
}
