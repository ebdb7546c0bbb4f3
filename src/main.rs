//! The command `depeche`: arguments to the library's calls, results to standard output, the rest to
//! standard error.

mod cli;

use std::process::ExitCode;

// The allocator matters to indexing: many small strings of equal sizes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
