//! The command `depeche`: arguments to the library's calls, results to standard output, the rest to
//! standard error.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
