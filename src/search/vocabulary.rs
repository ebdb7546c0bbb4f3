//! The words of an index, for the queries put to it.

use tantivy::TantivyError;
use tantivy_fst::Automaton;

use super::Searcher;
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
        let mut found = self.terms_that_fold_to(folded).unwrap_or_default();
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Searcher {
    fn terms_that_fold_to(&self, folded: &str) -> Result<Vec<String>, TantivyError> {
        let mut found = Vec::new();
        for field in [self.fields.forms, self.fields.title_forms] {
            for segment in self.engine.segment_readers() {
                let inverted = segment.inverted_index(field)?;
                let mut terms = inverted.terms().search(FoldsTo(folded)).into_stream()?;
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

/// How far a word has been read.
#[derive(Clone, Copy)]
struct Read {
    /// Bytes of the folded word that it has given.
    folded: usize,
    /// The character at hand, as far as it has been read.
    bytes: [u8; 4],
    length: usize,
}

impl Automaton for FoldsTo<'_> {
    /// None: the word folds to another.
    type State = Option<Read>;

    fn start(&self) -> Self::State {
        Some(Read { folded: 0, bytes: [0; 4], length: 0 })
    }

    fn is_match(&self, state: &Self::State) -> bool {
        state.is_some_and(|read| read.length == 0 && read.folded == self.0.len())
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.is_some()
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        let Read { folded, mut bytes, length } = (*state)?;
        *bytes.get_mut(length)? = byte;
        match str::from_utf8(&bytes[..=length]) {
            Ok(character) => {
                let rest = self.0[folded..].strip_prefix(fold(character).as_str())?;
                Some(Read { folded: self.0.len() - rest.len(), bytes: [0; 4], length: 0 })
            }
            Err(_) => Some(Read { folded, bytes, length: length + 1 }),
        }
    }
}
