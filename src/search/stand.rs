//! Where a leaf of a query stands: the documents of a segment, and its matches in each.
//!
//! A match may begin in one passage and end in a later one of the same article: positions are counted on
//! through the passages that follow. So documents are visited as candidates where every word of the leaf
//! stands in the passage or near enough in a neighbour, and the relations decide on positions.

use std::collections::BTreeMap;

use tantivy::schema::Field;
use tantivy::{DocId, TERMINATED, Term};

use super::letters::Letters;
use super::plan::holders;
use super::segment::Segment;
use super::slots::{SlotCursor, SlotTerms, Source};
use super::{Failure, Searcher};
use crate::index::{FIRST, PARAGRAPH, SENTENCE};
use crate::spans::{Match, Occurrence, Places, Reach, Spans};

/// Passages that a reach in words may span at most: text is cut into longer ones, a page of signs aside.
const MOST_PASSAGES: u32 = 64;

/// Which text of the articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Title,
    Body,
}

/// Where a leaf is looked for: one text of the articles of one segment.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) segment: &'a Segment,
    pub(super) text: Text,
}

impl Ground<'_> {
    fn field(&self, slot: &SlotTerms) -> Field {
        let fields = &self.searcher.fields;
        match (self.text, slot.of_forms) {
            (Text::Body, false) => fields.exact,
            (Text::Body, true) => fields.forms,
            (Text::Title, false) => fields.title_exact,
            (Text::Title, true) => fields.title_forms,
        }
    }

    /// Calls for every document with matches of a leaf, in order; the matches begin in it, and their
    /// positions are counted from its first word.
    ///
    /// # Errors
    /// The text cannot be read, where letters decide.
    pub(super) fn each_match(
        self,
        spans: &Spans,
        terms: &[SlotTerms],
        found: &mut dyn FnMut(DocId, &[Match]),
    ) -> Result<(), Failure> {
        let slots = match spans {
            Spans::Slot(slot) => vec![*slot],
            Spans::Phrase(slots) => slots.clone(),
            _ => return Stand::open(self, spans, terms)?.each(found),
        };
        if slots.iter().any(|&slot| terms[slot].writing.is_some()) {
            return Stand::open(self, spans, terms)?.each(found);
        }
        let open = |&slot: &usize| {
            Source::open(&self.segment.reader, self.field(&terms[slot]), &terms[slot])
        };
        let sources = slots.iter().map(open).collect::<tantivy::Result<Vec<_>>>()?;
        let crossing = match self.text {
            Text::Title => Vec::new(),
            Text::Body => {
                let rarest = (0..slots.len()).min_by_key(|&i| sources[i].cost()).unwrap_or(0);
                self.crossing(&slots, slots[rarest], (spans, terms))?
            }
        };
        Adjacent::new(sources).each(crossing, found);
        Ok(())
    }

    /// The matches of a phrase that begin in one passage and end in a later one: of two of its words in a
    /// row one then is the last of a passage and the other the first of the next that has any.
    fn crossing(
        &self,
        slots: &[usize],
        rarest: usize,
        (spans, terms): (&Spans, &[SlotTerms]),
    ) -> Result<Vec<(DocId, Vec<Match>)>, Failure> {
        let Reach::Words(reach) = spans.reach() else { return Ok(Vec::new()) };
        let is_long = |doc: DocId| self.segment.words(doc) >= reach;
        let mut firsts = Vec::new();
        for pair in slots.windows(2) {
            let first = self.beginning_with(&terms[pair[1]])?;
            if first.is_empty() {
                continue;
            }
            let open = |slot: usize| {
                Source::open(&self.segment.reader, self.field(&terms[slot]), &terms[slot])
            };
            let (mut positions, mut places) = (Vec::new(), Vec::new());
            // Most of them are told by the rarest word, which must stand near.
            let (mut rare, mut before) = (open(rarest)?, open(pair[0])?);
            firsts.extend(first.into_iter().filter(|&doc| {
                let Some(ends) = doc.checked_sub(1) else { return false };
                let far = if is_long(doc) && is_long(ends) { 0 } else { MOST_PASSAGES };
                if rare.seek(ends.saturating_sub(far)) > doc + far {
                    return false;
                }
                let count = self.segment.words(ends);
                places.clear();
                if before.seek(ends) == ends {
                    before.read(ends, &mut positions, &mut places);
                }
                // A passage without words ends nothing: what stands before it counts.
                count == 0 || places.iter().rev().any(|place| place.end == count)
            }));
        }
        if firsts.is_empty() {
            return Ok(Vec::new());
        }
        firsts.sort_unstable();
        firsts.dedup();
        let mut stand = Stand::open(*self, spans, terms)?;
        let mut crossing = Vec::new();
        let mut next = 0;
        for first in firsts {
            for doc in stand.back(first, reach).max(next)..first {
                if self.segment.is_same_article(doc, first) {
                    let inside = stand.words(doc);
                    let last = stand.last_reached(doc, reach);
                    stand.evaluate(doc, last, &mut |doc, matches| {
                        let crosses = matches.iter().filter(|found| found.end > inside);
                        let crosses: Vec<Match> = crosses.cloned().collect();
                        if !crosses.is_empty() {
                            crossing.push((doc, crosses));
                        }
                    })?;
                }
                next = doc + 1;
            }
        }
        Ok(crossing)
    }

    /// The documents whose first word stands for a slot, in order.
    fn beginning_with(&self, slot: &SlotTerms) -> tantivy::Result<Vec<DocId>> {
        let mut docs = Vec::new();
        for word in &slot.terms {
            let term = Term::from_field_text(self.field(slot), &format!("{FIRST}{word}"));
            docs.extend(holders(&self.segment.reader, &term)?);
        }
        docs.sort_unstable();
        Ok(docs)
    }
}

/// Phrases inside passages: documents first, then positions from the rarest word on.
struct Adjacent {
    /// In the order of the phrase.
    sources: Vec<Source>,
    /// The slots, the one with fewest documents first.
    order: Vec<usize>,
    /// Whether every word is one position.
    is_narrow: bool,
    spans: Spans,
    starts: Vec<u32>,
    positions: Vec<u32>,
    places: Vec<Vec<Occurrence>>,
}

impl Adjacent {
    fn new(sources: Vec<Source>) -> Self {
        let mut order: Vec<usize> = (0..sources.len()).collect();
        order.sort_by_key(|&slot| sources[slot].cost());
        let is_narrow = sources.iter().all(Source::is_narrow);
        let spans = Spans::Phrase((0..sources.len()).collect());
        let places = vec![Vec::new(); sources.len()];
        let (starts, positions) = (Vec::new(), Vec::new());
        Adjacent { sources, order, is_narrow, spans, starts, positions, places }
    }

    /// Calls for every document with matches, those that cross into the next passage among them.
    fn each(mut self, crossing: Vec<(DocId, Vec<Match>)>, found: &mut dyn FnMut(DocId, &[Match])) {
        let mut crossing = crossing.into_iter().peekable();
        let mut matches = Vec::new();
        let mut doc = self.next(0);
        while doc != TERMINATED {
            matches.clear();
            self.add_matches(doc, &mut matches);
            if !matches.is_empty() {
                while let Some((earlier, crosses)) = crossing.next_if(|(d, _)| *d < doc) {
                    found(earlier, &crosses);
                }
                let here = crossing.next_if(|(d, _)| *d == doc);
                matches.extend(here.into_iter().flat_map(|(_, crosses)| crosses));
                found(doc, &matches);
            }
            doc = self.next(doc + 1);
        }
        crossing.for_each(|(doc, crosses)| found(doc, &crosses));
    }

    /// The first document from `doc` on that holds all words.
    fn next(&mut self, doc: DocId) -> DocId {
        let Adjacent { sources, order, .. } = self;
        let mut doc = sources[order[0]].seek(doc);
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
        let Adjacent { sources, order, is_narrow, spans, starts, positions, places } = self;
        if !*is_narrow {
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
        sources[order[0]].positions(doc, starts);
        from_slot(starts, order[0] as u32);
        for &slot in &order[1..] {
            if starts.is_empty() {
                return;
            }
            sources[slot].positions(doc, positions);
            keep_followed(starts, positions, slot as u32);
        }
        let length = sources.len() as u32;
        matches.extend(starts.iter().map(|&start| Match::whole(start, start + length)));
    }
}

/// Where phrases begin whose word number `slot` stands at these positions.
fn from_slot(positions: &mut Vec<u32>, slot: u32) {
    positions.retain_mut(|position| {
        let is_inside = *position >= slot;
        *position = position.saturating_sub(slot);
        is_inside
    });
}

/// Keeps the starts whose word number `slot` stands at one of these positions; both are sorted.
fn keep_followed(starts: &mut Vec<u32>, positions: &[u32], slot: u32) {
    let mut at = 0;
    starts.retain(|start| {
        while positions.get(at).is_some_and(|&position| position < start + slot) {
            at += 1;
        }
        positions.get(at) == Some(&(start + slot))
    });
}

/// A leaf, opened on one segment.
struct Stand<'a> {
    segment: &'a Segment,
    text: Text,
    spans: &'a Spans,
    slots: Vec<SlotCursor>,
    /// Slots of which at least one must stand in every match; the group with fewest documents first.
    groups: Vec<Vec<usize>>,
    bounds: Option<[SlotCursor; 2]>,
    reach: Reach,
    places: Vec<Vec<Occurrence>>,
    /// Decides where words must be written letter for letter.
    letters: Option<Letters<'a>>,
}

impl<'a> Stand<'a> {
    fn open(ground: Ground<'a>, spans: &'a Spans, terms: &[SlotTerms]) -> tantivy::Result<Self> {
        let Ground { searcher, segment, text } = ground;
        let open = |slot: &SlotTerms| SlotCursor::open(&segment.reader, ground.field(slot), slot);
        let slots = terms.iter().map(open).collect::<tantivy::Result<Vec<_>>>()?;
        // A title is one passage, one sentence and one paragraph.
        let reach = if text == Text::Title { Reach::Words(0) } else { spans.reach() };
        let bound = |term: char| {
            let slot = SlotTerms { terms: vec![term.to_string()], of_forms: false, writing: None };
            SlotCursor::open(&segment.reader, searcher.fields.bounds, &slot)
        };
        let bounds = match reach {
            Reach::Bound => Some([bound(SENTENCE)?, bound(PARAGRAPH)?]),
            Reach::Words(_) => None,
        };
        let mut groups = groups(spans);
        let cost = |group: &Vec<usize>| group.iter().map(|&slot| slots[slot].cost()).sum::<usize>();
        groups.sort_by_key(cost);
        let places = vec![Vec::new(); slots.len()];
        let letters = Letters::new(searcher, segment, text, terms);
        Ok(Stand { segment, text, spans, slots, groups, bounds, reach, places, letters })
    }

    /// Calls for every document with matches, in order; the matches begin in it, and their positions are
    /// counted from its first word.
    ///
    /// # Errors
    /// The text cannot be read, where letters decide.
    pub(super) fn each(mut self, found: &mut dyn FnMut(DocId, &[Match])) -> Result<(), Failure> {
        if self.groups.is_empty() {
            return Ok(());
        }
        match self.reach {
            Reach::Words(reach) => self.each_passage(reach, found),
            Reach::Bound => self.each_article(found),
        }
    }

    fn each_passage(
        &mut self,
        reach: u32,
        found: &mut dyn FnMut(DocId, &[Match]),
    ) -> Result<(), Failure> {
        // Where any word makes a match, each begins where it stands.
        let is_one_group = self.groups.len() == 1;
        let (mut next, mut lead) = (0, self.first_from(0, 0));
        while lead != TERMINATED {
            let from = if is_one_group { lead } else { self.back(lead, reach) };
            if let Some(lacking) = self.lacking(from, self.ahead(lead, reach)) {
                lead = self.first_from(0, lacking.saturating_sub(MOST_PASSAGES).max(lead + 1));
                continue;
            }
            for doc in from.max(next)..=lead {
                if doc == lead || self.is_crossed(doc, lead, reach) {
                    self.evaluate(doc, self.last_reached(doc, reach), found)?;
                }
            }
            next = lead + 1;
            lead = self.first_from(0, next);
        }
        Ok(())
    }

    /// Sentences and paragraphs may run on through any number of passages: the article is read whole.
    fn each_article(&mut self, found: &mut dyn FnMut(DocId, &[Match])) -> Result<(), Failure> {
        let mut lead = self.first_from(0, 0);
        while lead != TERMINATED {
            let (first, last) = self.segment.article(lead);
            if self.lacking(first, last).is_none() {
                self.evaluate_article(first, last, found)?;
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
        while left > 0 && from > 0 && doc - from < MOST_PASSAGES {
            from -= 1;
            left = left.saturating_sub(self.words(from));
        }
        from
    }

    /// The last document into which a match may run on from this one.
    fn ahead(&self, doc: DocId, reach: u32) -> DocId {
        let (mut to, mut left) = (doc, reach);
        while left > 0 && to - doc < MOST_PASSAGES && to + 1 < self.segment.reader.max_doc() {
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

    /// Whether a match that begins in `doc` may hold a word of the leading group in `lead`: one that stands
    /// near the beginning there.
    fn is_crossed(&mut self, doc: DocId, lead: DocId, reach: u32) -> bool {
        let Stand { slots, groups, segment, .. } = self;
        let is_near = |&slot: &usize| {
            slots[slot].load(doc, lead);
            let mut read = slots[slot].read().filter(|(read, _)| *read == lead);
            read.any(|(_, places)| places.first().is_some_and(|place| place.start < reach))
        };
        groups[0].iter().any(is_near) && segment.is_same_article(doc, lead)
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
        found: &mut dyn FnMut(DocId, &[Match]),
    ) -> Result<(), Failure> {
        let bases = self.bases(first, last);
        let mut by_passage: BTreeMap<DocId, Vec<Match>> = BTreeMap::new();
        self.evaluate_within(first, last, u32::MAX, &mut |_, matches| {
            for found in matches {
                let passage = bases.partition_point(|&base| base <= found.start) - 1;
                let moved = found.moved_back(bases[passage]);
                by_passage.entry(first + passage as u32).or_default().push(moved);
            }
        })?;
        by_passage.into_iter().for_each(|(doc, matches)| found(doc, &matches));
        Ok(())
    }

    /// The first positions of the passages up to `last`, counted from the first word of `doc`.
    fn bases(&self, doc: DocId, last: DocId) -> Vec<u32> {
        let mut bases = vec![0];
        for earlier in doc..last {
            bases.push(bases[bases.len() - 1] + self.words(earlier));
        }
        bases
    }

    /// The matches that begin in `doc`; the passages up to `last` may take part.
    fn evaluate(
        &mut self,
        doc: DocId,
        last: DocId,
        found: &mut dyn FnMut(DocId, &[Match]),
    ) -> Result<(), Failure> {
        self.evaluate_within(doc, last, self.words(doc), found)
    }

    /// The matches that begin in the first `inside` words from `doc` on, up to `last`.
    fn evaluate_within(
        &mut self,
        doc: DocId,
        last: DocId,
        inside: u32,
        found: &mut dyn FnMut(DocId, &[Match]),
    ) -> Result<(), Failure> {
        let end = match self.reach {
            Reach::Words(reach) => inside.saturating_add(reach),
            Reach::Bound => u32::MAX,
        };
        let bases = self.bases(doc, last);
        for (slot, places) in self.slots.iter_mut().zip(&mut self.places) {
            slot.load(doc, last);
            gather(slot, doc, &bases, end, places);
        }
        let stands = |group: &Vec<usize>| group.iter().any(|&slot| !self.places[slot].is_empty());
        if !self.groups.iter().all(stands) {
            return Ok(());
        }
        let bounds = self.gathered_bounds(doc, last, &bases);
        let mut matches = Vec::new();
        // The text is read where letters still matter. Of what is near something, a word less may make
        // another match: there it always is.
        let is_near = matches!(self.spans, Spans::Near { .. } | Spans::Any(_));
        if self.letters.is_none() || !is_near {
            matches = self.matches(&bounds);
        }
        if let Some(letters) = self.letters.as_mut().filter(|_| is_near || !matches.is_empty()) {
            for (slot, places) in self.places.iter_mut().enumerate() {
                letters.keep(slot, doc, &bases, places)?;
            }
            matches = self.matches(&bounds);
        }
        matches.retain(|found| found.start < inside);
        if !matches.is_empty() {
            found(doc, &matches);
        }
        Ok(())
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
