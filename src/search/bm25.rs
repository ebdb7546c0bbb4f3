//! Scoring passages by words: one pass over postings in windows of documents.
//!
//! BM25 as Robertson and Zaragoza give it (*The Probabilistic Relevance Framework*, 2009), with Lucene's
//! idf, `ln(1 + (N - n + 0.5) / (n + 0.5))`, which is never negative. Words are added in the order of the
//! query, so that the sum is the same bits however the index is cut into segments.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, InvertedIndexReader, Score, TERMINATED};

use super::place_counts::PlaceCounts;
use super::segment::Segment;

/// Saturation of repeated words.
const K1: f32 = 1.2;
/// Weight of the passage's length.
const B: f32 = 0.75;
/// Documents scored at a time; their scores stay in the fastest cache.
const WINDOW: usize = 4096;
/// Documents of a block of postings; the last has fewer.
const BLOCK: usize = 128;

/// A field to search words in, and the field whose lengths normalise the scores.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) field: Field,
    /// The field of exact words beside it: its lengths are the numbers of words (and two marks a passage).
    pub(super) lengths: Field,
}

/// One word of the query: terms that stand for it, each match counted once.
pub(super) struct Word {
    /// By segment: each that it has, with what its matches are worth, at most 1.
    pub(super) terms: Vec<Vec<(TermInfo, f32)>>,
    pub(super) idf: f32,
    /// Documents of all its terms.
    pub(super) documents: u64,
}

/// The most that a word of this idf adds to a score.
pub(super) fn max_score(idf: f32) -> f32 {
    idf * (K1 + 1.0)
}

/// Sizes of the collection, over all segments.
#[derive(Clone)]
pub(super) struct Statistics {
    /// Documents that have the field.
    pub(super) documents: u64,
    /// For each length code: `k1 * (1 - b + b * length / average length)`.
    pub(super) length_factors: Arc<[f32; 256]>,
}

impl Statistics {
    /// Of so many documents that have the field, with so many words of it in all.
    pub(super) fn new(documents: u64, words: u64) -> Self {
        let average = (words as f32 / documents.max(1) as f32).max(1.0);
        let length_factors = Arc::new(std::array::from_fn(|code| {
            let length = FieldNormReader::id_to_fieldnorm(code as u8) as f32;
            K1 * (1.0 - B + B * length / average)
        }));
        Statistics { documents, length_factors }
    }

    pub(super) fn idf(&self, frequency: u64) -> f32 {
        let (n, df) = (self.documents.max(frequency) as f32, frequency as f32);
        (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
    }

    /// The score of so many matches in a text of this length factor.
    #[inline]
    pub(super) fn saturated(idf: f32, count: f32, factor: f32) -> f32 {
        saturated(K1, idf, count, factor)
    }
}

/// What so many matches add to a score: nothing at all where there are none.
#[inline]
pub(super) fn saturated(k1: f32, idf: f32, count: f32, factor: f32) -> f32 {
    if count > 0.0 { idf * count * (k1 + 1.0) / (count + factor) } else { 0.0 }
}

/// Every document of a segment that holds any of the words, in order, with its score.
pub(super) fn score_words(
    segment: &Segment,
    target: Target,
    words: &[Word],
    statistics: &Statistics,
) -> tantivy::Result<Vec<(DocId, Score)>> {
    let mut cursors = cursors(segment, target.field, words.iter())?;
    if cursors.iter().all(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let lengths = segment.reader.get_fieldnorms_reader(target.lengths)?;
    let mut window = Window::default();
    let mut found = Vec::new();
    while let Some(base) =
        cursors.iter().flatten().map(Cursor::doc).min().filter(|&d| d != TERMINATED)
    {
        window.begin(base);
        for (word, cursors) in words.iter().zip(&mut cursors) {
            window.count(cursors);
            window.add_word(word, &lengths, &statistics.length_factors);
        }
        window.drain_into(&mut found);
    }
    Ok(found)
}

/// A term's documents, read forward block by block.
#[derive(Clone)]
pub(super) struct Cursor {
    block: BlockSegmentPostings,
    /// Its place in the block.
    at: usize,
    /// What each of its matches is worth.
    worth: f32,
}

impl Cursor {
    pub(super) fn open(
        field: &InvertedIndexReader,
        term: &TermInfo,
        worth: f32,
    ) -> tantivy::Result<Self> {
        let option = IndexRecordOption::WithFreqs;
        let block = field.read_block_postings_from_terminfo(term, option)?;
        Ok(Cursor { block, at: 0, worth })
    }

    /// Opens another term of the same field.
    fn reopen(
        &mut self,
        field: &InvertedIndexReader,
        term: &TermInfo,
        worth: f32,
    ) -> tantivy::Result<()> {
        field.reset_block_postings_from_terminfo(term, &mut self.block)?;
        (self.at, self.worth) = (0, worth);
        Ok(())
    }

    /// The document that it stands at; [`TERMINATED`] after the last.
    #[inline]
    pub(super) fn doc(&self) -> DocId {
        self.block.doc(self.at)
    }

    /// What the term's matches in the document are worth together.
    #[inline]
    pub(super) fn count(&self) -> f32 {
        self.block.freq(self.at) as f32 * self.worth
    }

    #[inline]
    pub(super) fn advance(&mut self) {
        self.at += 1;
        if self.at >= BLOCK {
            self.block.advance();
            self.at = 0;
        }
    }

    /// Goes on to the first document from `target` on.
    #[inline]
    pub(super) fn seek(&mut self, target: DocId) {
        if self.doc() < target {
            self.at = self.block.seek(target);
        }
    }

    /// Calls for every document before `end`.
    #[inline]
    pub(super) fn each_before(&mut self, end: DocId, mut call: impl FnMut(DocId, f32)) {
        loop {
            let (docs, counts) = (self.block.docs(), self.block.freqs());
            while let (Some(&doc), Some(&count)) = (docs.get(self.at), counts.get(self.at)) {
                if doc >= end {
                    return;
                }
                call(doc, count as f32 * self.worth);
                self.at += 1;
            }
            if docs.len() < BLOCK {
                return;
            }
            self.block.advance();
            self.at = 0;
        }
    }
}

/// The terms of each word that the segment has.
pub(super) fn cursors<'w>(
    segment: &Segment,
    field: Field,
    words: impl Iterator<Item = &'w Word>,
) -> tantivy::Result<Vec<Vec<Cursor>>> {
    let inverted = segment.reader.inverted_index(field)?;
    // Cursors are large, and moved several times where they are opened: one is, the others are copies of it.
    let mut any: Option<Cursor> = None;
    let mut of_word = |word: &Word| -> tantivy::Result<Vec<Cursor>> {
        let terms = word.terms.get(segment.number).map_or(&[][..], Vec::as_slice);
        let Some((first, worth)) = terms.first() else { return Ok(Vec::new()) };
        let any = match &any {
            Some(any) => any,
            None => any.insert(Cursor::open(&inverted, first, *worth)?),
        };
        let mut cursors = vec![any.clone(); terms.len()];
        for (cursor, (term, worth)) in cursors.iter_mut().zip(terms) {
            cursor.reopen(&inverted, term, *worth)?;
        }
        Ok(cursors)
    };
    words.map(&mut of_word).collect()
}

/// Scores of the documents from `base` on.
#[derive(Default)]
struct Window {
    base: DocId,
    scores: PlaceCounts,
    /// Frequencies of the word at hand.
    counts: PlaceCounts,
}

impl Window {
    fn begin(&mut self, base: DocId) {
        self.base = base;
        self.scores.begin(WINDOW);
        self.counts.begin(WINDOW);
    }

    /// How often a word occurs in each document: the most that one of its terms does, since two terms of
    /// one word mostly stand at the same places.
    fn count(&mut self, cursors: &mut [Cursor]) {
        let end = self.base.saturating_add(WINDOW as u32);
        for cursor in cursors {
            cursor.each_before(end, |doc, count| {
                self.counts.raise((doc - self.base) as usize, count);
            });
        }
    }

    fn add_word(&mut self, word: &Word, lengths: &FieldNormReader, factors: &[f32; 256]) {
        let Window { base, scores, counts } = self;
        counts.drain(|slot, count| {
            let factor = factors[usize::from(lengths.fieldnorm_id(*base + slot as u32))];
            scores.add(slot, Statistics::saturated(word.idf, count, factor));
        });
    }

    fn drain_into(&mut self, documents: &mut Vec<(DocId, Score)>) {
        let Window { base, scores, .. } = self;
        scores.drain(|slot, score| documents.push((*base + slot as u32, score)));
    }
}
