//! Phrases that begin in one passage and end in a later one.
//!
//! Positions end with a passage, so tantivy cannot find them. Each passage bears one more term, its last
//! word with the first of the next: it names the few articles where a phrase may cross, and their text
//! decides.

use std::collections::BTreeMap;
use std::ops::Range;

use tantivy::{DocId, Score, Term};

use super::plan::{Failure, Scored, holders};
use super::segment::Segment;
use crate::analysis::{Analyzer, Terms, word_spans};
use crate::highlight::crossing_matches;
use crate::index::{Fields, TextReader, seam_term};
use crate::resolve::Phrase;

pub(super) struct Seams {
    terms: Vec<Term>,
    /// The phrase as it is matched.
    phrase: Vec<String>,
}

/// A passage found only by a phrase that leaves it comes after those where the phrase stands whole, whose
/// scores are above this.
const CROSSING_SCORE: Score = 0.01;
/// Bytes looked back for each word of the phrase.
const WORD_BYTES: usize = 24;

impl Seams {
    pub(super) fn new(fields: Fields, phrase: &Phrase) -> Self {
        let pairs = phrase.folded.windows(2).map(|pair| seam_term(&pair[0], &pair[1]));
        let mut terms: Vec<Term> =
            pairs.map(|seam| Term::from_field_text(fields.seam, &seam)).collect();
        terms.sort_unstable();
        terms.dedup();
        Seams { terms, phrase: phrase.terms.clone() }
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
        let mut article = None;
        for doc in candidates {
            if segment.reader.is_deleted(doc) {
                continue;
            }
            let first = segment.first_of_article(doc);
            // Several seams of one article are decided on one reading of it.
            let (_, body, spans) = match article.take().filter(|(last, _, _)| *last == first) {
                Some(read) => article.insert(read),
                None => {
                    let stored = text.article(segment.address(first))?;
                    article.insert((first, stored.article.body, stored.passages))
                }
            };
            let Some(passage) = spans.get((doc - first) as usize) else { continue };
            let window = self.window(body, passage.end);
            let tokens = analyzer.tokens_with(&body[window.clone()], Terms::Exact);
            for ordinal in crossing_matches(&self.phrase, &tokens, window.start, spans) {
                scored.entry(first + ordinal as u32).or_insert(CROSSING_SCORE);
            }
        }
        Ok(scored.into_iter().collect())
    }

    /// The bytes around the end of a passage that a phrase which crosses it can cover.
    fn window(&self, body: &str, seam: usize) -> Range<usize> {
        let seam = body.floor_char_boundary(seam);
        let words = self.phrase.len();
        let near = body.floor_char_boundary(seam.saturating_sub(words * WORD_BYTES));
        // A word cut at the window's edge must not count: one more than the phrase needs is asked for.
        let is_enough = word_spans(&body[near..seam]).nth(words).is_some();
        let after = word_spans(&body[seam..]).nth(words).map_or(body.len(), |word| seam + word.end);
        let start = if is_enough { near } else { 0 };
        start..after
    }
}
