//! Truncated words and typing errors: the words of the index that they stand for.

use tantivy::postings::TermInfo;
use tantivy::{InvertedIndexReader, TantivyError};

use super::Searcher;
use super::automaton::{Characters, Reads};
use super::ground::Text;
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
                let words = self.expansion(pattern).map_err(|e| self.error(e.into()))?.0.len();
                truncated.push(TruncatedWord { word: typed.clone(), words });
            }
        }
        Ok(truncated)
    }

    /// The folded words of the index, in titles and bodies, that a pattern stands for, sorted and each once; and
    /// where they stand.
    pub(super) fn expansion(
        &self,
        pattern: &Pattern,
    ) -> Result<(Vec<String>, Expansion), TantivyError> {
        let mut found = Vec::new();
        for (text, field) in
            [(Text::Body, self.fields.exact), (Text::Title, self.fields.title_exact)]
        {
            for segment in &self.segments {
                let inverted = segment.reader.inverted_index(field)?;
                each_word(&inverted, pattern, &mut |word, info| {
                    let (word, info) = (word.to_owned(), info.clone());
                    found.push(FoundWord { word, text, segment: segment.number, info });
                })?;
            }
        }
        Ok(Expansion::new(found, self.segments.len()))
    }
}

/// Calls for the words of a dictionary that a pattern stands for, in order.
fn each_word(
    inverted: &InvertedIndexReader,
    pattern: &Pattern,
    call: &mut dyn FnMut(&str, &TermInfo),
) -> Result<(), TantivyError> {
    let mut call = |key: &[u8], info: &TermInfo| {
        if let Some(word) = str::from_utf8(key).ok().filter(|term| is_word(term)) {
            call(word, info);
        }
    };
    match pattern.beginning() {
        // That stretch of the dictionary, without reading it letter by letter.
        Some(beginning) => {
            let mut terms = inverted.terms().range().ge(&beginning).into_stream()?;
            while terms.advance() && terms.key().starts_with(beginning.as_bytes()) {
                call(terms.key(), terms.value());
            }
        }
        None => {
            let mut terms = inverted.terms().search(Reads(pattern)).into_stream()?;
            while terms.advance() {
                call(terms.key(), terms.value());
            }
        }
    }
    Ok(())
}

/// Where the words that a pattern stands for are: in bodies and in titles, by segment, each with the number of its
/// word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expansion {
    bodies: Vec<Vec<(usize, TermInfo)>>,
    titles: Vec<Vec<(usize, TermInfo)>>,
}

/// A word in one text of one segment.
struct FoundWord {
    word: String,
    text: Text,
    segment: usize,
    info: TermInfo,
}

impl Expansion {
    fn new(mut found: Vec<FoundWord>, segments: usize) -> (Vec<String>, Self) {
        // They come sorted, one list after the other.
        found.sort_by(|a, b| a.word.cmp(&b.word));
        let none = || vec![Vec::new(); segments];
        let (mut words, mut bodies, mut titles) = (Vec::new(), none(), none());
        for FoundWord { word, text, segment, info } in found {
            if words.last() != Some(&word) {
                words.push(word);
            }
            let of_text = if text == Text::Body { &mut bodies } else { &mut titles };
            of_text[segment].push((words.len() - 1, info));
        }
        (words, Expansion { bodies, titles })
    }

    /// In one text, by segment.
    pub(super) fn of(&self, text: Text) -> &[Vec<(usize, TermInfo)>] {
        match text {
            Text::Body => &self.bodies,
            Text::Title => &self.titles,
        }
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
