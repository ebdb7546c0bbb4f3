//! Phrases inside passages: documents first, then positions from the rarest word on.

use std::ops::Range;

use tantivy::{DocId, TERMINATED};

use super::run::Found;
use super::slots::Source;
use super::visitor::Visitor;
use crate::spans::{Match, Occurrence, Places, Spans};

/// Phrases inside passages: documents first, then positions from the rarest word on.
pub(super) struct Adjacent {
    /// In the order of the phrase.
    sources: Vec<Source>,
    /// The slots, the one with fewest documents first.
    order: Vec<usize>,
    spans: Spans,
    /// Where phrases end: the position of the last word.
    ends: Vec<u32>,
    positions: Vec<u32>,
    places: Vec<Vec<Occurrence>>,
}

impl Adjacent {
    pub(super) fn new(sources: Vec<Source>) -> Self {
        let mut order: Vec<usize> = (0..sources.len()).collect();
        order.sort_by_key(|&slot| sources[slot].cost());
        let spans = Spans::Phrase((0..sources.len()).collect());
        let places = vec![Vec::new(); sources.len()];
        let (ends, positions) = (Vec::new(), Vec::new());
        Adjacent { sources, order, spans, ends, positions, places }
    }

    /// Shows the documents with matches, those that cross into the next passage among them.
    pub(super) fn each(
        mut self,
        docs: &Range<DocId>,
        crossing: Found<Vec<Match>>,
        visitor: &mut dyn Visitor,
    ) {
        let mut crossing = crossing.into_iter().peekable();
        let mut matches = Vec::new();
        let mut doc = self.from(docs.start);
        while doc < docs.end {
            let next = visitor.next(doc);
            if next > doc {
                doc = if next < docs.end { self.from(next) } else { break };
                continue;
            }
            matches.clear();
            while let Some((earlier, crosses)) = crossing.next_if(|(d, _)| *d < doc) {
                visitor.found(earlier, &crosses);
            }
            let crosses = crossing.peek().is_some_and(|(d, _)| *d == doc);
            if crosses || visitor.wants(doc, &mut || self.most(doc)) {
                self.add_matches(doc, &mut matches);
            }
            let here = crossing.next_if(|(d, _)| *d == doc);
            matches.extend(here.into_iter().flat_map(|(_, crosses)| crosses));
            if !matches.is_empty() {
                visitor.found(doc, &matches);
            }
            doc = self.after(doc);
        }
        crossing.for_each(|(doc, crosses)| visitor.found(doc, &crosses));
    }

    /// The most matches that a document may have, where the words stand now.
    fn most(&mut self, doc: DocId) -> u32 {
        // Of wide words, one may begin several matches.
        if !self.sources.iter_mut().all(|source| source.is_narrow(doc)) {
            return u32::MAX;
        }
        self.sources.iter().map(|source| source.count(doc)).min().unwrap_or(0)
    }

    /// The first document from `doc` on that holds all words.
    fn from(&mut self, doc: DocId) -> DocId {
        let doc = self.sources[self.order[0]].seek(doc);
        self.with_all(doc)
    }

    /// The first document after `doc`, where the words stand now, that holds all of them.
    fn after(&mut self, doc: DocId) -> DocId {
        let doc = self.sources[self.order[0]].after(doc);
        self.with_all(doc)
    }

    /// The same from a document of the rarest word on.
    fn with_all(&mut self, mut doc: DocId) -> DocId {
        let Adjacent { sources, order, .. } = self;
        'documents: while doc != TERMINATED {
            for &slot in &order[1..] {
                let next = sources[slot].seek(doc);
                if next > doc {
                    doc = sources[order[0]].seek(next);
                    continue 'documents;
                }
            }
            break;
        }
        doc
    }

    fn add_matches(&mut self, doc: DocId, matches: &mut Vec<Match>) {
        let Adjacent { sources, order, spans, ends, positions, places } = self;
        if !sources.iter_mut().all(|source| source.is_narrow(doc)) {
            for (source, places) in sources.iter_mut().zip(&mut *places) {
                places.clear();
                source.read(doc, positions, places);
            }
            matches.extend(spans.matches(Places {
                occurrences: places,
                sentences: &[],
                paragraphs: &[],
            }));
            return;
        }
        // Each word's positions are moved to where a phrase with it there would end.
        let last = sources.len() - 1;
        let moved = |slot: usize| (last - slot) as u32;
        sources[order[0]].positions(doc, moved(order[0]), ends);
        for &slot in &order[1..] {
            if ends.is_empty() {
                return;
            }
            sources[slot].positions(doc, moved(slot), positions);
            keep_common(ends, positions);
        }
        // The first word, moved so far, is among those that they have in common.
        let last = last as u32;
        matches.extend(ends.iter().map(|&end| Match::whole(end - last, end + 1)));
    }
}

/// Keeps the numbers that the other list has too; both are sorted, each number once.
fn keep_common(numbers: &mut Vec<u32>, others: &[u32]) {
    let (mut kept, mut left, mut right) = (0, 0, 0);
    while left < numbers.len() && right < others.len() {
        let (number, other) = (numbers[left], others[right]);
        numbers[kept] = number;
        kept += usize::from(number == other);
        left += usize::from(number <= other);
        right += usize::from(other <= number);
    }
    numbers.truncate(kept);
}
