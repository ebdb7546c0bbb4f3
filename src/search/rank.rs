//! Found passages to ranked articles: grouping, counting, ties.

use std::cmp::Reverse;
use std::ops::Range;

use tantivy::{DocId, Score};

use super::articles::{ArticleScorer, ArticleScores};
use super::filter::Filter;
use super::groups::{FacetCounter, Facets};
use super::run::SegmentFound;
use super::segment::{Ids, Segment};
use super::{HitOrder, SearchOptions, Unit};

/// What a title's score is worth beside a passage's.
const TITLE_WEIGHT: f32 = 1.0;
/// Articles looked at closely, at least.
const REFINED: usize = 100;
/// Scores are compared to this many steps a unit: sums that differ by rounding alone are equal.
const SCORE_STEPS: f32 = 10_000.0;

/// A passage found, by its document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) doc: DocId,
    pub(super) score: f32,
}

/// An article of one segment with its best passages.
pub(super) struct Candidate {
    /// The number of its segment.
    pub(super) segment: usize,
    pub(super) passages: Vec<Found>,
    /// How many of the article's passages match.
    pub(super) count: usize,
    /// A document of the article.
    pub(super) doc: DocId,
    key: Key,
    tie: Tie,
}

/// What articles are ranked by, the highest first: their day if that is asked for, and their score, rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    day: i64,
    score: i64,
}

/// What decides between equal scores: the identifier, or its number where all are of one segment.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct Tie {
    id: String,
    ord: u64,
    /// Passages of one article in their order.
    doc: DocId,
}

/// Collects articles over segments; keeps the best `keep`.
pub(super) struct Ranking {
    keep: usize,
    per_article: usize,
    unit: Unit,
    order: HitOrder,
    facets: Option<FacetCounter>,
    best: Vec<Candidate>,
    pub(super) passages: usize,
    pub(super) articles: usize,
}

/// An article, or a passage that is ranked by itself, while a segment is read.
struct Article {
    address: u64,
    /// The document of the first passage that was found.
    doc: DocId,
    title: f32,
    /// Where its passages stand in the list of those found.
    bodies: Range<u32>,
    /// How many of the article's passages match; the first one stands for an article that is found by its
    /// title alone.
    count: usize,
    key: Key,
}

impl Ranking {
    pub(super) fn new(options: &SearchOptions) -> Self {
        Ranking {
            keep: options.offset.saturating_add(options.limit),
            per_article: options.per_article.max(1),
            unit: options.unit,
            order: options.sort,
            facets: options.facets.then(FacetCounter::default),
            best: Vec::new(),
            passages: 0,
            articles: 0,
        }
    }

    /// All that was found, counted, if that was asked for.
    pub(super) fn facets(&self) -> Option<Facets> {
        self.facets.as_ref().map(FacetCounter::facets)
    }

    /// Adds what was found in the bodies and titles of one segment.
    pub(super) fn add_segment(
        &mut self,
        number: usize,
        segment: &Segment,
        found: &SegmentFound<Score>,
        filter: &Filter,
    ) -> tantivy::Result<()> {
        let mut articles = self.found_articles(segment, found, filter)?;
        self.count(segment, &articles)?;
        if self.unit == Unit::Passage {
            articles = apart(&articles, &found.bodies);
        }
        for article in best_of(articles, self.keep, segment)? {
            self.best.push(self.candidate(number, &article, &found.bodies));
        }
        Ok(())
    }

    /// Adds the articles of one segment that hold bare words.
    pub(super) fn add_scores(
        &mut self,
        number: usize,
        segment: &Segment,
        scores: &ArticleScores<'_>,
        filter: &Filter,
    ) -> tantivy::Result<()> {
        let accepted = |doc: DocId| !segment.reader.is_deleted(doc) && filter.accepts(doc);
        let found = scores.found().filter(|(doc, ..)| accepted(*doc));
        let article = |(doc, score, passages): (DocId, f32, usize)| {
            let key = Key { day: 0, score: rounded(score) };
            Article { address: 0, doc, title: 0.0, bodies: 0..0, count: passages.max(1), key }
        };
        let articles: Vec<Article> = found.map(article).collect();
        self.count(segment, &articles)?;
        for article in best_of(articles, refined(self.keep), segment)? {
            self.best.push(self.candidate(number, &article, &[]));
        }
        Ok(())
    }

    fn count(&mut self, segment: &Segment, articles: &[Article]) -> tantivy::Result<()> {
        self.articles += articles.len();
        self.passages += articles.iter().map(|article| article.count).sum::<usize>();
        let Some(facets) = &mut self.facets else { return Ok(()) };
        let counted = articles.iter().map(|article| (article.doc, article.count as u64));
        facets.add_segment(segment, counted)
    }

    /// The articles of a segment that the filter accepts, with their passages.
    fn found_articles(
        &self,
        segment: &Segment,
        SegmentFound { bodies, titles }: &SegmentFound<Score>,
        filter: &Filter,
    ) -> tantivy::Result<Vec<Article>> {
        let dates = match self.order {
            HitOrder::Relevance => None,
            HitOrder::Date | HitOrder::Oldest => {
                Some(segment.reader.fast_fields().i64("first_day")?)
            }
        };
        let sign = if self.order == HitOrder::Oldest { -1 } else { 1 };
        let day = |doc: DocId| {
            dates.as_ref().map_or(0, |dates| dates.first(doc).map_or(i64::MIN, |day| sign * day))
        };
        let accepted = |doc: DocId| !segment.reader.is_deleted(doc) && filter.accepts(doc);
        let mut articles: Vec<Article> = Vec::new();
        let mut at = 0;
        for (doc, body, title) in merged(bodies, titles) {
            let index = at;
            at += u32::from(body.is_some());
            if !accepted(doc) {
                continue;
            }
            let address = segment.address(doc);
            if articles.last().is_none_or(|article| article.address != address) {
                let title = title.unwrap_or(0.0) * TITLE_WEIGHT;
                let key = Key { day: day(doc), score: rounded(title) };
                articles.push(Article { address, doc, title, bodies: index..index, count: 1, key });
            }
            if let (Some(article), Some(score)) = (articles.last_mut(), body) {
                article.bodies.end = at;
                article.count = article.bodies.len();
                article.key.score = article.key.score.max(rounded(score + article.title));
            }
        }
        Ok(articles)
    }

    fn candidate(&self, segment: usize, article: &Article, bodies: &[(DocId, Score)]) -> Candidate {
        let Article { doc, title, bodies: ref range, count, key, .. } = *article;
        let found = &bodies[range.start as usize..range.end as usize];
        let found = found.iter().map(|&(doc, score)| Found { doc, score: score + title });
        let mut passages: Vec<Found> = found.collect();
        // Found by its title alone: its first passage stands for it.
        if passages.is_empty() {
            passages.push(Found { doc, score: title });
        }
        passages.sort_by_key(|found| Reverse(rounded(found.score)));
        passages.truncate(self.per_article);
        Candidate { segment, passages, count, doc, key, tie: Tie::default() }
    }

    /// Looks closely at the best articles so far: what words as typed add to their scores, and their passages.
    pub(super) fn refine(
        &mut self,
        segments: &[Segment],
        bag: &ArticleScorer<'_>,
    ) -> tantivy::Result<()> {
        sort(&mut self.best, segments)?;
        self.best.truncate(refined(self.keep));
        self.each_segment(|number, docs, candidates| {
            let more = bag.more(&segments[number], docs)?;
            let more = candidates.iter_mut().zip(more);
            more.for_each(|(candidate, more)| candidate.key.score += rounded(more));
            Ok(())
        })?;
        sort(&mut self.best, segments)?;
        self.best.truncate(self.keep);
        let per_article = self.per_article;
        self.each_segment(|number, docs, candidates| {
            let passages = bag.passages(&segments[number], docs)?;
            for (candidate, mut passages) in candidates.iter_mut().zip(passages) {
                passages.sort_by_key(|(_, score)| Reverse(rounded(*score)));
                passages.truncate(per_article);
                // Found by its title alone: its first passage stands for it.
                if passages.is_empty() {
                    passages.push((candidate.doc, 0.0));
                }
                let score = candidate.key.score as f32 / SCORE_STEPS;
                let found = passages.into_iter().map(|(doc, _)| Found { doc, score });
                candidate.passages = found.collect();
            }
            Ok(())
        })
    }

    /// Calls with the candidates of each segment and their documents, in order.
    fn each_segment(
        &mut self,
        mut call: impl FnMut(usize, &[DocId], &mut [Candidate]) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        self.best.sort_by_key(|candidate| (candidate.segment, candidate.doc));
        for candidates in self.best.chunk_by_mut(|a, b| a.segment == b.segment) {
            let docs: Vec<DocId> = candidates.iter().map(|candidate| candidate.doc).collect();
            call(candidates[0].segment, &docs, candidates)?;
        }
        Ok(())
    }

    /// The best articles, best first; equal scores by identifier.
    pub(super) fn into_best(mut self, segments: &[Segment]) -> tantivy::Result<Vec<Candidate>> {
        sort(&mut self.best, segments)?;
        self.best.truncate(self.keep);
        Ok(self.best)
    }
}

/// How many articles are looked at closely to rank so many: enough that what they gain decides among them.
fn refined(keep: usize) -> usize {
    if keep == 0 { 0 } else { keep.max(REFINED) }
}

/// Each passage by itself.
fn apart(articles: &[Article], bodies: &[(DocId, Score)]) -> Vec<Article> {
    let mut each = Vec::new();
    for &Article { address, doc, title, bodies: ref range, count, key } in articles {
        let alone = |doc, bodies, score| {
            let key = Key { score: rounded(score), ..key };
            Article { address, doc, title, bodies, count, key }
        };
        if range.is_empty() {
            each.push(alone(doc, range.clone(), title));
        }
        for at in range.clone() {
            let (doc, score) = bodies[at as usize];
            each.push(alone(doc, at..at + 1, score + title));
        }
    }
    each
}

/// Best first; equal ones by identifier, then by passage.
fn sort(best: &mut [Candidate], segments: &[Segment]) -> tantivy::Result<()> {
    best.sort_by_key(|c| Reverse(c.key));
    let equal = best.chunk_by_mut(|a, b| a.key == b.key);
    let mut ids = None;
    for tied in equal.filter(|tied| tied.len() > 1) {
        let ids = match &ids {
            Some(ids) => ids,
            None => ids.insert(segments.iter().map(Segment::ids).collect::<Result<Vec<_>, _>>()?),
        };
        break_tie(tied, ids)?;
    }
    Ok(())
}

/// The best `keep` articles, in no order; identifiers decide between equal scores at the limit.
fn best_of(
    mut articles: Vec<Article>,
    keep: usize,
    segment: &Segment,
) -> tantivy::Result<Vec<Article>> {
    if articles.len() <= keep || keep == 0 {
        articles.truncate(keep);
        return Ok(articles);
    }
    let (_, last, _) = articles.select_nth_unstable_by_key(keep - 1, |a| Reverse(a.key));
    let least = last.key;
    articles.retain(|article| article.key >= least);
    if articles.len() > keep {
        let ids = segment.ids()?;
        articles.sort_by_cached_key(|article| {
            // Those above the limit are kept whatever their identifier.
            (article.key == least).then(|| (ids.ord(article.doc), article.doc))
        });
        articles.truncate(keep);
    }
    Ok(articles)
}

fn break_tie(tied: &mut [Candidate], ids: &[&Ids]) -> tantivy::Result<()> {
    let one_segment = tied.iter().all(|c| c.segment == tied[0].segment);
    for candidate in tied.iter_mut() {
        let ids = &ids[candidate.segment];
        candidate.tie = match one_segment {
            true => Tie { ord: ids.ord(candidate.doc), doc: candidate.doc, ..Tie::default() },
            false => Tie { id: ids.id(candidate.doc)?, doc: candidate.doc, ..Tie::default() },
        };
    }
    tied.sort_by(|a, b| a.tie.cmp(&b.tie));
    Ok(())
}

fn rounded(score: f32) -> i64 {
    (score * SCORE_STEPS).round() as i64
}

/// Documents of both lists in order, with the score of each.
fn merged<'a>(
    bodies: &'a [(DocId, Score)],
    titles: &'a [(DocId, Score)],
) -> impl Iterator<Item = (DocId, Option<f32>, Option<f32>)> + 'a {
    let (mut bodies, mut titles) = (bodies.iter().peekable(), titles.iter().peekable());
    std::iter::from_fn(move || {
        let doc = match (bodies.peek(), titles.peek()) {
            (Some((b, _)), Some((t, _))) => *b.min(t),
            (Some((doc, _)), None) | (None, Some((doc, _))) => *doc,
            (None, None) => return None,
        };
        let body = bodies.next_if(|(d, _)| *d == doc).map(|(_, score)| *score);
        let title = titles.next_if(|(d, _)| *d == doc).map(|(_, score)| *score);
        Some((doc, body, title))
    })
}
