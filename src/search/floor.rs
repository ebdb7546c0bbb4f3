//! The best articles for one phrase, or for words near each other, where nothing is counted: passages that
//! cannot bring an article among them are passed over. A passage has no more matches than it has of its
//! rarest word, and so no higher score; how the words stand is compared only where that would be enough.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, Score, TERMINATED};

use super::bm25::Statistics;
use super::filter::Filter;
use super::ground::Text;
use super::plan::{LeafPlan, Plan, Scoring};
use super::rank::Ranking;
use super::run::{Finding, Found, Run, SegmentFound};
use super::segment::Segment;
use super::steps::{Steps, steps};
use super::visitor::Visitor;
use super::{Failure, HitOrder, SearchOptions, Searcher, Unit};
use crate::spans::Match;

/// Where words stand together in fewer passages, none is passed over: the best articles are looked at again.
pub(super) const LEAST_DOCUMENTS: u64 = 1_000;

/// The leaf of a plan that asks for nothing else, where passages may be passed over: one that may stand in so
/// many documents at least.
pub(super) fn only_leaf<'p>(
    plan: &'p Plan,
    options: &SearchOptions,
    least_documents: u64,
) -> Option<&'p LeafPlan> {
    let Plan::Leaf(leaf) = plan else { return None };
    let is_counted = options.totals || options.facets;
    let documents = leaf.body.as_ref().map_or(0, |body| body.documents);
    let by_score = options.sort == HitOrder::Relevance && options.unit == Unit::Article;
    let is_worth_it = documents >= least_documents && leaf.scores_matches();
    (by_score && !is_counted && is_worth_it).then_some(leaf)
}

/// The scores of the best articles so far.
struct Floor {
    keep: usize,
    scores: BinaryHeap<Reverse<Steps>>,
    /// Whether any passage was passed over.
    passed: bool,
}

impl Floor {
    /// What an article must reach, once there are enough.
    fn least(&self) -> Option<Steps> {
        let is_full = self.scores.len() >= self.keep;
        self.scores.peek().filter(|_| is_full).map(|Reverse(least)| *least)
    }

    fn add(&mut self, score: Steps) {
        if self.least().is_none_or(|least| score > least) {
            self.scores.push(Reverse(score));
            if self.scores.len() > self.keep {
                self.scores.pop();
            }
        }
    }
}

impl Searcher {
    /// Ranks the articles where a leaf stands.
    pub(super) fn ranked_leaf(
        &self,
        leaf: &LeafPlan,
        options: &SearchOptions,
        filter: &dyn Fn(&Segment) -> tantivy::Result<Filter>,
    ) -> Result<Ranking, Failure> {
        let mut ranking = Ranking::new(options);
        let mut floor = Floor { keep: ranking.keep, scores: BinaryHeap::new(), passed: false };
        let filters = self.segments.iter().map(filter).collect::<tantivy::Result<Vec<_>>>()?;
        let mut titles = Vec::new();
        for (segment, filter) in self.segments.iter().zip(&filters) {
            let run = Run::whole(self, segment);
            let found = find_best(&run, leaf, filter, &mut floor)?;
            ranking.add_segment(segment.number, segment, &found, filter)?;
            titles.push(found.titles);
        }
        ranking.keep_best(self)?;
        if !floor.passed {
            return Ok(ranking);
        }
        // Of the best articles, all passages are found.
        let mut whole = Ranking::new(options);
        for ((segment, filter), titles) in self.segments.iter().zip(&filters).zip(titles) {
            let articles = ranking.articles_of(segment);
            if !articles.is_empty() {
                let found = find_within(&Run::whole(self, segment), leaf, articles, titles)?;
                whole.add_segment(segment.number, segment, &found, filter)?;
            }
        }
        whole.keep_best(self)?;
        Ok(whole)
    }
}

/// What is found in a segment, passages that are too low passed over.
fn find_best(
    run: &Run<'_>,
    leaf: &LeafPlan,
    filter: &Filter,
    floor: &mut Floor,
) -> Result<SegmentFound<Score>, Failure> {
    let titles = Score::of_leaf(run, leaf, Text::Title)?;
    let Some(scoring) = &leaf.body else { return Ok(SegmentFound { bodies: Vec::new(), titles }) };
    let scorer = Scorer::open(run.segment, scoring)?;
    let mut best = Best {
        scorer,
        segment: run.segment,
        filter,
        titles: &titles,
        floor,
        found: Vec::new(),
        article: None,
    };
    run.visit(leaf, Text::Body, &mut best)?;
    best.end_article();
    Ok(SegmentFound { bodies: best.found, titles })
}

/// What is found in some articles of a segment.
fn find_within(
    run: &Run<'_>,
    leaf: &LeafPlan,
    articles: Vec<Range<DocId>>,
    mut titles: Found<Score>,
) -> Result<SegmentFound<Score>, Failure> {
    titles.retain(|(doc, _)| articles.binary_search_by_key(doc, |docs| docs.start).is_ok());
    let Some(scoring) = &leaf.body else { return Ok(SegmentFound { bodies: Vec::new(), titles }) };
    let scorer = Scorer::open(run.segment, scoring)?;
    let mut within = Within { scorer, articles, found: Vec::new() };
    run.visit(leaf, Text::Body, &mut within)?;
    Ok(SegmentFound { bodies: within.found, titles })
}

/// Scores the matches of passages.
pub(super) struct Scorer<'a> {
    scoring: &'a Scoring,
    lengths: FieldNormReader,
}

impl<'a> Scorer<'a> {
    pub(super) fn open(segment: &Segment, scoring: &'a Scoring) -> tantivy::Result<Self> {
        let lengths = segment.reader.get_fieldnorms_reader(scoring.target.lengths)?;
        Ok(Scorer { scoring, lengths })
    }

    /// The score of a passage with so many matches.
    #[inline]
    pub(super) fn score(&self, doc: DocId, matches: usize) -> Score {
        let factors = &self.scoring.statistics.length_factors;
        let factor = factors[usize::from(self.lengths.fieldnorm_id(doc))];
        Statistics::saturated(self.scoring.idf, matches as f32, factor)
    }
}

/// Keeps what may be among the best.
struct Best<'a> {
    scorer: Scorer<'a>,
    segment: &'a Segment,
    filter: &'a Filter,
    titles: &'a [(DocId, Score)],
    floor: &'a mut Floor,
    found: Found<Score>,
    /// The article at hand: the document after its last, and its score.
    article: Option<(DocId, Steps)>,
}

impl Best<'_> {
    /// What a passage brings its article, with the title.
    fn with_title(&self, doc: DocId, score: Score) -> Steps {
        if self.titles.is_empty() {
            return steps(score);
        }
        let first = self.segment.first_of_article(doc);
        let title = self.titles.binary_search_by_key(&first, |(doc, _)| *doc);
        steps(score + title.map_or(0.0, |at| self.titles[at].1))
    }

    fn end_article(&mut self) {
        if let Some((_, score)) = self.article.take() {
            self.floor.add(score);
        }
    }
}

impl Visitor for Best<'_> {
    fn wants(&mut self, doc: DocId, most: &mut dyn FnMut() -> u32) -> bool {
        let Some(least) = self.floor.least() else { return true };
        let score = self.scorer.score(doc, most() as usize);
        let is_wanted = steps(score) >= least || self.with_title(doc, score) >= least;
        self.floor.passed |= !is_wanted;
        is_wanted
    }

    fn found(&mut self, doc: DocId, matches: &[Match]) {
        let score = self.scorer.score(doc, matches.len());
        self.found.push((doc, score));
        if self.segment.reader.is_deleted(doc) || !self.filter.accepts(doc) {
            return;
        }
        let with_title = self.with_title(doc, score);
        match &mut self.article {
            Some((end, best)) if doc < *end => *best = with_title.max(*best),
            _ => {
                self.end_article();
                self.article = Some((self.segment.end_of_article(doc), with_title));
            }
        }
    }
}

/// Keeps what stands in some articles, given in the order of their documents.
struct Within<'a> {
    scorer: Scorer<'a>,
    articles: Vec<Range<DocId>>,
    found: Found<Score>,
}

impl Visitor for Within<'_> {
    fn next(&mut self, doc: DocId) -> DocId {
        let at = self.articles.partition_point(|docs| docs.end <= doc);
        self.articles.get(at).map_or(TERMINATED, |docs| docs.start.max(doc))
    }

    fn found(&mut self, doc: DocId, matches: &[Match]) {
        if self.next(doc) == doc {
            self.found.push((doc, self.scorer.score(doc, matches.len())));
        }
    }
}
