//! Searchers of one state of an index, its files verified first.

use std::collections::BTreeSet;
use std::path::Path;

use super::Searcher;
use crate::error::Result;
use crate::index::{Index, files_of};

/// How often a state is looked for that no writer removes meanwhile.
const ATTEMPTS: usize = 16;

impl Searcher {
    /// Opens the last commit of an index after comparing the checksums of all the files that it is searched
    /// by; the articles have theirs, which are compared when they are read. It takes the time of reading the
    /// files once.
    ///
    /// # Errors
    /// As [`Searcher::open`]; [`Error::Damaged`](crate::Error::Damaged) names the file that is not what was
    /// written.
    pub fn open_verified(dir: impl AsRef<Path>) -> Result<Self> {
        Searcher::verified(&Index::open(dir.as_ref())?)
    }

    /// As [`Searcher::new`], the files compared first.
    pub(crate) fn verified(index: &Index) -> Result<Self> {
        let mut before = BTreeSet::new();
        let mut left = ATTEMPTS;
        loop {
            let searcher = Searcher::new(index)?;
            let files = files_of(searcher.engine.segment_readers().iter());
            match index.verify(&files) {
                Ok(()) => return Ok(searcher),
                // A file may be gone because a writer has merged it since.
                Err(error) if files == before || left == 0 => return Err(error),
                Err(_) => before = files,
            }
            left -= 1;
        }
    }
}
