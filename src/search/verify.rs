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
        let index = Index::open(dir.as_ref())?;
        let mut searchers = Searcher::several(&index, 1, true)?;
        searchers.pop().map_or_else(|| Searcher::new(&index), Ok)
    }

    /// So many searchers, their files verified where that is asked for.
    pub(crate) fn several(index: &Index, count: usize, verify: bool) -> Result<Vec<Searcher>> {
        let opened = || (0..count).map(|_| Searcher::new(index)).collect::<Result<Vec<_>>>();
        let mut before = BTreeSet::new();
        let mut left = ATTEMPTS;
        loop {
            let searchers = opened()?;
            if !verify {
                return Ok(searchers);
            }
            let segments = searchers.iter().flat_map(|searcher| searcher.engine.segment_readers());
            let files = files_of(segments);
            match index.verify(&files) {
                Ok(()) => return Ok(searchers),
                // A file may be gone because a writer has merged it since.
                Err(error) if files == before || left == 0 => return Err(error),
                Err(_) => before = files,
            }
            left -= 1;
        }
    }
}
