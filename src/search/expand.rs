//! Truncated words and typing errors: the words of the index that they stand for.

use std::collections::BTreeSet;

use tantivy::TantivyError;
use tantivy::schema::Field;

use super::Searcher;
use super::automaton::{Characters, Reads};
use crate::error::Result;
use crate::pattern::{Pattern, Progress, is_word};
use crate::query::Query;
use crate::resolve::{Slot, Test};

/// Words that one pattern may stand for. More are refused, never cut off.
pub const MAX_EXPANSIONS: usize = 10_000;

/// Words that all patterns of a query may stand for together.
pub const MAX_EXPANSIONS_IN_ALL: usize = 30_000;

/// A truncated or mistyped word of a query, and how many words it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruncatedWord {
    /// As it was typed: `invest*`, `mot~1`.
    pub word: String,
    /// Words of the index.
    pub words: usize,
}

impl Searcher {
    /// The truncated and mistyped words of a query, in order and each once, with how many words of the
    /// index each stands for.
    ///
    /// # Errors
    /// The index is damaged or cannot be read.
    pub fn truncated_words(&self, query: &Query) -> Result<Vec<TruncatedWord>> {
        self.caught(|| self.truncated(query))
    }

    fn truncated(&self, query: &Query) -> Result<Vec<TruncatedWord>> {
        let resolved = self.reader(false).read(query);
        let slots = resolved.leaves().into_iter().flat_map(|leaf| &leaf.slots);
        let mut truncated: Vec<TruncatedWord> = Vec::new();
        for Slot { typed, test, .. } in slots {
            let Test::Like(pattern) = test else { continue };
            if truncated.iter().all(|known| known.word != *typed) {
                let words = self.expansions(pattern).map_err(|e| self.error(e.into()))?.len();
                truncated.push(TruncatedWord { word: typed.clone(), words });
            }
        }
        Ok(truncated)
    }

    /// The folded words of the index, in titles and bodies, that a pattern stands for, sorted.
    pub(super) fn expansions(&self, pattern: &Pattern) -> Result<Vec<String>, TantivyError> {
        let mut found = BTreeSet::new();
        for field in [self.fields.exact, self.fields.title_exact] {
            self.add_expansions(field, pattern, &mut found)?;
        }
        Ok(found.into_iter().collect())
    }

    fn add_expansions(
        &self,
        field: Field,
        pattern: &Pattern,
        found: &mut BTreeSet<String>,
    ) -> Result<(), TantivyError> {
        for segment in self.engine.segment_readers() {
            let inverted = segment.inverted_index(field)?;
            let mut terms = inverted.terms().search(Reads(pattern)).into_stream()?;
            while terms.advance() {
                let word = str::from_utf8(terms.key()).ok().filter(|term| is_word(term));
                found.extend(word.map(str::to_owned));
            }
        }
        Ok(())
    }
}

impl Characters for &Pattern {
    type Progress = Progress;

    fn start(&self) -> Progress {
        Pattern::start(self)
    }

    fn step(&self, at: &Progress, c: char) -> Option<Progress> {
        Pattern::step(self, at, c)
    }

    fn accepts(&self, at: &Progress) -> bool {
        Pattern::accepts(self, at)
    }
}
