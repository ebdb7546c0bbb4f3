//! Truncated words and typing errors: the words of the index that they stand for.

use std::collections::BTreeSet;

use tantivy::TantivyError;
use tantivy::schema::Field;
use tantivy_fst::Automaton;

use super::Searcher;
use crate::error::Result;
use crate::pattern::{Pattern, Progress, is_word};
use crate::query::Query;
use crate::resolve::{Slot, Test};

/// Words that one pattern may stand for. More are refused, never cut off.
pub const MAX_EXPANSIONS: usize = 10_000;

/// A truncated or mistyped word of a query, and how many words it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruncatedWord {
    /// As it was typed: `invest*`, `mot~1`.
    pub word: String,
    /// Words of the index.
    pub words: usize,
}

impl Searcher {
    /// The truncated and mistyped words of a query, in order, with how many words of the index each stands
    /// for.
    ///
    /// # Errors
    /// The index is damaged or cannot be read.
    pub fn truncated_words(&self, query: &Query) -> Result<Vec<TruncatedWord>> {
        let resolved = self.reader(false).read(query);
        let slots = resolved.leaves().into_iter().flat_map(|leaf| &leaf.slots);
        let count = |slot: &Slot| match &slot.test {
            Test::Like(pattern) => {
                let words = self.expansions(pattern).map(|words| words.len());
                Some(words.map(|words| TruncatedWord { word: slot.typed.clone(), words }))
            }
            _ => None,
        };
        slots.filter_map(count).collect::<Result<_, _>>().map_err(|e| self.error(e.into()))
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

/// Reads the bytes of a dictionary for a pattern of characters.
struct Reads<'a>(&'a Pattern);

/// How far a word has been read: whole characters, then the bytes of the one at hand.
#[derive(Clone)]
struct Read {
    progress: Progress,
    bytes: [u8; 4],
    length: usize,
}

impl Automaton for Reads<'_> {
    /// None: no word that begins so is meant.
    type State = Option<Read>;

    fn start(&self) -> Self::State {
        Some(Read { progress: self.0.start(), bytes: [0; 4], length: 0 })
    }

    fn is_match(&self, state: &Self::State) -> bool {
        state.as_ref().is_some_and(|read| read.length == 0 && self.0.accepts(&read.progress))
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.is_some()
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        let Read { progress, mut bytes, length } = state.clone()?;
        *bytes.get_mut(length)? = byte;
        match str::from_utf8(&bytes[..=length]) {
            Ok(character) => {
                let progress = self.0.step(&progress, character.chars().next()?)?;
                Some(Read { progress, bytes: [0; 4], length: 0 })
            }
            Err(_) => Some(Read { progress, bytes, length: length + 1 }),
        }
    }
}
