//! `logpipe completions`: the script by which a shell asks logpipe itself for commands, flags and values.

use clap_complete::env::Shells;

use crate::exit::Exit;
use crate::ui::Console;

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::candidates::VARIABLE;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe completions bash > ~/.local/share/bash-completion/completions/logpipe
  logpipe completions zsh > \"${fpath[1]}/_logpipe\"
  logpipe completions fish > ~/.config/fish/completions/logpipe.fish
  logpipe completions powershell >> $PROFILE";

pub(crate) fn run(args: &args::Completions, console: &Console) -> Result<Exit, CommandError> {
    let shell = args.shell.to_string();
    let shells = Shells::builtins();
    let Some(completer) = shells.completer(&shell) else {
        return Err(CommandError::Usage(format!("there is no completion script for {shell}")));
    };
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, "logpipe", "logpipe", "logpipe", &mut script)
        .map_err(|source| CommandError::Io { verb: "write the completion script".to_owned(), source })?;
    console.data(String::from_utf8_lossy(&script).trim_end());
    Ok(Exit::Done)
}
