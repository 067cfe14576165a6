//! The `logpipe` command.

use std::process::ExitCode;

/// A call to AWS is hundreds of small allocations; the C library's allocator took a third of a large plan's processor time
/// for them (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    logpipe::cli::main().into()
}
