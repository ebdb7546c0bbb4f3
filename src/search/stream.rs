//! The documents of a word in one segment, of all its terms together.

use std::ops::Range;

use tantivy::schema::Field;
use tantivy::{DocId, TERMINATED};

use super::bm25::{Cursor, Word, cursors};
use super::place_counts::PlaceCounts;
use super::segment::Segment;

/// The documents of a word, of all its terms together.
#[derive(Clone)]
pub(super) struct Stream(Vec<Cursor>);

/// Documents, a bit for each from the first on.
#[derive(Default)]
pub(super) struct Holders {
    first: DocId,
    bits: Vec<u64>,
}

impl Stream {
    pub(super) fn open(segment: &Segment, field: Field, word: &Word) -> tantivy::Result<Self> {
        let opened = Stream::open_each(segment, field, std::iter::once(word))?.pop();
        Ok(opened.unwrap_or(Stream(Vec::new())))
    }

    /// Of each word: faster than one after the other.
    pub(super) fn open_each<'w>(
        segment: &Segment,
        field: Field,
        words: impl Iterator<Item = &'w Word>,
    ) -> tantivy::Result<Vec<Self>> {
        Ok(cursors(segment, field, words)?.into_iter().map(Stream).collect())
    }

    /// Calls for every document before `end` with how often the word stands there: the most that one of its
    /// terms does, since two terms of one word mostly stand at the same places.
    #[inline]
    pub(super) fn each_before(&mut self, end: DocId, mut call: impl FnMut(DocId, f32)) {
        if let [cursor] = self.0.as_mut_slice() {
            cursor.each_before(end, call);
            return;
        }
        while let Some(doc) = self.0.iter().map(Cursor::doc).min().filter(|&doc| doc < end) {
            let mut count = 0.0_f32;
            for cursor in self.0.iter_mut().filter(|cursor| cursor.doc() == doc) {
                count = count.max(cursor.count());
                cursor.advance();
            }
            call(doc, count);
        }
    }

    /// As [`Stream::each_before`] for the documents of a window, with room to count in.
    #[inline]
    pub(super) fn each_in(
        &mut self,
        docs: &Range<DocId>,
        counts: &mut PlaceCounts,
        mut call: impl FnMut(DocId, f32),
    ) {
        if let [cursor] = self.0.as_mut_slice() {
            cursor.each_before(docs.end, call);
            return;
        }
        counts.begin(docs.len());
        for cursor in &mut self.0 {
            cursor.each_before(docs.end, |doc, count| {
                counts.raise((doc - docs.start) as usize, count);
            });
        }
        counts.drain(|place, count| call(docs.start + place as DocId, count));
    }

    /// The first document from `doc` on.
    #[inline]
    pub(super) fn first_from(&mut self, doc: DocId) -> DocId {
        let first = self.0.iter_mut().map(|cursor| {
            cursor.seek(doc);
            cursor.doc()
        });
        first.min().unwrap_or(TERMINATED)
    }

    /// How often the word stands in documents, together; they are asked for in order.
    pub(super) fn count_in(&mut self, docs: Range<DocId>) -> f32 {
        let (mut here, mut terms) = (0, 0);
        for (number, cursor) in self.0.iter_mut().enumerate() {
            cursor.seek(docs.start);
            if cursor.doc() < docs.end {
                (here, terms) = (number, terms + 1);
            }
        }
        let mut sum = 0.0;
        match terms {
            0 => {}
            1 => self.0[here].each_before(docs.end, |_, count| sum += count),
            _ => self.each_before(docs.end, |_, count| sum += count),
        }
        sum
    }
}

impl Holders {
    pub(super) fn clear(&mut self, docs: &Range<DocId>) {
        self.first = docs.start;
        self.bits.clear();
        self.bits.resize(docs.len() / 64 + 1, 0);
    }

    pub(super) fn add(&mut self, doc: DocId) {
        let place = (doc - self.first) as usize;
        self.bits[place / 64] |= 1 << (place % 64);
    }

    pub(super) fn has(&self, doc: DocId) -> bool {
        let place = (doc - self.first) as usize;
        self.bits[place / 64] & (1 << (place % 64)) != 0
    }
}
