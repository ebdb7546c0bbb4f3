//! Bare words: articles ranked by all that they hold of them, wherever it stands.
//!
//! The score of an article is a sum: BM25F (Robertson and Zaragoza, *The Probabilistic Relevance Framework*,
//! 2009) over all forms in title and body together, BM25 over the title by itself, BM25F over the words as
//! typed, and BM25 over pairs of words that follow each other as typed. Articles that hold the whole as typed
//! come first.

use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, TERMINATED, Term};

use super::bm25::{Cursor, Statistics, Word, cursors, max_score, saturated};
use super::plan::{LeafPlan, Plan, Planner};
use super::segment::{Articles, Segment};
use super::{Failure, HitOrder, SearchOptions, Searcher, Unit};
use crate::error::Result;
use crate::query::Query;
use crate::resolve::{ExactWord, Leaf, Resolved};

/// How bare words are weighed. The defaults are the same for short keywords, questions and headlines: each
/// was chosen on collections of all three, where neighbouring values do nearly as well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Saturation of repeated words: low, since one mention says nearly all in a press article.
    pub k1: f32,
    /// Weight of the article's length, 0 to 1.
    pub b: f32,
    /// What a headline's score is worth beside that of the whole.
    pub title: f32,
    /// What words as typed are worth beside all forms.
    pub exact: f32,
    /// What pairs of words that follow each other as typed are worth.
    pub pairs: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Weights { k1: 0.6, b: 0.75, title: 0.4, exact: 0.5, pairs: 0.3 }
    }
}

/// The score of an article for bare words, as a sum.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ScoreParts {
    /// Of each word, in all forms, in title and body together.
    pub forms: Vec<(String, f32)>,
    /// Of all words in the title by itself.
    pub title: f32,
    /// Of the words as typed.
    pub exact: f32,
    /// Of the words that follow each other as typed.
    pub pairs: f32,
    /// For the whole as typed.
    pub whole: f32,
}

impl ScoreParts {
    /// The score: what hits bear, rounding aside.
    pub fn total(&self) -> f32 {
        let forms: f32 = self.forms.iter().map(|(_, score)| score).sum();
        forms + self.title + self.exact + self.pairs + self.whole
    }
}

impl Searcher {
    /// Why an article has its score, where bare words alone are asked for; none for anything else, and for
    /// an article that the index does not have.
    ///
    /// # Errors
    /// The index is damaged or cannot be read.
    pub fn explain_score(
        &self,
        query: &Query,
        options: &SearchOptions,
        article: &str,
    ) -> Result<Option<ScoreParts>> {
        let parts = || -> Result<Option<ScoreParts>, Failure> {
            let query = self.reader(true).read(query);
            let plan = Planner::new(self)?.plan(&query)?;
            let Some(scorer) = ArticleScorer::of(self, &query, &plan, options)? else {
                return Ok(None);
            };
            let Some((segment, doc)) = self.document(article)? else { return Ok(None) };
            Ok(Some(scorer.parts(segment, doc)?))
        };
        self.caught(|| parts().map_err(|failure| self.error(failure)))
    }
}

/// Scores the articles of any segment for one query.
pub(super) struct ArticleScorer<'a> {
    searcher: &'a Searcher,
    read: &'a Leaf,
    leaf: &'a LeafPlan,
    weights: Weights,
    /// Words of an article, on average.
    average: f32,
    /// The words as typed, in order.
    exact: Vec<Typed>,
    /// The idf of what stands in one passage.
    rarest: f32,
}

/// A word as typed.
struct Typed {
    term: String,
    idf: f32,
    /// Whether it counts by itself; pairs count with stop words too.
    is_weighed: bool,
}

/// The scores of a segment's articles, and the passages that hold any of the words.
pub(super) struct ArticleScores<'a> {
    articles: &'a Articles,
    /// Nothing of it where it is 0.
    scores: Vec<f32>,
    /// A bit for each document.
    holders: Vec<u64>,
}

impl ArticleScores<'_> {
    /// The articles found: the first document, the score, and how many passages hold any of the words.
    pub(super) fn found(&self) -> impl Iterator<Item = (DocId, f32, usize)> {
        let found = self.scores.iter().enumerate().filter(|(_, score)| **score > 0.0);
        found.map(|(number, &score)| {
            let docs = self.articles.docs(number);
            (docs.start, score, docs.filter(|&doc| self.holds(doc)).count())
        })
    }

    fn holds(&self, doc: DocId) -> bool {
        self.holders[doc as usize / 64] & (1 << (doc % 64)) != 0
    }
}

impl<'a> ArticleScorer<'a> {
    /// For bare words alone that rank articles; none for anything else.
    pub(super) fn of(
        searcher: &'a Searcher,
        query: &'a Resolved,
        plan: &'a Plan,
        options: &SearchOptions,
    ) -> Result<Option<Self>, Failure> {
        let (Resolved::Leaf(read), Plan::Leaf(leaf)) = (query, plan) else { return Ok(None) };
        let Some(bag) = &read.bag else { return Ok(None) };
        if options.unit != Unit::Article || options.sort != HitOrder::Relevance {
            return Ok(None);
        }
        let (mut count, mut words) = (0, 0);
        for segment in &searcher.segments {
            let articles = segment.articles()?;
            count += articles.count() as u64;
            words += articles.total_words();
        }
        let statistics = leaf.statistics();
        let typed = |word: &ExactWord| -> tantivy::Result<Typed> {
            let term = Term::from_field_text(searcher.fields.exact, &word.term);
            let idf = statistics.idf(searcher.engine.doc_freq(&term)?);
            Ok(Typed { term: word.term.clone(), idf, is_weighed: word.is_weighed })
        };
        let exact = bag.exact.iter().map(typed).collect::<tantivy::Result<Vec<_>>>()?;
        let average = (words as f32 / count.max(1) as f32).max(1.0);
        let (weights, rarest) = (options.weights, statistics.idf(1));
        Ok(Some(ArticleScorer { searcher, read, leaf, weights, average, exact, rarest }))
    }

    /// What all forms in title and body give, and the title by itself; articles with the whole as typed first.
    pub(super) fn scores<'s>(&self, segment: &'s Segment) -> Result<ArticleScores<'s>, Failure> {
        let articles = segment.articles()?;
        let mut scores = vec![0.0; articles.count()];
        let mut counts = Counts { of: vec![0.0; articles.count()], counted: Vec::new() };
        let mut holders = vec![0_u64; segment.reader.max_doc() as usize / 64 + 1];
        let (body, title) = (self.leaf.words(), self.leaf.title.words.as_slice());
        let lengths = segment.reader.get_fieldnorms_reader(self.leaf.title.target.lengths)?;
        let factors = self.leaf.title.statistics.length_factors();
        for (i, headline) in title.iter().enumerate() {
            let word = body.get(i).unwrap_or(headline);
            each_count(segment, self.leaf.title.target.field, headline, |doc, count| {
                let article = articles.number(doc);
                counts.add(article, count);
                let factor = factors[usize::from(lengths.fieldnorm_id(doc))];
                let score = Statistics::saturated(headline.idf, count, factor);
                scores[article] += self.weights.title * score;
            })?;
            if let Some(word) = body.get(i) {
                each_count(segment, self.searcher.fields.forms, word, |doc, count| {
                    counts.add(articles.number(doc), count);
                    holders[doc as usize / 64] |= 1 << (doc % 64);
                })?;
            }
            counts.drain(|article, count| {
                let factor = self.factor(articles, article);
                scores[article] += saturated(self.weights.k1, word.idf, count, factor);
            });
        }
        self.add_whole(segment, articles, &mut scores)?;
        Ok(ArticleScores { articles, scores, holders })
    }

    /// What a passage or title gains that holds the whole as typed: more than any other can have.
    fn most(&self) -> f32 {
        let Weights { k1, title, exact, pairs, .. } = self.weights;
        let worth = (1.0 + exact + 2.0 * pairs) * (k1 + 1.0);
        let words: f32 = self.leaf.words().iter().map(|word| word.idf * worth).sum();
        let titles = self.leaf.title.words.iter().map(|word| title * max_score(word.idf));
        words + titles.sum::<f32>()
    }

    /// Adds what articles gain that hold the whole as typed.
    fn add_whole(
        &self,
        segment: &Segment,
        articles: &Articles,
        scores: &mut [f32],
    ) -> tantivy::Result<()> {
        let most = self.most();
        let body = self.leaf.body.iter().flat_map(|body| &body.sequences);
        for sequence in body.chain(&self.leaf.title.sequences).filter(|whole| whole.is_exact) {
            let mut last = None;
            for doc in sequence.documents(&segment.reader)? {
                let article = articles.number(doc);
                if last.replace(article) != Some(article) {
                    scores[article] += most;
                }
            }
        }
        Ok(())
    }

    /// What the words as typed, and pairs of them, add to the articles of some documents, in order.
    pub(super) fn more(&self, segment: &Segment, docs: &[DocId]) -> tantivy::Result<Vec<f32>> {
        let articles = segment.articles()?;
        let mut reader = TypedReader::open(self, segment)?;
        let score = |&doc: &DocId| {
            let article = articles.number(doc);
            reader.read(articles.docs(article));
            let factor = self.factor(articles, article);
            self.exact_score(&reader, factor) + self.pairs_score(&reader, factor)
        };
        Ok(docs.iter().map(score).collect())
    }

    /// The passages of each article of some documents, in order, that hold any of the words, best first: by
    /// BM25 over all forms, those that hold the whole as typed before the others.
    pub(super) fn passages(
        &self,
        segment: &Segment,
        docs: &[DocId],
    ) -> tantivy::Result<Vec<Vec<(DocId, f32)>>> {
        let articles = segment.articles()?;
        let mut typed = TypedReader::open(self, segment)?;
        let mut words = Vec::new();
        for word in self.leaf.words() {
            words.push((word.idf, cursors(&segment.reader, self.searcher.fields.forms, word)?));
        }
        let lengths = segment.reader.get_fieldnorms_reader(self.searcher.fields.exact)?;
        let factors = self.leaf.statistics().length_factors();
        let most = self.most();
        let mut score = |doc: DocId| {
            let factor = factors[usize::from(lengths.fieldnorm_id(doc))];
            let mut score = 0.0;
            for (idf, cursors) in &mut words {
                score += Statistics::saturated(*idf, count_at(cursors, doc), factor);
            }
            typed.read(doc..doc + 1);
            score + if score > 0.0 && typed.holds_whole() { most } else { 0.0 }
        };
        let passages = |&doc: &DocId| {
            let docs = articles.docs(articles.number(doc));
            let scored = docs.map(|doc| (doc, score(doc))).filter(|(_, score)| *score > 0.0);
            scored.collect::<Vec<_>>()
        };
        Ok(docs.iter().map(passages).collect())
    }

    /// The score of the article of a document, term by term.
    pub(super) fn parts(&self, segment: &Segment, doc: DocId) -> tantivy::Result<ScoreParts> {
        let articles = segment.articles()?;
        let article = articles.number(doc);
        let (docs, factor) = (articles.docs(article), self.factor(articles, article));
        let lengths = segment.reader.get_fieldnorms_reader(self.leaf.title.target.lengths)?;
        let factors = self.leaf.title.statistics.length_factors();
        let title_factor = factors[usize::from(lengths.fieldnorm_id(docs.start))];
        let mut parts = ScoreParts::default();
        for (i, headline) in self.leaf.title.words.iter().enumerate() {
            let mut title = cursors(&segment.reader, self.leaf.title.target.field, headline)?;
            let in_title = count_at(&mut title, docs.start);
            let score = Statistics::saturated(headline.idf, in_title, title_factor);
            parts.title += self.weights.title * score;
            if let Some(word) = self.leaf.words().get(i) {
                let mut body = cursors(&segment.reader, self.searcher.fields.forms, word)?;
                let in_body: f32 = docs.clone().map(|doc| count_at(&mut body, doc)).sum();
                let score = saturated(self.weights.k1, word.idf, in_title + in_body, factor);
                parts.forms.push((self.read.slots[i].typed.clone(), score));
            }
        }
        let mut reader = TypedReader::open(self, segment)?;
        reader.read(docs.clone());
        parts.exact = self.exact_score(&reader, factor);
        parts.pairs = self.pairs_score(&reader, factor);
        let mut whole = vec![0.0; articles.count()];
        self.add_whole(segment, articles, &mut whole)?;
        parts.whole = whole[article];
        Ok(parts)
    }

    fn exact_score(&self, reader: &TypedReader, factor: f32) -> f32 {
        let Weights { k1, exact, .. } = self.weights;
        let mut score = 0.0;
        for (i, typed) in self.exact.iter().enumerate() {
            let is_first = reader.numbers[..i].iter().all(|&n| n != reader.numbers[i]);
            if typed.is_weighed && is_first {
                let count = reader.counts[reader.numbers[i]];
                score += exact * saturated(k1, typed.idf, count, factor);
            }
        }
        score
    }

    fn pairs_score(&self, reader: &TypedReader, factor: f32) -> f32 {
        let Weights { k1, pairs, .. } = self.weights;
        let mut score = 0.0;
        for (pair, &count) in self.exact.windows(2).zip(&reader.pairs) {
            // Two words are never rarer side by side than if they met by chance.
            let idf = (pair[0].idf + pair[1].idf).min(self.rarest);
            score += pairs * saturated(k1, idf, count, factor);
        }
        score
    }

    fn factor(&self, articles: &Articles, article: usize) -> f32 {
        let Weights { k1, b, .. } = self.weights;
        k1 * (1.0 - b + b * articles.words(article) as f32 / self.average)
    }
}

/// How often each article holds a word, while it is counted.
struct Counts {
    of: Vec<f32>,
    /// The articles counted, once each.
    counted: Vec<u32>,
}

impl Counts {
    fn add(&mut self, article: usize, count: f32) {
        if self.of[article] == 0.0 {
            self.counted.push(article as u32);
        }
        self.of[article] += count;
    }

    fn drain(&mut self, mut call: impl FnMut(usize, f32)) {
        for article in self.counted.drain(..) {
            let article = article as usize;
            call(article, std::mem::take(&mut self.of[article]));
        }
    }
}

/// Calls for every document of a word with how often it stands there: the most that one of its terms does,
/// since two terms of one word mostly stand at the same places.
fn each_count(
    segment: &Segment,
    field: Field,
    word: &Word,
    mut call: impl FnMut(DocId, f32),
) -> tantivy::Result<()> {
    let mut cursors = cursors(&segment.reader, field, word)?;
    if let [Cursor { postings, worth }] = cursors.as_mut_slice() {
        while postings.doc() != TERMINATED {
            call(postings.doc(), postings.term_freq() as f32 * *worth);
            postings.advance();
        }
        return Ok(());
    }
    while let Some(doc) = cursors.iter().map(Cursor::doc).min().filter(|&d| d != TERMINATED) {
        let mut count = 0.0_f32;
        for Cursor { postings, worth } in cursors.iter_mut().filter(|cursor| cursor.doc() == doc) {
            count = count.max(postings.term_freq() as f32 * *worth);
            postings.advance();
        }
        call(doc, count);
    }
    Ok(())
}

/// How often a word stands in a document; documents are asked for in order.
fn count_at(cursors: &mut [Cursor], doc: DocId) -> f32 {
    let count = |Cursor { postings, worth }: &mut Cursor| {
        let found = if postings.doc() < doc { postings.seek(doc) } else { postings.doc() };
        if found == doc { postings.term_freq() as f32 * *worth } else { 0.0 }
    };
    cursors.iter_mut().map(count).fold(0.0, f32::max)
}

/// Reads where the words as typed stand in articles, forward.
struct TypedReader {
    /// The number of each typed word among the distinct ones.
    numbers: Vec<usize>,
    bodies: Vec<Option<SegmentPostings>>,
    titles: Vec<Option<SegmentPostings>>,
    positions: Vec<Vec<u32>>,
    /// How often each distinct word, and each pair, stands in the article read.
    counts: Vec<f32>,
    pairs: Vec<f32>,
}

impl TypedReader {
    fn open(scorer: &ArticleScorer<'_>, segment: &Segment) -> tantivy::Result<Self> {
        let mut distinct: FxHashMap<&str, usize> = FxHashMap::default();
        let mut numbers = Vec::new();
        for typed in &scorer.exact {
            let next = distinct.len();
            numbers.push(*distinct.entry(&typed.term).or_insert(next));
        }
        let mut terms = vec![""; distinct.len()];
        distinct.iter().for_each(|(term, &number)| terms[number] = term);
        let fields = &scorer.searcher.fields;
        let open = |field: Field, option: IndexRecordOption| {
            let inverted = segment.reader.inverted_index(field)?;
            let read =
                |term: &&str| inverted.read_postings(&Term::from_field_text(field, term), option);
            Ok::<_, tantivy::TantivyError>(terms.iter().map(read).collect::<Result<Vec<_>, _>>()?)
        };
        Ok(TypedReader {
            bodies: open(fields.exact, IndexRecordOption::WithFreqsAndPositions)?,
            titles: open(fields.title_exact, IndexRecordOption::WithFreqs)?,
            positions: vec![Vec::new(); terms.len()],
            counts: vec![0.0; terms.len()],
            pairs: vec![0.0; numbers.len().saturating_sub(1)],
            numbers,
        })
    }

    /// Whether the last document read holds all of several words in order.
    fn holds_whole(&self) -> bool {
        let [first, rest @ ..] = self.numbers.as_slice() else { return false };
        let is_whole = |start: &u32| {
            let mut next = rest.iter().zip(start + 1..);
            next.all(|(&number, position)| self.positions[number].binary_search(&position).is_ok())
        };
        !rest.is_empty() && self.positions[*first].iter().any(is_whole)
    }

    /// Counts in one article, by its documents.
    fn read(&mut self, docs: std::ops::Range<DocId>) {
        self.counts.fill(0.0);
        self.pairs.fill(0.0);
        for (postings, count) in self.titles.iter_mut().zip(&mut self.counts) {
            *count += at(postings, docs.start).map_or(0.0, |postings| postings.term_freq() as f32);
        }
        for doc in docs {
            let bodies = self.bodies.iter_mut().zip(&mut self.positions);
            for ((postings, positions), count) in bodies.zip(&mut self.counts) {
                positions.clear();
                if let Some(postings) = at(postings, doc) {
                    postings.positions(positions);
                }
                *count += positions.len() as f32;
            }
            for (pair, count) in self.numbers.windows(2).zip(&mut self.pairs) {
                *count += follows(&self.positions[pair[0]], &self.positions[pair[1]]) as f32;
            }
        }
    }
}

/// The postings at a document, if they have it.
fn at(postings: &mut Option<SegmentPostings>, doc: DocId) -> Option<&mut SegmentPostings> {
    let postings = postings.as_mut()?;
    let found = if postings.doc() < doc { postings.seek(doc) } else { postings.doc() };
    (found == doc).then_some(postings)
}

/// How often a position of one list comes right after one of the other; both are sorted.
fn follows(left: &[u32], right: &[u32]) -> usize {
    let mut at = 0;
    let is_followed = |&&position: &&u32| {
        at += right[at..].iter().take_while(|&&next| next <= position).count();
        right.get(at) == Some(&(position + 1))
    };
    left.iter().filter(is_followed).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_where_they_follow() {
        assert_eq!(follows(&[1, 4, 8], &[2, 3, 9]), 2);
        assert_eq!(follows(&[3, 4], &[4, 5]), 2);
        assert_eq!(follows(&[], &[4, 5]), 0);
    }
}
