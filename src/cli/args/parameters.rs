//! What was typed of a command's options, read from what clap understood.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

/// An option as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    /// The name clap knows it by.
    pub(crate) id: String,
    /// Its words, each value behind the long flag.
    pub(crate) words: Vec<String>,
}

/// The options of a command that were typed, in the order of its help. Positional values are none.
pub(crate) fn given(command: &Command, matches: &ArgMatches) -> Vec<Given> {
    let typed = |argument: &&Arg| {
        let id = argument.get_id().as_str();
        matches!(matches.try_contains_id(id), Ok(true))
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    command.get_arguments().filter(typed).filter_map(|argument| one(argument, matches)).collect()
}

fn one(argument: &Arg, matches: &ArgMatches) -> Option<Given> {
    let flag = format!("--{}", argument.get_long()?);
    let id = argument.get_id().as_str();
    // The topology is a place and no setting.
    if id == "file" {
        return None;
    }
    let words = if argument.get_action().takes_values() {
        let values = matches.get_raw(id)?.map(|value| value.to_string_lossy().into_owned());
        values.flat_map(|value| [flag.clone(), value]).collect()
    } else {
        vec![flag]
    };
    Some(Given { id: id.to_owned(), words })
}
