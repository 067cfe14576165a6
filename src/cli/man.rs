//! `logpipe man`: manual pages, made from the same texts as `--help`.

use clap::CommandFactory;

use crate::exit::Exit;
use crate::topology::nearest;
use crate::ui::Console;

use super::args::{self, Arguments};
use super::error::CommandError;

pub(crate) fn run(args: &args::Man, console: &Console) -> Result<Exit, CommandError> {
    let page = match &args.command {
        None => Arguments::command(),
        Some(name) => page_of(name)?,
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut roff)
        .map_err(|source| CommandError::Io { verb: "render the manual page".to_owned(), source })?;
    console.data(String::from_utf8_lossy(&roff).trim_end());
    Ok(Exit::Done)
}

/// The command as its page shows it: under its whole name, with the options it shares.
fn page_of(name: &str) -> Result<clap::Command, CommandError> {
    let mut all = Arguments::command();
    // Gives every command its whole name and the common options.
    all.build();
    let names: Vec<&str> = all.get_subcommands().map(clap::Command::get_name).collect();
    match all.find_subcommand(name) {
        Some(command) => Ok(command.clone().display_name(format!("logpipe-{name}"))),
        None => Err(CommandError::Usage(match nearest(name, names.into_iter()) {
            Some(near) => format!("there is no command `{name}`; did you mean `{near}`?"),
            None => format!("there is no command `{name}`; `logpipe --help` lists them"),
        })),
    }
}
