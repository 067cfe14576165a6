//! The `logpipe` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    logpipe::cli::main().into()
}
