//! The words of a slot in one segment: documents, and where the words stand in them.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, TERMINATED};

use super::Searcher;
use super::expand::Expansion;
use super::ground::Ground;
use super::segment::Segment;
use crate::index::WIDE;
use crate::resolve::Writing;
use crate::spans::Occurrence;

/// More terms than this are read at once instead of side by side.
const MOST_SIDE_BY_SIDE: usize = 48;

/// The terms that stand for a slot, of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SlotTerms {
    pub(super) terms: Vec<String>,
    /// Of the field of all forms, where a term may cover several words.
    pub(super) of_forms: bool,
    /// How the words must be written; the text decides.
    pub(super) writing: Option<Writing>,
    /// Where the terms stand, if they were read from the dictionaries.
    pub(super) expansion: Option<Arc<Expansion>>,
}

/// Reads a slot forward, and keeps what was read until it is passed.
pub(super) struct SlotCursor {
    source: Source,
    read: VecDeque<(DocId, Vec<Occurrence>)>,
    spare: Vec<Vec<Occurrence>>,
    positions: Vec<u32>,
}

/// The documents of a slot, in order.
pub(super) enum Source {
    Term(TermCursor),
    Terms {
        cursors: Vec<TermCursor>,
        /// The first document of any.
        doc: DocId,
    },
    /// Every word, by document and position.
    List {
        words: Vec<(DocId, u32)>,
        at: usize,
    },
}

pub(super) struct TermCursor {
    postings: Box<SegmentPostings>,
    /// Where the term covers so many words.
    wide: Vec<(SegmentPostings, u32)>,
}

/// A term that covers several words: its name, and how many.
pub(super) type WideTerm = (String, u32);

impl SlotTerms {
    /// One exact term.
    pub(super) fn exact(term: String, writing: Option<Writing>) -> Self {
        SlotTerms { terms: vec![term], of_forms: false, writing, expansion: None }
    }
}

impl SlotCursor {
    pub(super) fn new(source: Source) -> Self {
        let (read, spare, positions) = (VecDeque::new(), Vec::new(), Vec::new());
        SlotCursor { source, read, spare, positions }
    }

    /// About how many documents it has.
    pub(super) fn cost(&self) -> usize {
        self.source.cost()
    }

    /// The most positions that one of its words covers.
    pub(super) fn width(&self) -> u32 {
        self.source.width()
    }

    /// The first document from `doc` on; what stands before is passed for good.
    pub(super) fn first_from(&mut self, doc: DocId) -> DocId {
        while self.read.front().is_some_and(|(read, _)| *read < doc) {
            self.spare.extend(self.read.pop_front().map(|(_, places)| places));
        }
        match self.read.front() {
            Some((read, _)) => *read,
            None => self.source.seek(doc),
        }
    }

    /// Reads the documents up to `to`; what stands before `from` is passed for good.
    pub(super) fn load(&mut self, from: DocId, to: DocId) {
        let mut doc = self.first_from(from);
        if let Some((last, _)) = self.read.back() {
            doc = self.source.seek(last + 1);
        }
        while doc <= to && doc != TERMINATED {
            let mut places = self.spare.pop().unwrap_or_default();
            places.clear();
            self.source.read(doc, &mut self.positions, &mut places);
            self.read.push_back((doc, places));
            doc = self.source.seek(doc + 1);
        }
    }

    /// The first document after one that is loaded, which nothing is passed to find: the source has gone on from
    /// it.
    pub(super) fn after(&mut self, doc: DocId) -> DocId {
        let read = self.read.iter().map(|(read, _)| *read).find(|&read| read > doc);
        read.unwrap_or_else(|| self.source.seek(doc + 1))
    }

    /// What is read, in the order of documents.
    pub(super) fn read(&self) -> impl Iterator<Item = (DocId, &[Occurrence])> {
        self.read.iter().map(|(doc, places)| (*doc, places.as_slice()))
    }
}

impl Source {
    pub(super) fn open(
        ground: &Ground<'_>,
        field: Field,
        slot: &SlotTerms,
    ) -> tantivy::Result<Self> {
        let inverted = ground.segment.reader.inverted_index(field)?;
        let mut cursors = Vec::with_capacity(slot.terms.len());
        if let Some(expansion) = &slot.expansion {
            for (_, info) in &expansion.of(ground.text)[ground.segment.number] {
                let postings = Box::new(positions_of(&inverted, info)?);
                cursors.push(TermCursor { postings, wide: Vec::new() });
            }
            return Ok(Source::of_many(cursors, ground.docs));
        }
        for text in &slot.terms {
            let infos = ground.searcher.term(field, text)?;
            let Some(info) = &infos[ground.segment.number] else { continue };
            let postings = Box::new(positions_of(&inverted, info)?);
            let wide = match slot.of_forms {
                true => wide(ground, &inverted, field, text)?,
                false => Vec::new(),
            };
            cursors.push(TermCursor { postings, wide });
        }
        Ok(Source::of_many(cursors, ground.docs))
    }

    fn of_many(cursors: Vec<TermCursor>, docs: &Range<DocId>) -> Self {
        let is_narrow = cursors.iter().all(|cursor| cursor.wide.is_empty());
        match cursors.len() > MOST_SIDE_BY_SIDE && is_narrow {
            true => listed(cursors, docs),
            false => Source::of(cursors),
        }
    }

    fn of(mut cursors: Vec<TermCursor>) -> Self {
        if cursors.len() == 1 {
            return Source::Term(cursors.remove(0));
        }
        let doc = cursors.iter().map(|cursor| cursor.postings.doc()).min();
        Source::Terms { cursors, doc: doc.unwrap_or(TERMINATED) }
    }

    /// The documents of any of some terms, without the places of their words.
    pub(super) fn open_documents(
        segment: &Segment,
        field: Field,
        infos: &[TermInfo],
    ) -> tantivy::Result<Self> {
        let inverted = segment.reader.inverted_index(field)?;
        let open = |info| -> tantivy::Result<TermCursor> {
            let option = IndexRecordOption::Basic;
            let postings = Box::new(inverted.read_postings_from_terminfo(info, option)?);
            Ok(TermCursor { postings, wide: Vec::new() })
        };
        Ok(Source::of(infos.iter().map(open).collect::<tantivy::Result<_>>()?))
    }

    /// The documents of one term, each of its places one word.
    pub(super) fn of_one(postings: SegmentPostings) -> Self {
        Source::Term(TermCursor { postings: Box::new(postings), wide: Vec::new() })
    }

    /// About how many documents it has.
    pub(super) fn cost(&self) -> usize {
        match self {
            Source::Term(cursor) => cursor.cost(),
            Source::Terms { cursors, .. } => cursors.iter().map(TermCursor::cost).sum(),
            Source::List { words, .. } => words.len(),
        }
    }

    fn width(&self) -> u32 {
        let of_term =
            |cursor: &TermCursor| cursor.wide.iter().map(|(_, words)| *words).max().unwrap_or(1);
        match self {
            Source::Term(cursor) => of_term(cursor),
            Source::Terms { cursors, .. } => cursors.iter().map(of_term).max().unwrap_or(1),
            Source::List { .. } => 1,
        }
    }

    /// Whether every occurrence in a document is one word; documents are asked for in order.
    #[inline]
    pub(super) fn is_narrow(&mut self, doc: DocId) -> bool {
        match self {
            Source::Term(cursor) => cursor.is_narrow(doc),
            Source::Terms { cursors, .. } => cursors.iter_mut().all(|c| c.is_narrow(doc)),
            Source::List { .. } => true,
        }
    }

    /// How many words stand in the document that it stands at, at most.
    #[inline]
    pub(super) fn count(&self, doc: DocId) -> u32 {
        match self {
            Source::Term(cursor) => cursor.postings.term_freq(),
            Source::Terms { cursors, .. } => {
                let here = cursors.iter().filter(|cursor| cursor.postings.doc() == doc);
                here.map(|cursor| cursor.postings.term_freq()).sum()
            }
            Source::List { words, at } => {
                words[*at..].iter().take_while(|&&(d, _)| d == doc).count() as u32
            }
        }
    }

    /// The positions of the words in the document that it stands at, sorted and each once; `moved` is added
    /// to each.
    #[inline]
    pub(super) fn positions(&mut self, doc: DocId, moved: u32, positions: &mut Vec<u32>) {
        positions.clear();
        match self {
            Source::Term(cursor) => {
                cursor.postings.append_positions_with_offset(moved, positions);
                // `GNU/Linux` has a term twice at one place.
                positions.dedup();
            }
            Source::Terms { cursors, .. } => {
                let mut readers = 0;
                for cursor in cursors.iter_mut().filter(|cursor| cursor.postings.doc() == doc) {
                    cursor.postings.append_positions_with_offset(moved, positions);
                    readers += 1;
                }
                if readers > 1 {
                    positions.sort_unstable();
                }
                // One term may stand twice at one place too.
                positions.dedup();
            }
            Source::List { words, at } => {
                let here = words[*at..].iter().take_while(|&&(d, _)| d == doc);
                positions.extend(here.map(|&(_, position)| position + moved));
            }
        }
    }

    /// The first document from `target` on.
    #[inline]
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Source::Term(cursor) => cursor.seek(target),
            Source::Terms { cursors, doc } => {
                if *doc < target {
                    let docs = cursors.iter_mut().map(|cursor| cursor.seek(target));
                    *doc = docs.min().unwrap_or(TERMINATED);
                }
                *doc
            }
            Source::List { words, at } => {
                *at += words[*at..].partition_point(|&(doc, _)| doc < target);
                words.get(*at).map_or(TERMINATED, |&(doc, _)| doc)
            }
        }
    }

    /// The first document after `doc`, the one that it stands at: cheaper than to seek it.
    pub(super) fn after(&mut self, doc: DocId) -> DocId {
        match self {
            Source::Term(cursor) => cursor.postings.advance(),
            Source::Terms { cursors, doc: first } => {
                let after = |cursor: &mut TermCursor| match cursor.postings.doc() == doc {
                    true => cursor.postings.advance(),
                    false => cursor.seek(doc + 1),
                };
                *first = cursors.iter_mut().map(after).min().unwrap_or(TERMINATED);
                *first
            }
            Source::List { .. } => self.seek(doc + 1),
        }
    }

    /// The places of the words in the document that it stands at, sorted and each once.
    pub(super) fn read(
        &mut self,
        doc: DocId,
        positions: &mut Vec<u32>,
        places: &mut Vec<Occurrence>,
    ) {
        match self {
            Source::Term(cursor) => {
                cursor.read(doc, positions, places);
                places.dedup();
            }
            Source::Terms { cursors, .. } => {
                let mut sorted = true;
                for cursor in cursors.iter_mut().filter(|cursor| cursor.postings.doc() == doc) {
                    sorted &= places.is_empty();
                    cursor.read(doc, positions, places);
                }
                if !sorted {
                    places.sort_unstable();
                }
                places.dedup();
            }
            Source::List { words, at } => {
                let here = words[*at..].iter().take_while(|&&(d, _)| d == doc);
                places.extend(here.map(|&(_, position)| Occurrence::word(position)));
                places.dedup();
            }
        }
    }
}

impl TermCursor {
    fn cost(&self) -> usize {
        self.postings.size_hint() as usize
    }

    #[inline]
    fn seek(&mut self, target: DocId) -> DocId {
        let doc = self.postings.doc();
        if doc < target { self.postings.seek(target) } else { doc }
    }

    fn is_narrow(&mut self, doc: DocId) -> bool {
        self.wide.iter_mut().all(|(postings, _)| {
            if postings.doc() < doc {
                postings.seek(doc);
            }
            postings.doc() != doc
        })
    }

    fn read(&mut self, doc: DocId, positions: &mut Vec<u32>, places: &mut Vec<Occurrence>) {
        self.postings.positions(positions);
        let from = places.len();
        places.extend(positions.iter().map(|&position| Occurrence::word(position)));
        for (postings, words) in &mut self.wide {
            if postings.doc() < doc {
                postings.seek(doc);
            }
            if postings.doc() == doc {
                postings.positions(positions);
                for place in &mut places[from..] {
                    if positions.binary_search(&place.start).is_ok() {
                        place.end = place.start + *words;
                    }
                }
            }
        }
    }
}

/// The postings of a term, with positions.
pub(super) fn positions_of(
    inverted: &InvertedIndexReader,
    term: &TermInfo,
) -> tantivy::Result<SegmentPostings> {
    Ok(inverted.read_postings_from_terminfo(term, IndexRecordOption::WithFreqsAndPositions)?)
}

/// The postings of the terms that tell where a term covers several words.
fn wide(
    ground: &Ground<'_>,
    inverted: &InvertedIndexReader,
    field: Field,
    term: &str,
) -> tantivy::Result<Vec<(SegmentPostings, u32)>> {
    let Ground { searcher, segment, .. } = ground;
    let mut found = Vec::new();
    for (name, words) in searcher.wide_terms(field, term)?.iter() {
        if let Some(info) = &searcher.term(field, name)?[segment.number] {
            found.push((positions_of(inverted, info)?, *words));
        }
    }
    Ok(found)
}

impl Searcher {
    /// The terms of any segment that tell where a term covers several words.
    pub(super) fn find_wide_terms(
        &self,
        field: Field,
        term: &str,
    ) -> tantivy::Result<Arc<[WideTerm]>> {
        let prefix = format!("{term}{WIDE}");
        let mut found: Vec<WideTerm> = Vec::new();
        for segment in &self.segments {
            let inverted = segment.reader.inverted_index(field)?;
            let mut terms = inverted.terms().range().ge(&prefix).into_stream()?;
            while terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
                let Ok(name) = str::from_utf8(terms.key()) else { continue };
                let Ok(words) = name[prefix.len()..].parse() else { continue };
                if found.iter().all(|(known, _)| known != name) {
                    found.push((name.to_owned(), words));
                }
            }
        }
        found.sort_unstable();
        Ok(found.into())
    }
}

fn listed(cursors: Vec<TermCursor>, docs: &Range<DocId>) -> Source {
    let mut words = Vec::new();
    let mut positions = Vec::new();
    for mut cursor in cursors {
        let mut doc = cursor.seek(docs.start);
        while doc < docs.end {
            cursor.postings.positions(&mut positions);
            words.extend(positions.iter().map(|&position| (doc, position)));
            doc = cursor.postings.advance();
        }
    }
    words.sort_unstable();
    words.dedup();
    Source::List { words, at: 0 }
}
