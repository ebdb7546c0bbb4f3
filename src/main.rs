//! The command `depeche`: arguments to the library's calls, results to standard output, the rest to
//! standard error.

mod cli;

use std::process::ExitCode;

/// A query makes many small things and drops them: this takes less of its time for it than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
