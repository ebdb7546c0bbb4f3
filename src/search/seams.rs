//! Phrases that begin in one passage and end in a later one.
//!
//! Positions end with a passage, so tantivy cannot find them. Each passage bears one more term, its last
//! word with the first of the next: it names the few articles where a phrase may cross, and their text
//! decides.

use std::collections::BTreeMap;

use tantivy::{DocId, Score, Term};

use super::plan::{Failure, Scored, holders};
use super::segment::Segment;
use crate::analysis::{Analyzer, Terms};
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
        let mut terms: Vec<Term> =
            pairs.map(|seam| Term::from_field_text(fields.seam, &seam)).collect();
        terms.sort_unstable();
        terms.dedup();
        Seams { terms, phrase }
    }

    /// Adds the passages where a crossing phrase begins to those where it stands whole.
    pub(super) fn add_to(
        &self,
        found: Scored,
        segment: &Segment,
        text: &TextReader,
        analyzer: &Analyzer,
    ) -> Result<Scored, Failure> {
        let mut candidates = Vec::new();
        for term in &self.terms {
            candidates.extend(holders(&segment.reader, term)?);
        }
        if candidates.is_empty() {
            return Ok(found);
        }
        candidates.sort_unstable();
        let mut scored: BTreeMap<DocId, Score> = found.into_iter().collect();
        let mut last_first = None;
        for doc in candidates {
            let first = segment.first_of_article(doc);
            // Several seams of one article are decided at once.
            if segment.reader.is_deleted(doc) || last_first.replace(first) == Some(first) {
                continue;
            }
            for doc in self.crossings(first, segment, text, analyzer)? {
                scored.entry(doc).or_insert(CROSSING_SCORE);
            }
        }
        Ok(scored.into_iter().collect())
    }

    /// The passages of an article in which the phrase begins without ending there.
    fn crossings(
        &self,
        first: DocId,
        segment: &Segment,
        text: &TextReader,
        analyzer: &Analyzer,
    ) -> Result<Vec<DocId>, Failure> {
        let spans = segment.passages_of_article(first);
        let stored = text.article(segment.address(first))?;
        let tokens = analyzer.tokens_with(&stored.article.body, Terms::Exact);
        let begins = crossing_matches(&self.phrase, &tokens, &spans);
        Ok(begins.into_iter().map(|ordinal| first + ordinal as u32).collect())
    }
}
