//! Words that must be written letter for letter: the index forgives accents and case, the text decides.

use std::ops::Range;

use tantivy::DocId;
use unicode_normalization::UnicodeNormalization;

use super::segment::Segment;
use super::slots::SlotTerms;
use super::stand::Text;
use super::{Failure, Searcher};
use crate::analysis::word_spans;
use crate::index::StoredArticle;
use crate::spans::Occurrence;

/// Reads the words of candidate articles, the last one kept.
pub(super) struct Letters<'a> {
    searcher: &'a Searcher,
    segment: &'a Segment,
    text: Text,
    /// What each slot demands.
    demands: Vec<Option<String>>,
    article: Option<(u64, StoredArticle)>,
    /// The words of one passage or title.
    words: Option<(DocId, Vec<Range<usize>>)>,
}

impl<'a> Letters<'a> {
    /// None where no slot demands anything.
    pub(super) fn new(
        searcher: &'a Searcher,
        segment: &'a Segment,
        text: Text,
        slots: &[SlotTerms],
    ) -> Option<Self> {
        let demands: Vec<_> = slots.iter().map(|slot| slot.letters.clone()).collect();
        let is_needed = demands.iter().any(Option::is_some);
        is_needed.then_some(Letters {
            searcher,
            segment,
            text,
            demands,
            article: None,
            words: None,
        })
    }

    /// Keeps the places of a slot where the text has its letters; positions are counted from the first
    /// word of `doc` on, through the passages whose first positions are `bases`.
    pub(super) fn keep(
        &mut self,
        slot: usize,
        doc: DocId,
        bases: &[u32],
        places: &mut Vec<Occurrence>,
    ) -> Result<(), Failure> {
        let Some(letters) = self.demands[slot].clone() else { return Ok(()) };
        let mut kept = Vec::with_capacity(places.len());
        for place in places.drain(..) {
            let passage = bases.partition_point(|&base| base <= place.start) - 1;
            let position = place.start - bases[passage];
            if self.word(doc + passage as u32, position)?.nfc().eq(letters.chars()) {
                kept.push(place);
            }
        }
        *places = kept;
        Ok(())
    }

    /// The word at a position of a document, as it is written.
    fn word(&mut self, doc: DocId, position: u32) -> Result<&str, Failure> {
        let address = self.segment.address(doc);
        if self.article.as_ref().is_none_or(|(read, _)| *read != address) {
            self.article = Some((address, self.searcher.text.article(address)?));
            self.words = None;
        }
        let Some((_, stored)) = &self.article else { return Ok("") };
        let text = match self.text {
            Text::Title => stored.article.title.as_deref().unwrap_or(""),
            Text::Body => {
                let span = stored.passages.get(self.segment.ordinal(doc)).cloned();
                &stored.article.body[span.unwrap_or_default()]
            }
        };
        if self.words.as_ref().is_none_or(|(read, _)| *read != doc) {
            self.words = Some((doc, word_spans(text).collect()));
        }
        let words = self.words.as_ref().map_or(&[][..], |(_, words)| words);
        Ok(words.get(position as usize).map_or("", |word| &text[word.clone()]))
    }
}
