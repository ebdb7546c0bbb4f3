//! Found passages to ranked articles: grouping, counting, ties.

use std::cmp::Reverse;
use std::ops::Range;

use tantivy::{DocId, Score};

use super::filter::Filter;
use super::groups::{FacetCounter, Facets};
use super::run::SegmentFound;
use super::segment::{Ids, Segment};
use super::{HitOrder, SearchOptions};

/// What a title's score is worth beside a passage's.
const TITLE_WEIGHT: f32 = 1.0;
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
    /// How many of its passages match.
    pub(super) count: usize,
    /// A document of the article.
    doc: DocId,
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
}

/// Collects articles over segments; keeps the best `keep`.
pub(super) struct Ranking {
    keep: usize,
    per_article: usize,
    order: HitOrder,
    facets: Option<FacetCounter>,
    best: Vec<Candidate>,
    pub(super) passages: usize,
    pub(super) articles: usize,
}

/// An article while a segment is read.
struct Article {
    address: u64,
    /// The document of the first passage that was found.
    doc: DocId,
    title: f32,
    /// Where its passages stand in the list of those found.
    bodies: Range<u32>,
    key: Key,
}

impl Ranking {
    pub(super) fn new(options: &SearchOptions) -> Self {
        Ranking {
            keep: options.offset.saturating_add(options.limit),
            per_article: options.per_article.max(1),
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
        SegmentFound { bodies, titles }: &SegmentFound<Score>,
        filter: &Filter,
    ) -> tantivy::Result<()> {
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
                articles.push(Article { address, doc, title, bodies: index..index, key });
            }
            if let (Some(article), Some(score)) = (articles.last_mut(), body) {
                article.bodies.end = at;
                article.key.score = article.key.score.max(rounded(score + article.title));
            }
        }
        self.articles += articles.len();
        self.passages += articles.iter().map(Article::count).sum::<usize>();
        if let Some(facets) = &mut self.facets {
            let counted = articles.iter().map(|article| (article.doc, article.count() as u64));
            facets.add_segment(segment, counted)?;
        }
        for article in best_of(articles, self.keep, segment)? {
            self.best.push(self.candidate(number, &article, bodies));
        }
        Ok(())
    }

    fn candidate(&self, segment: usize, article: &Article, bodies: &[(DocId, Score)]) -> Candidate {
        let Article { doc, title, bodies: ref range, key, .. } = *article;
        let found = &bodies[range.start as usize..range.end as usize];
        let found = found.iter().map(|&(doc, score)| Found { doc, score: score + title });
        let mut passages: Vec<Found> = found.collect();
        // Found by its title alone: its first passage stands for it.
        if passages.is_empty() {
            passages.push(Found { doc, score: title });
        }
        passages.sort_by_key(|found| Reverse(rounded(found.score)));
        passages.truncate(self.per_article);
        let count = article.count();
        Candidate { segment, passages, count, doc, key, tie: Tie::default() }
    }

    /// The best articles, best first; equal scores by identifier.
    pub(super) fn into_best(mut self, segments: &[Segment]) -> tantivy::Result<Vec<Candidate>> {
        self.best.sort_by_key(|c| Reverse(c.key));
        let equal = self.best.chunk_by_mut(|a, b| a.key == b.key);
        let mut ids = None;
        for tied in equal.filter(|tied| tied.len() > 1) {
            let ids = match &ids {
                Some(ids) => ids,
                None => {
                    ids.insert(segments.iter().map(Segment::ids).collect::<Result<Vec<_>, _>>()?)
                }
            };
            break_tie(tied, ids)?;
        }
        self.best.truncate(self.keep);
        Ok(self.best)
    }
}

impl Article {
    /// Passages that match; the first one stands for an article that is found by its title alone.
    fn count(&self) -> usize {
        self.bodies.len().max(1)
    }
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
            (article.key == least).then(|| ids.ord(article.doc))
        });
        articles.truncate(keep);
    }
    Ok(articles)
}

fn break_tie(tied: &mut [Candidate], ids: &[Ids]) -> tantivy::Result<()> {
    let one_segment = tied.iter().all(|c| c.segment == tied[0].segment);
    for candidate in tied.iter_mut() {
        let ids = &ids[candidate.segment];
        candidate.tie = match one_segment {
            true => Tie { ord: ids.ord(candidate.doc), ..Tie::default() },
            false => Tie { id: ids.id(candidate.doc)?, ..Tie::default() },
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
