//! The matches of any leaf, those that run on into later passages among them.
//!
//! A match may begin in one passage and end in a later one of the same article: positions are counted on
//! through the passages that follow. So documents are visited as candidates where every word of the leaf
//! stands in the passage or near enough in a neighbour, and the relations decide on positions.

use std::collections::BTreeMap;
use std::ops::Range;

use tantivy::{DocId, TERMINATED};

use super::Failure;
use super::ground::{Ground, Text};
use super::letters::Letters;
use super::run::Found;
use super::segment::Segment;
use super::slots::{SlotCursor, SlotTerms, Source};
use super::visitor::Visitor;
use crate::index::{PARAGRAPH, SENTENCE};
use crate::spans::{Match, Occurrence, Places, Reach, Spans};

/// With a longer reach, in words, the article is read once as a whole: passage by passage, each would be
/// read again for all those that reach into it.
const LONG_REACH: u32 = 60;

/// A leaf, opened on one segment.
pub(super) struct Stand<'a> {
    segment: &'a Segment,
    text: Text,
    docs: &'a Range<DocId>,
    spans: &'a Spans,
    slots: Vec<SlotCursor>,
    /// Slots of which at least one must stand in every match; the group with fewest documents first.
    groups: Vec<Vec<usize>>,
    bounds: Option<[SlotCursor; 2]>,
    reach: Reach,
    places: Vec<Vec<Occurrence>>,
    /// The first positions of the passages at hand.
    bases: Vec<u32>,
    /// Decides where words must be written letter for letter.
    letters: Option<Letters<'a>>,
}

impl<'a> Stand<'a> {
    pub(super) fn open(
        ground: Ground<'a>,
        spans: &'a Spans,
        terms: &[SlotTerms],
    ) -> tantivy::Result<Self> {
        let Ground { searcher, segment, text, docs } = ground;
        let open = |slot: &SlotTerms| ground.open(slot).map(SlotCursor::new);
        let slots = terms.iter().map(open).collect::<tantivy::Result<Vec<_>>>()?;
        let widths: Vec<u32> = slots.iter().map(SlotCursor::width).collect();
        // A title is one passage, one sentence and one paragraph.
        let reach = if text == Text::Title { Reach::Words(0) } else { spans.reach(&widths) };
        let bound = |term: char| {
            let slot = SlotTerms::exact(term.to_string(), None);
            Source::open(&ground, searcher.fields.bounds, &slot).map(SlotCursor::new)
        };
        let bounds = match reach {
            Reach::Bound => Some([bound(SENTENCE)?, bound(PARAGRAPH)?]),
            Reach::Words(_) => None,
        };
        let mut groups = groups(spans);
        let cost = |group: &Vec<usize>| group.iter().map(|&slot| slots[slot].cost()).sum::<usize>();
        groups.sort_by_key(cost);
        let (places, bases) = (vec![Vec::new(); slots.len()], Vec::new());
        let letters = Letters::new(searcher, segment, text, terms);
        Ok(Stand {
            segment,
            text,
            docs,
            spans,
            slots,
            groups,
            bounds,
            reach,
            places,
            bases,
            letters,
        })
    }

    /// Shows the documents with matches, in order; the matches begin in them, and their positions are counted
    /// from the first word of each.
    ///
    /// # Errors
    /// The text cannot be read, where letters decide.
    pub(super) fn each(mut self, visitor: &mut dyn Visitor) -> Result<(), Failure> {
        if self.groups.is_empty() {
            return Ok(());
        }
        match self.reach {
            Reach::Words(reach) if reach <= LONG_REACH => self.each_passage(reach, visitor),
            _ => self.each_article(visitor),
        }
    }

    /// The matches of a leaf with a reach in words that begin before one of these documents, in order, and
    /// run on into it or further.
    pub(super) fn crossing(mut self, into: &[DocId]) -> Result<Found<Vec<Match>>, Failure> {
        let Reach::Words(reach) = self.reach else { return Ok(Vec::new()) };
        let mut crossing = Vec::new();
        let mut next = 0;
        for &first in into {
            for doc in self.back(first, reach).max(next)..first {
                if self.segment.is_same_article(doc, first) {
                    let inside = self.words(doc);
                    let last = self.last_reached(doc, reach);
                    let mut crosses = self.matches_within(doc, last, inside)?;
                    crosses.retain(|found| found.end > inside);
                    if !crosses.is_empty() {
                        crossing.push((doc, crosses));
                    }
                }
                next = doc + 1;
            }
        }
        Ok(crossing)
    }

    fn each_passage(&mut self, reach: u32, visitor: &mut dyn Visitor) -> Result<(), Failure> {
        // Where any word makes a match, each begins where it stands.
        let is_one_group = self.groups.len() == 1;
        let (mut next, mut lead) = (0, self.first_from(0, self.docs.start));
        while lead < self.docs.end {
            let wanted = visitor.next(lead);
            if wanted > lead {
                lead = self.first_from(0, wanted);
                continue;
            }
            let from = if is_one_group { lead } else { self.back(lead, reach) };
            if let Some(lacking) = self.lacking(from, self.ahead(lead, reach)) {
                if lacking >= self.docs.end {
                    break;
                }
                lead = self.first_from(0, self.back(lacking, reach).max(lead + 1));
                continue;
            }
            let [first, last] = self.edges(0, lead);
            if first < reach {
                for doc in from.max(next)..lead {
                    if self.segment.is_same_article(doc, lead) && self.may_run_on(doc, reach) {
                        self.evaluate(doc, self.last_reached(doc, reach), visitor)?;
                    }
                }
            }
            // A match holds a word of the leading group: where none is near the end, none runs on.
            let runs_on = last.saturating_add(reach) >= self.words(lead)
                || self.next_lead(lead) <= self.ahead(lead, reach);
            let last = if runs_on { self.last_reached(lead, reach) } else { lead };
            if self.lacking(lead, last).is_none() {
                let wants = last > lead || visitor.wants(lead, &mut || self.most(lead));
                if wants {
                    self.evaluate(lead, last, visitor)?;
                }
            }
            next = lead + 1;
            lead = self.first_from(0, next);
        }
        Ok(())
    }

    /// Sentences and paragraphs may run on through any number of passages: the article is read whole.
    fn each_article(&mut self, visitor: &mut dyn Visitor) -> Result<(), Failure> {
        let mut lead = self.first_from(0, self.docs.start);
        while lead < self.docs.end {
            let wanted = visitor.next(lead);
            if wanted > lead {
                lead = self.first_from(0, wanted);
                continue;
            }
            let (first, last) = self.segment.article(lead);
            if self.lacking(first, last).is_none() {
                self.evaluate_article(first, last, visitor)?;
            }
            lead = self.first_from(0, last + 1);
        }
        Ok(())
    }

    /// The first document of a group from `doc` on.
    fn first_from(&mut self, group: usize, doc: DocId) -> DocId {
        let slots = &mut self.slots;
        let first = self.groups[group].iter().map(|&slot| slots[slot].first_from(doc)).min();
        first.unwrap_or(TERMINATED)
    }

    /// The first document of a group that has none between `from` and `to`.
    fn lacking(&mut self, from: DocId, to: DocId) -> Option<DocId> {
        let mut groups = 1..self.groups.len();
        groups.find_map(|group| Some(self.first_from(group, from)).filter(|&doc| doc > to))
    }

    /// The first document from which a match may run on into this one.
    fn back(&self, doc: DocId, reach: u32) -> DocId {
        let (mut from, mut left) = (doc, reach);
        while left > 0 && from > self.docs.start {
            from -= 1;
            left = left.saturating_sub(self.words(from));
        }
        from
    }

    /// The last document into which a match may run on from this one.
    fn ahead(&self, doc: DocId, reach: u32) -> DocId {
        let (mut to, mut left) = (doc, reach);
        while left > 0 && to + 1 < self.docs.end {
            to += 1;
            left = left.saturating_sub(self.words(to));
        }
        to
    }

    /// The last one of the same article.
    fn last_reached(&self, doc: DocId, reach: u32) -> DocId {
        let (mut to, end) = (doc, self.ahead(doc, reach));
        while to < end && self.segment.is_same_article(doc, to + 1) {
            to += 1;
        }
        to
    }

    /// Where the first and the last word of a group stand in a document; the last at 0 where it has none.
    fn edges(&mut self, group: usize, doc: DocId) -> [u32; 2] {
        let Stand { slots, groups, .. } = self;
        let (mut first, mut last) = (u32::MAX, 0);
        for &slot in &groups[group] {
            slots[slot].load(doc, doc);
            for (_, places) in slots[slot].read().take_while(|(read, _)| *read == doc) {
                first = places.first().map_or(first, |place| first.min(place.start));
                last = places.last().map_or(last, |place| last.max(place.start));
            }
        }
        [first, last]
    }

    /// Whether a match may begin in a document without words of the leading group and run on: with a word of
    /// another near its end.
    fn may_run_on(&mut self, doc: DocId, reach: u32) -> bool {
        let words = self.words(doc);
        (1..self.groups.len()).any(|group| {
            let [first, last] = self.edges(group, doc);
            first != u32::MAX && last.saturating_add(reach) >= words
        })
    }

    /// The most matches that a document may have by itself, whose words of the leading group are loaded. Between
    /// two words that are near each other stands no third: each is at the edge of two matches at most.
    fn most(&self, lead: DocId) -> u32 {
        if !self.spans.relates_two_words() {
            return u32::MAX;
        }
        let read = self.groups[0].iter().flat_map(|&slot| self.slots[slot].read());
        2 * read.filter(|(doc, _)| *doc == lead).map(|(_, places)| places.len() as u32).sum::<u32>()
    }

    /// The first document of the leading group after the one whose words are loaded.
    fn next_lead(&mut self, lead: DocId) -> DocId {
        let Stand { slots, groups, .. } = self;
        groups[0].iter().map(|&slot| slots[slot].after(lead)).min().unwrap_or(TERMINATED)
    }

    /// Words of a passage; all that a title may have.
    fn words(&self, doc: DocId) -> u32 {
        match self.text {
            Text::Title => u32::MAX,
            Text::Body => self.segment.words(doc),
        }
    }

    /// The matches of a whole article, dealt out to the passages that they begin in.
    fn evaluate_article(
        &mut self,
        first: DocId,
        last: DocId,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Failure> {
        let mut bases = Vec::new();
        self.fill_bases(first, last, &mut bases);
        let mut by_passage: BTreeMap<DocId, Vec<Match>> = BTreeMap::new();
        for found in self.matches_within(first, last, u32::MAX)? {
            let passage = bases.partition_point(|&base| base <= found.start) - 1;
            let moved = found.moved_back(bases[passage]);
            by_passage.entry(first + passage as u32).or_default().push(moved);
        }
        by_passage.into_iter().for_each(|(doc, matches)| visitor.found(doc, &matches));
        Ok(())
    }

    /// The first positions of the passages up to `last`, counted from the first word of `doc`.
    fn fill_bases(&self, doc: DocId, last: DocId, bases: &mut Vec<u32>) {
        bases.clear();
        bases.push(0);
        for earlier in doc..last {
            bases.push(bases[bases.len() - 1] + self.words(earlier));
        }
    }

    /// The matches that begin in `doc`; the passages up to `last` may take part.
    fn evaluate(
        &mut self,
        doc: DocId,
        last: DocId,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Failure> {
        let matches = self.matches_within(doc, last, self.words(doc))?;
        if !matches.is_empty() {
            visitor.found(doc, &matches);
        }
        Ok(())
    }

    /// The matches that begin in the first `inside` words from `doc` on, up to `last`.
    fn matches_within(
        &mut self,
        doc: DocId,
        last: DocId,
        inside: u32,
    ) -> Result<Vec<Match>, Failure> {
        let mut bases = std::mem::take(&mut self.bases);
        self.fill_bases(doc, last, &mut bases);
        let matches = self.matches_from(doc, &bases, inside);
        self.bases = bases;
        matches
    }

    /// The same, given the first positions of the passages.
    fn matches_from(
        &mut self,
        doc: DocId,
        bases: &[u32],
        inside: u32,
    ) -> Result<Vec<Match>, Failure> {
        let last = doc + bases.len() as DocId - 1;
        let end = match self.reach {
            Reach::Words(reach) => inside.saturating_add(reach),
            Reach::Bound => u32::MAX,
        };
        for (slot, places) in self.slots.iter_mut().zip(&mut self.places) {
            slot.load(doc, last);
            gather(slot, doc, bases, end, places);
        }
        let stands = |group: &Vec<usize>| group.iter().any(|&slot| !self.places[slot].is_empty());
        if !self.groups.iter().all(stands) || !self.spans.may_match(&self.places) {
            return Ok(Vec::new());
        }
        let bounds = self.gathered_bounds(doc, last, bases);
        let mut matches = Vec::new();
        // The text is read where letters still matter. Of what is near something, a word less may make
        // another match: there it always is.
        let is_near = matches!(self.spans, Spans::Near { .. } | Spans::Any(_));
        if self.letters.is_none() || !is_near {
            matches = self.matches(&bounds);
        }
        if let Some(letters) = self.letters.as_mut().filter(|_| is_near || !matches.is_empty()) {
            for (slot, places) in self.places.iter_mut().enumerate() {
                letters.keep(slot, doc, bases, places)?;
            }
            matches = self.matches(&bounds);
        }
        matches.retain(|found| found.start < inside);
        Ok(matches)
    }

    fn matches(&self, [sentences, paragraphs]: &[Vec<u32>; 2]) -> Vec<Match> {
        self.spans.matches(Places { occurrences: &self.places, sentences, paragraphs })
    }

    /// Where sentences and paragraphs begin, if that matters.
    fn gathered_bounds(&mut self, doc: DocId, last: DocId, bases: &[u32]) -> [Vec<u32>; 2] {
        let Some(bounds) = &mut self.bounds else { return [Vec::new(), Vec::new()] };
        bounds.each_mut().map(|bound| {
            bound.load(doc, last);
            let mut places = Vec::new();
            gather(bound, doc, bases, u32::MAX, &mut places);
            places.into_iter().map(|place| place.start).collect()
        })
    }
}

/// The places of a slot in the passages from `doc` on, counted through them, up to `end`.
fn gather(slot: &SlotCursor, doc: DocId, bases: &[u32], end: u32, places: &mut Vec<Occurrence>) {
    places.clear();
    for (read, here) in slot.read() {
        let Some(&base) = read.checked_sub(doc).and_then(|i| bases.get(i as usize)) else { break };
        let shifted = here
            .iter()
            .map(|place| Occurrence { start: base + place.start, end: base + place.end });
        places.extend(shifted.take_while(|place| place.start < end));
    }
}

/// Slots of which one at least must stand in a match.
fn groups(spans: &Spans) -> Vec<Vec<usize>> {
    match spans {
        Spans::Slot(slot) => vec![vec![*slot]],
        Spans::Phrase(slots) | Spans::Loose { slots, .. } => {
            slots.iter().map(|&slot| vec![slot]).collect()
        }
        Spans::Near { left, right, .. } => [groups(left), groups(right)].concat(),
        Spans::Any(each) => {
            let mut any: Vec<usize> = each.iter().flat_map(|s| groups(s).concat()).collect();
            any.sort_unstable();
            any.dedup();
            if any.is_empty() { Vec::new() } else { vec![any] }
        }
    }
}
