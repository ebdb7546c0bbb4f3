//! The words of an index, for the queries put to it.

use tantivy::TantivyError;

use super::Searcher;
use super::automaton::{Characters, Reads};
use crate::analysis::{Vocabulary, fold};

/// What cannot be read is not known here; searching, which reads the same files, says so.
impl Vocabulary for Searcher {
    fn has(&self, term: &str) -> bool {
        self.passages_with(self.fields.forms, term)
            + self.passages_with(self.fields.title_forms, term)
            > 0
    }

    fn uses(&self, term: &str) -> u64 {
        self.passages_with(self.fields.forms, term)
    }

    fn spellings(&self, folded: &str) -> Vec<String> {
        let found = self.remembered.spellings.answer(folded, || {
            let mut found = self.terms_that_fold_to(folded)?;
            found.sort_unstable();
            found.dedup();
            Ok(found.into())
        });
        found.map(|found| found.to_vec()).unwrap_or_default()
    }
}

impl Searcher {
    fn terms_that_fold_to(&self, folded: &str) -> Result<Vec<String>, TantivyError> {
        let mut found = Vec::new();
        for field in [self.fields.forms, self.fields.title_forms] {
            for segment in self.engine.segment_readers() {
                let inverted = segment.inverted_index(field)?;
                let mut terms = inverted.terms().search(Reads(FoldsTo(folded))).into_stream()?;
                while terms.advance() {
                    found.extend(str::from_utf8(terms.key()).map(str::to_owned));
                }
            }
        }
        Ok(found)
    }
}

/// Accepts the words whose folding is this one.
struct FoldsTo<'a>(&'a str);

impl Characters for FoldsTo<'_> {
    /// Bytes of the folded word that the word has given.
    type Progress = usize;

    fn start(&self) -> usize {
        0
    }

    fn step(&self, folded: &usize, c: char) -> Option<usize> {
        let mut bytes = [0; 4];
        let rest = self.0[*folded..].strip_prefix(fold(c.encode_utf8(&mut bytes)).as_str())?;
        Some(self.0.len() - rest.len())
    }

    fn accepts(&self, folded: &usize) -> bool {
        *folded == self.0.len()
    }
}
