//! The command line: settings in, one verb called, its result rendered, an exit code out.

mod answer;
mod args;
mod asking;
mod candidates;
mod command;
mod command_line;
mod commands;
mod input;
mod record;
mod run;
mod session;
mod settings;
mod signals;

pub use run::{main, run};
pub use settings::Environment;
