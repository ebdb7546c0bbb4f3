//! What the `.depecheignore` of a folder leaves out, in the syntax of `.gitignore`.
//!
//! They are read here, not by the walk: that one waits for a pipe of this name, reads a device until the
//! memory is full, and passes over in silence what it does not understand.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustc_hash::FxHashMap;

use super::formats::lossy_name;
use super::skip::{IgnoreFault, SkipReason};

/// Its name.
pub(super) const FILE: &str = ".depecheignore";
/// A larger one is something else.
const LONGEST: u64 = 64 << 10;

/// The patterns of the folders entered on a walk.
pub(super) struct Ignored {
    root: PathBuf,
    /// Those of folders that have any.
    patterns: FxHashMap<PathBuf, Gitignore>,
}

impl Ignored {
    pub(super) fn new(root: &Path) -> Self {
        Ignored { root: root.to_owned(), patterns: FxHashMap::default() }
    }

    /// Reads the patterns of a folder before anything in it is read.
    ///
    /// # Errors
    /// They cannot be read, or one is none.
    pub(super) fn enter(&mut self, folder: &Path) -> Result<(), SkipReason> {
        let text = match read(&folder.join(FILE)) {
            Ok(None) => return Ok(()),
            Ok(Some(text)) => text,
            Err(fault) => return Err(fault.into()),
        };
        self.patterns.insert(folder.to_owned(), parse(folder, &text)?);
        Ok(())
    }

    /// Whether a path is left out: the nearest folder that has a pattern for it decides. What is hidden is,
    /// unless a pattern takes it in.
    pub(super) fn leaves_out(&self, path: &Path, is_dir: bool) -> bool {
        for folder in path.ancestors().skip(1) {
            let patterns = self.patterns.get(folder);
            match patterns.map_or(Match::None, |patterns| patterns.matched(path, is_dir)) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None if folder == self.root => break,
                Match::None => {}
            }
        }
        lossy_name(path).starts_with('.')
    }
}

/// The text of a file of patterns; none where there is no such file.
fn read(path: &Path) -> Result<Option<String>, IgnoreFault> {
    let unreadable = |error: io::Error| IgnoreFault::Io(error.into());
    // Not of what a link leads to: one that leads nowhere is to be told. Of a folder that nobody may enter the
    // walk tells, and nothing in it can be read.
    let is_absent = [io::ErrorKind::NotFound, io::ErrorKind::PermissionDenied];
    if path.symlink_metadata().is_err_and(|error| is_absent.contains(&error.kind())) {
        return Ok(None);
    }
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(IgnoreFault::NotAFile);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LONGEST {
        return Err(IgnoreFault::TooLarge { limit: LONGEST });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            Err(IgnoreFault::NotText { line: line_after(before) })
        }
    }
}

/// The line in which what follows some bytes stands, from 1.
fn line_after(before: &[u8]) -> u64 {
    1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64
}

fn parse(folder: &Path, text: &str) -> Result<Gitignore, IgnoreFault> {
    let mut builder = GitignoreBuilder::new(folder);
    // `[` alone would be taken for a letter.
    builder.allow_unclosed_class(false);
    for (line, pattern) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let is_pattern = builder.add_line(None, pattern).is_ok();
        if !is_pattern {
            return Err(IgnoreFault::Pattern { line, pattern: super::skip::one_line(pattern) });
        }
    }
    // Each pattern is good; all together may still be too many for one automaton.
    builder.build().map_err(|_| IgnoreFault::TooMany)
}
