//! Words that must be written just so: the index forgives accents, case and signs, the text decides.

use std::ops::Range;

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::ground::Text;
use super::segment::Segment;
use super::slots::SlotTerms;
use super::{Failure, Searcher};
use crate::analysis::word_spans;
use crate::index::StoredArticle;
use crate::resolve::Writing;
use crate::spans::Occurrence;

/// Reads the words of candidate articles, the last one kept.
pub(super) struct Letters<'a> {
    searcher: &'a Searcher,
    segment: &'a Segment,
    text: Text,
    /// What each slot demands.
    demands: Vec<Option<Writing>>,
    article: Option<(u64, StoredArticle)>,
    /// The words of its passages, or of its title.
    words: FxHashMap<DocId, Vec<Range<usize>>>,
}

impl<'a> Letters<'a> {
    /// None where no slot demands anything.
    pub(super) fn new(
        searcher: &'a Searcher,
        segment: &'a Segment,
        text: Text,
        slots: &[SlotTerms],
    ) -> Option<Self> {
        let demands: Vec<_> = slots.iter().map(|slot| slot.writing.clone()).collect();
        let is_needed = demands.iter().any(Option::is_some);
        is_needed.then_some(Letters {
            searcher,
            segment,
            text,
            demands,
            article: None,
            words: FxHashMap::default(),
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
        let Some(writing) = self.demands[slot].clone() else { return Ok(()) };
        let mut kept = Vec::with_capacity(places.len());
        for place in places.drain(..) {
            let passage = bases.partition_point(|&base| base <= place.start) - 1;
            let position = place.start - bases[passage];
            let (text, word) = self.word(doc + passage as u32, position)?;
            if writing.holds(text, &word) {
                kept.push(place);
            }
        }
        *places = kept;
        Ok(())
    }

    /// The text of a document, and the word at a position of it.
    fn word(&mut self, doc: DocId, position: u32) -> Result<(&str, Range<usize>), Failure> {
        let address = self.segment.address(doc);
        if self.article.as_ref().is_none_or(|(read, _)| *read != address) {
            self.article = Some((address, self.searcher.text.article(address)?));
            self.words.clear();
        }
        let Some((_, stored)) = &self.article else { return Ok(("", 0..0)) };
        let text = self.text.of(stored, self.segment.ordinal(doc));
        let words = self.words.entry(doc).or_insert_with(|| word_spans(text).collect());
        Ok((text, words.get(position as usize).cloned().unwrap_or_default()))
    }
}
