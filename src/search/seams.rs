//! Phrases that begin in one passage and end in a later one.
//!
//! Positions end with a passage, so tantivy cannot find them. Each passage bears one more term, its last
//! word with the first of the next: it names the few articles where a phrase may cross, and their text
//! decides.

use std::collections::BTreeMap;
use std::ops::Range;

use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentReader, Term};

use super::plan::{Failure, Scored, holders};
use crate::analysis::Analyzer;
use crate::highlight::crossing_matches;
use crate::index::{Fields, TextReader, seam_term};

pub(super) struct Seams {
    terms: Vec<Term>,
    /// The phrase as it is matched.
    phrase: Vec<String>,
}

/// A passage found only by a phrase that leaves it scores as if the phrase stood in it once, on its own:
/// the least that a phrase can have.
const CROSSING_SCORE: Score = 1.0;

impl Seams {
    /// `folded` are the words of the phrase, `phrase` the terms that are matched.
    pub(super) fn new(fields: Fields, folded: Vec<String>, phrase: Vec<String>) -> Self {
        let pairs = folded.windows(2).map(|pair| seam_term(&pair[0], &pair[1]));
        let mut terms: Vec<Term> = pairs.map(|seam| Term::from_field_text(fields.seam, &seam)).collect();
        terms.sort_unstable();
        terms.dedup();
        Seams { terms, phrase }
    }

    /// Adds the passages where a crossing phrase begins to those where it stands whole.
    pub(super) fn add_to(
        &self,
        found: Scored,
        segment: &SegmentReader,
        text: &TextReader,
        analyzer: &Analyzer,
    ) -> Result<Scored, Failure> {
        let mut candidates = Vec::new();
        for term in &self.terms {
            candidates.extend(holders(segment, term)?);
        }
        if candidates.is_empty() {
            return Ok(found);
        }
        candidates.sort_unstable();
        let mut scored: BTreeMap<DocId, Score> = found.into_iter().collect();
        let passages = Passages::open(segment)?;
        let mut last_first = None;
        for doc in candidates {
            let first = passages.first_of_article(doc);
            // Several seams of one article are decided at once.
            if segment.is_deleted(doc) || last_first.replace(first) == Some(first) {
                continue;
            }
            for doc in self.crossings(first, &passages, text, analyzer)? {
                scored.entry(doc).or_insert(CROSSING_SCORE);
            }
        }
        Ok(scored.into_iter().collect())
    }

    /// The passages of an article in which the phrase begins without ending there.
    fn crossings(
        &self,
        first: DocId,
        passages: &Passages,
        text: &TextReader,
        analyzer: &Analyzer,
    ) -> Result<Vec<DocId>, Failure> {
        let spans = passages.of_article(first);
        let stored = text.article(passages.address(first))?;
        let tokens = analyzer.tokens(&stored.article.body);
        let begins = crossing_matches(&self.phrase, &tokens, &spans);
        Ok(begins.into_iter().map(|ordinal| first + ordinal as u32).collect())
    }
}

/// The columns that tell where the passages of a segment stand.
pub(super) struct Passages {
    ordinals: Column<u64>,
    addresses: Column<u64>,
    starts: Column<u64>,
    ends: Column<u64>,
    count: DocId,
}

impl Passages {
    pub(super) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Passages {
            ordinals: columns.u64("ordinal")?,
            addresses: columns.u64("address")?,
            starts: columns.u64("start")?,
            ends: columns.u64("end")?,
            count: segment.max_doc(),
        })
    }

    /// The passage's place in its article, from 0.
    pub(super) fn ordinal(&self, doc: DocId) -> usize {
        self.ordinals.first(doc).unwrap_or(0) as usize
    }

    /// The article's record in the text file.
    pub(super) fn address(&self, doc: DocId) -> u64 {
        self.addresses.first(doc).unwrap_or(0)
    }

    /// The document of the first passage of the article that `doc` belongs to: they stand together.
    pub(super) fn first_of_article(&self, doc: DocId) -> DocId {
        doc.saturating_sub(self.ordinal(doc) as u32)
    }

    /// Bytes of the article's body.
    pub(super) fn span(&self, doc: DocId) -> Range<usize> {
        let at = |column: &Column<u64>| column.first(doc).unwrap_or(0) as usize;
        at(&self.starts)..at(&self.ends)
    }

    /// The spans of all passages of an article, from its first document on.
    pub(super) fn of_article(&self, first: DocId) -> Vec<Range<usize>> {
        let address = self.address(first);
        let same = |doc: &DocId| *doc < self.count && self.address(*doc) == address;
        (first..).take_while(same).map(|doc| self.span(doc)).collect()
    }
}
