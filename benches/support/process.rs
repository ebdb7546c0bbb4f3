//! Benches that run themselves again, as processes of their own.

use std::path::PathBuf;
use std::process::Command;

use super::{CORPUS, path};

/// Runs what this process was started for as a child, if it was.
pub(crate) fn run_as_child(run: impl FnOnce(&[&str])) -> bool {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.split_first() {
        Some((&"child", rest)) => {
            run(rest);
            true
        }
        _ => false,
    }
}

/// This very program, to be started as a child on the same text.
pub(crate) fn child(arguments: &[&str]) -> Command {
    let this = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new(this);
    command.arg("child").args(arguments).env(CORPUS, path());
    command
}

/// What a program prints; it must succeed, which finding nothing is too.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{command:?}: {}\n{told}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn text(path: PathBuf) -> String {
    path.to_string_lossy().into_owned()
}
