//! Found passages to ranked articles: grouping, counting, ties.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::filter::Filter;
use super::plan::Scored;
use super::segment::Segment;

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
    key: Key,
}

/// Collects articles over segments; keeps the best `keep`.
pub(super) struct Ranking {
    keep: usize,
    per_article: usize,
    best: Vec<Candidate>,
    pub(super) passages: usize,
    pub(super) articles: usize,
}

/// An article while its passages are read.
struct Article {
    ord: u64,
    title_score: Option<f32>,
    first: DocId,
    passages: Vec<Found>,
    count: usize,
}

impl Ranking {
    pub(super) fn new(keep: usize, per_article: usize) -> Self {
        Ranking { keep, per_article, best: Vec::new(), passages: 0, articles: 0 }
    }

    /// Adds what was found in the bodies and titles of one segment.
    pub(super) fn add_segment(
        &mut self,
        number: usize,
        segment: &Segment,
        found: (&Scored, &Scored),
        filter: &Filter,
    ) {
        let (bodies, titles) = found;
        if bodies.is_empty() && titles.is_empty() {
            return;
        }
        let accepted = |doc: DocId| !segment.reader.is_deleted(doc) && filter.accepts(doc);
        let mut heap = Heap::new(self.keep);
        let mut open: Option<Article> = None;
        for (doc, body, title) in merged(bodies, titles).filter(|&(doc, _, _)| accepted(doc)) {
            let ord = segment.id_ord(doc);
            if open.as_ref().is_none_or(|article| article.ord != ord) {
                self.close(open.take(), &mut heap);
                open = Some(Article {
                    ord,
                    title_score: title,
                    first: doc,
                    passages: Vec::new(),
                    count: 0,
                });
            }
            if let (Some(article), Some(score)) = (&mut open, body) {
                article.add(Found { doc, score }, self.per_article);
            }
        }
        self.close(open.take(), &mut heap);
        let candidate =
            |(key, passages, count)| Candidate { segment: number, passages, count, key };
        self.best.extend(heap.into_entries().map(candidate));
    }

    /// Counts a finished article and offers it to the best.
    fn close(&mut self, article: Option<Article>, heap: &mut Heap) {
        let Some(mut article) = article else { return };
        let title = article.title_score.map_or(0.0, |score| score * TITLE_WEIGHT);
        // Found by its title alone: its first passage stands for it.
        if article.count == 0 {
            article.add(Found { doc: article.first, score: 0.0 }, self.per_article);
        }
        self.articles += 1;
        self.passages += article.count;
        for found in &mut article.passages {
            found.score += title;
        }
        let best = article.passages.iter().map(|p| rounded(p.score)).max().unwrap_or(0);
        heap.offer(Key { score: best, ord: article.ord }, article.passages, article.count);
    }

    /// The best articles, best first; equal scores by identifier.
    pub(super) fn into_best(mut self, segments: &[Segment]) -> tantivy::Result<Vec<Candidate>> {
        let mut ids = FxHashMap::default();
        for tied in ties_across_segments(&mut self.best) {
            for candidate in tied {
                let (segment, ord) = (candidate.segment, candidate.key.ord);
                ids.insert((segment, ord), segments[segment].id(ord)?);
            }
        }
        let id = |c: &Candidate| ids.get(&(c.segment, c.key.ord));
        // Within a segment the order of places is that of identifiers: those are read for others only.
        self.best.sort_by(|a, b| {
            let by_id = || id(a).cmp(&id(b)).then_with(|| a.key.ord.cmp(&b.key.ord));
            b.key.score.cmp(&a.key.score).then_with(by_id)
        });
        self.best.truncate(self.keep);
        Ok(self.best)
    }
}

/// Candidates of equal score that come from several segments.
fn ties_across_segments(candidates: &mut [Candidate]) -> impl Iterator<Item = &[Candidate]> {
    candidates.sort_by_key(|c| (Reverse(c.key.score), c.segment));
    let equal = candidates.chunk_by(|a, b| a.key.score == b.key.score);
    equal.filter(|tied| tied.iter().any(|c| c.segment != tied[0].segment))
}

impl Article {
    /// Keeps the best passages, best first, earlier ones first among equals.
    fn add(&mut self, found: Found, keep: usize) {
        self.count += 1;
        let at = self.passages.partition_point(|p| rounded(p.score) >= rounded(found.score));
        if at < keep {
            self.passages.truncate(keep - 1);
            self.passages.insert(at, found);
        }
    }
}

fn rounded(score: f32) -> i64 {
    (score * SCORE_STEPS).round() as i64
}

/// Documents of both lists in order, with the score of each.
fn merged<'a>(
    bodies: &'a Scored,
    titles: &'a Scored,
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

/// Higher scores first, then smaller identifiers.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    score: i64,
    ord: u64,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.cmp(&other.score).then_with(|| other.ord.cmp(&self.ord))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The best articles of one segment, the worst of them on top.
struct Heap {
    keep: usize,
    keys: BinaryHeap<Reverse<Key>>,
    articles: FxHashMap<u64, (Vec<Found>, usize)>,
}

impl Heap {
    fn new(keep: usize) -> Self {
        Heap { keep, keys: BinaryHeap::new(), articles: FxHashMap::default() }
    }

    fn offer(&mut self, key: Key, passages: Vec<Found>, count: usize) {
        if self.keys.len() == self.keep {
            if self.keys.peek().is_none_or(|Reverse(worst)| key < *worst) {
                return;
            }
            if let Some(Reverse(worst)) = self.keys.pop() {
                self.articles.remove(&worst.ord);
            }
        }
        self.keys.push(Reverse(key));
        self.articles.insert(key.ord, (passages, count));
    }

    fn into_entries(mut self) -> impl Iterator<Item = (Key, Vec<Found>, usize)> {
        let keys = self.keys.into_vec();
        keys.into_iter().filter_map(move |Reverse(key)| {
            let (passages, count) = self.articles.remove(&key.ord)?;
            Some((key, passages, count))
        })
    }
}
