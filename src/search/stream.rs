//! The documents of a word in one segment, of all its terms together.

use std::ops::Range;

use tantivy::schema::Field;
use tantivy::{DocId, TERMINATED};

use super::bm25::{Cursor, Word, cursors};
use super::segment::{Articles, Segment};

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
        Ok(Stream(cursors(segment, field, word)?))
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

    /// Calls for every article before the document `end` with how often the word stands in its body.
    #[inline]
    pub(super) fn each_article(
        &mut self,
        articles: &Articles,
        end: DocId,
        mut holders: Option<&mut Holders>,
        mut call: impl FnMut(usize, f32),
    ) {
        // The article at hand, one past its last document, and the word's count in it.
        let (mut article, mut stop, mut sum) = (0, 0, 0.0);
        self.each_before(end, |doc, count| {
            if let Some(holders) = &mut holders {
                holders.add(doc);
            }
            if doc >= stop {
                if stop > 0 {
                    call(article, sum);
                }
                article = articles.number(doc);
                stop = articles.docs(article).end;
                sum = 0.0;
            }
            sum += count;
        });
        if stop > 0 {
            call(article, sum);
        }
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
        self.0.iter_mut().for_each(|cursor| cursor.seek(docs.start));
        let mut sum = 0.0;
        if let [cursor] = self.0.as_mut_slice() {
            while cursor.doc() < docs.end {
                sum += cursor.count();
                cursor.advance();
            }
            return sum;
        }
        self.each_before(docs.end, |_, count| sum += count);
        sum
    }
}

impl Holders {
    pub(super) fn clear(&mut self, docs: &Range<DocId>) {
        self.first = docs.start;
        self.bits.clear();
        self.bits.resize(docs.len() / 64 + 1, 0);
    }

    fn add(&mut self, doc: DocId) {
        let place = (doc - self.first) as usize;
        self.bits[place / 64] |= 1 << (place % 64);
    }

    pub(super) fn has(&self, doc: DocId) -> bool {
        let place = (doc - self.first) as usize;
        self.bits[place / 64] & (1 << (place % 64)) != 0
    }
}
