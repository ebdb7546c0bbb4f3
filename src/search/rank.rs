//! Found passages to ranked articles: grouping, counting, ties.

use std::cmp::Reverse;
use std::ops::Range;

use tantivy::{DocId, Score};

use super::articles::ArticleScorer;
use super::best::BestArticles;
use super::filter::Filter;
use super::groups::{FacetCounter, Facets};
use super::run::SegmentFound;
use super::segment::Segment;
use super::shortlist::{Listed, Shortlist};
use super::steps::{Steps, points, steps};
use super::{Failure, HitOrder, SearchOptions, Searcher, Unit};

/// Articles that are looked at closely together, and ranked among themselves: with three times as many the ranking is
/// hardly better. However many are asked for, the first of them are the same.
const BLOCK: usize = 30;
/// Articles that are kept before the best of them are chosen, at least.
const LEAST_SHORTENED: usize = 64;

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
}

/// What articles are ranked by, the highest first: their day if that is asked for, the block that they are looked at
/// in, the first one first, and their score, rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    day: i64,
    block: Reverse<usize>,
    score: Steps,
}

impl Key {
    fn of_block(block: usize, score: Steps) -> Self {
        Key { day: 0, block: Reverse(block), score }
    }
}

/// Collects articles over segments; keeps the best `keep`.
pub(super) struct Ranking {
    pub(super) keep: usize,
    per_article: usize,
    unit: Unit,
    order: HitOrder,
    facets: Option<FacetCounter>,
    /// Whether all that is found is counted, where passing over articles would spare it.
    counted: bool,
    best: Vec<Candidate>,
    /// Whether these are the best, in order.
    is_sorted: bool,
    pub(super) passages: usize,
    pub(super) articles: usize,
}

/// An article, or a passage that is ranked by itself, while a segment is read.
struct Article {
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
            counted: options.totals || options.facets,
            best: Vec::new(),
            is_sorted: false,
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
        let mut best = BestOf { keep: self.keep, segment, least: None, articles: Vec::new() };
        let mut counts = Vec::new();
        for article in self.found_articles(segment, found, filter)? {
            self.articles += 1;
            self.passages += article.count;
            if self.facets.is_some() {
                counts.push((article.doc, article.count as u64));
            }
            match self.unit {
                Unit::Article => best.add(article)?,
                Unit::Passage => {
                    apart(&article, &found.bodies).try_for_each(|alone| best.add(alone))?;
                }
            }
        }
        self.is_sorted = false;
        for article in best.into_articles()? {
            self.best.push(self.candidate(number, &article, &found.bodies));
        }
        let Some(facets) = &mut self.facets else { return Ok(()) };
        facets.add_segment(segment, counts.into_iter())
    }

    /// Ranks the articles that hold bare words; each segment has its filter.
    pub(super) fn add_bag(
        &mut self,
        bag: &ArticleScorer<'_>,
        filters: &[Filter],
    ) -> Result<(), Failure> {
        let mut list = Shortlist::new(bag.searcher, refined(self.keep));
        for (segment, filter) in bag.searcher.segments.iter().zip(filters) {
            self.list(segment, filter, bag, &mut list)?;
        }
        self.refine(list.into_best()?, bag)?;
        if !self.counted {
            self.count_best();
        }
        Ok(())
    }

    /// Lists the articles of one segment that may be among the best, and counts all if that was asked for.
    fn list(
        &mut self,
        segment: &Segment,
        filter: &Filter,
        bag: &ArticleScorer<'_>,
        list: &mut Shortlist<'_>,
    ) -> Result<(), Failure> {
        let accepted = |doc: DocId| !segment.reader.is_deleted(doc) && filter.accepts(doc);
        let mut counts = Vec::new();
        let mut failure = Ok(());
        let (counted, facets) = (self.counted, self.facets.is_some());
        BestArticles::open(bag, segment, counted)?.each(segment, |window| {
            for article in window.iter().filter(|article| accepted(article.doc)) {
                if counted {
                    self.articles += 1;
                    self.passages += article.passages;
                }
                if facets {
                    counts.push((article.doc, article.passages as u64));
                }
                if failure.is_ok() {
                    failure = list.add(segment, *article);
                }
            }
            if failure.is_ok() && list.is_long() {
                failure = list.shorten();
            }
            list.least()
        })?;
        if let Some(facets) = &mut self.facets {
            facets.add_segment(segment, counts.iter().copied())?;
        }
        failure
    }

    /// The articles of a segment that the filter accepts, with their passages.
    fn found_articles<'f>(
        &self,
        segment: &'f Segment,
        SegmentFound { bodies, titles }: &'f SegmentFound<Score>,
        filter: &'f Filter,
    ) -> tantivy::Result<impl Iterator<Item = Article> + use<'f>> {
        let dates = match self.order {
            HitOrder::Relevance => None,
            HitOrder::Date | HitOrder::Oldest => {
                Some(segment.reader.fast_fields().i64("first_day")?)
            }
        };
        let sign = if self.order == HitOrder::Oldest { -1 } else { 1 };
        let day = move |doc: DocId| {
            dates.as_ref().map_or(0, |dates| dates.first(doc).map_or(i64::MIN, |day| sign * day))
        };
        let accepted = |doc: DocId| !segment.reader.is_deleted(doc) && filter.accepts(doc);
        let (mut body, mut title) = (0, 0);
        Ok(std::iter::from_fn(move || {
            loop {
                let (next_body, next_title) = (bodies.get(body), titles.get(title));
                let doc = next_body.iter().chain(&next_title).map(|(doc, _)| *doc).min()?;
                let (first, end) = (body, segment.end_of_article(doc));
                let of_title =
                    next_title.filter(|(doc, _)| *doc < end).map_or(0.0, |(_, score)| {
                        title += 1;
                        *score
                    });
                let mut best = 0.0_f32;
                while let Some((_, score)) = bodies.get(body).filter(|(doc, _)| *doc < end) {
                    best = best.max(*score);
                    body += 1;
                }
                // An article's passages are accepted or not together.
                if accepted(doc) {
                    let (bodies, count) = (first as u32..body as u32, (body - first).max(1));
                    let key = Key { day: day(doc), ..Key::of_block(0, steps(best + of_title)) };
                    return Some(Article { doc, title: of_title, bodies, count, key });
                }
            }
        }))
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
        passages.sort_by_key(|found| Reverse(steps(found.score)));
        passages.truncate(self.per_article);
        Candidate { segment, passages, count, doc, key }
    }

    /// Looks closely at the articles listed, by blocks: what kin words and words as typed add to their scores, and the
    /// passages of the best. With words as typed, which cost most, as many are looked at first as are wanted; of the
    /// others, which are of the last block, those that may still come before them.
    fn refine(&mut self, mut listed: Vec<Listed>, bag: &ArticleScorer<'_>) -> Result<(), Failure> {
        part_into_blocks(&mut listed, bag.searcher)?;
        add_kin(&mut listed, bag)?;
        listed.sort_by_key(|listed| (listed.block, Reverse(listed.article.score)));
        let sure = listed.len().min(self.keep);
        let mut others = listed.split_off(sure);
        self.add_more(listed, bag)?;
        let least = self.best.iter().map(|candidate| candidate.key).min();
        let most_more = bag.most_more();
        others.retain(|Listed { article, block, .. }| {
            least.is_none_or(|least| Key::of_block(*block, article.score + most_more) >= least)
        });
        self.add_more(others, bag)?;
        self.shorten(bag.searcher)?;
        self.add_passages(bag)
    }

    /// Makes candidates of articles, with what words as typed add to their scores.
    fn add_more(
        &mut self,
        mut listed: Vec<Listed>,
        bag: &ArticleScorer<'_>,
    ) -> Result<(), Failure> {
        self.is_sorted = false;
        listed.sort_unstable_by_key(Listed::place);
        for listed in listed.chunk_by(|a, b| a.segment == b.segment) {
            let docs: Vec<DocId> = listed.iter().map(|listed| listed.article.doc).collect();
            let more = bag.more(&bag.searcher.segments[listed[0].segment], &docs)?;
            for (Listed { segment, article, block }, more) in listed.iter().zip(more) {
                let key = Key::of_block(*block, article.score + more);
                let (doc, count) = (article.doc, article.passages);
                let (segment, passages) = (*segment, Vec::new());
                self.best.push(Candidate { segment, passages, count, doc, key });
            }
        }
        Ok(())
    }

    /// Gives the best articles their passages.
    fn add_passages(&mut self, bag: &ArticleScorer<'_>) -> Result<(), Failure> {
        let (per_article, counted) = (self.per_article, self.counted);
        self.each_segment(|number, candidates| {
            let found: Vec<_> = candidates.iter().map(|c| (c.doc, c.key.score)).collect();
            let passages = bag.passages(&bag.searcher.segments[number], &found)?;
            for (candidate, mut passages) in candidates.iter_mut().zip(passages) {
                if !counted {
                    candidate.count = passages.len().max(1);
                }
                passages.sort_by_key(|(_, score)| Reverse(steps(*score)));
                passages.truncate(per_article);
                // Found by its title alone: its first passage stands for it.
                if passages.is_empty() {
                    passages.push((candidate.doc, 0.0));
                }
                let score = points(candidate.key.score);
                let found = passages.into_iter().map(|(doc, _)| Found { doc, score });
                candidate.passages = found.collect();
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Calls with the candidates of each segment, in the order of their documents.
    fn each_segment(
        &mut self,
        mut call: impl FnMut(usize, &mut [Candidate]) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        self.is_sorted = false;
        self.best.sort_by_key(|candidate| (candidate.segment, candidate.doc));
        for candidates in self.best.chunk_by_mut(|a, b| a.segment == b.segment) {
            call(candidates[0].segment, candidates)?;
        }
        Ok(())
    }

    /// The best articles, best first; equal scores by identifier.
    pub(super) fn into_best(mut self, searcher: &Searcher) -> Result<Vec<Candidate>, Failure> {
        self.shorten(searcher)?;
        Ok(self.best)
    }

    fn shorten(&mut self, searcher: &Searcher) -> Result<(), Failure> {
        if !self.is_sorted {
            sort(&mut self.best, searcher)?;
            self.best.truncate(self.keep);
            self.is_sorted = true;
        }
        Ok(())
    }

    /// Keeps and counts the best articles alone: others may have been passed over.
    pub(super) fn keep_best(&mut self, searcher: &Searcher) -> Result<(), Failure> {
        self.shorten(searcher)?;
        self.count_best();
        Ok(())
    }

    fn count_best(&mut self) {
        self.articles = self.best.len();
        self.passages = self.best.iter().map(|candidate| candidate.count).sum();
    }

    /// The documents of the articles kept, of one segment, in order.
    pub(super) fn articles_of(&self, segment: &Segment) -> Vec<Range<DocId>> {
        let here = self.best.iter().filter(|candidate| candidate.segment == segment.number);
        let docs = |candidate: &Candidate| {
            let (first, last) = segment.article(candidate.doc);
            first..last + 1
        };
        let mut articles: Vec<Range<DocId>> = here.map(docs).collect();
        articles.sort_unstable_by_key(|docs| docs.start);
        articles
    }
}

/// Parts articles into the blocks in which they are looked at closely, the best of them into the first.
fn part_into_blocks(listed: &mut [Listed], searcher: &Searcher) -> Result<(), Failure> {
    if listed.len() <= BLOCK {
        return Ok(());
    }
    listed.sort_unstable_by_key(|listed| Reverse(listed.article.score));
    let equal = listed.chunk_by_mut(|a, b| a.article.score == b.article.score);
    for equal in equal.filter(|equal| equal.len() > 1) {
        searcher.sort_by_id(equal, Listed::place)?;
    }
    listed.iter_mut().enumerate().for_each(|(rank, listed)| listed.block = rank / BLOCK);
    Ok(())
}

/// Adds to the scores of articles what kin words add; the articles are in the order of their documents then.
fn add_kin(listed: &mut [Listed], bag: &ArticleScorer<'_>) -> Result<(), Failure> {
    if listed.is_empty() {
        return Ok(());
    }
    let kin = bag.kin()?;
    listed.sort_unstable_by_key(Listed::place);
    for listed in listed.chunk_by_mut(|a, b| a.segment == b.segment) {
        let docs: Vec<DocId> = listed.iter().map(|listed| listed.article.doc).collect();
        let more = bag.kin_more(&bag.searcher.segments[listed[0].segment], &kin, &docs)?;
        listed.iter_mut().zip(more).for_each(|(listed, more)| listed.article.score += more);
    }
    Ok(())
}

/// How many articles are looked at closely to rank so many: whole blocks.
fn refined(keep: usize) -> usize {
    keep.div_ceil(BLOCK).saturating_mul(BLOCK)
}

/// Each passage of an article by itself.
fn apart<'a>(
    article: &'a Article,
    bodies: &'a [(DocId, Score)],
) -> impl Iterator<Item = Article> + 'a {
    let Article { doc, title, bodies: ref range, count, key } = *article;
    let alone = move |doc, bodies, score| {
        let key = Key { score: steps(score), ..key };
        Article { doc, title, bodies, count, key }
    };
    let by_title = range.is_empty().then(|| alone(doc, range.clone(), title));
    let passages = range.clone().map(move |at| {
        let (doc, score) = bodies[at as usize];
        alone(doc, at..at + 1, score + title)
    });
    by_title.into_iter().chain(passages)
}

/// Best first; equal ones by identifier, then by passage.
fn sort(best: &mut [Candidate], searcher: &Searcher) -> Result<(), Failure> {
    best.sort_by_key(|c| Reverse(c.key));
    for tied in best.chunk_by_mut(|a, b| a.key == b.key).filter(|tied| tied.len() > 1) {
        searcher.sort_by_id(tied, |candidate| (candidate.segment, candidate.doc))?;
    }
    Ok(())
}

/// The best `keep` articles of a segment; identifiers decide between equal scores at the limit.
struct BestOf<'a> {
    keep: usize,
    segment: &'a Segment,
    /// What an article must reach, once there are enough.
    least: Option<Key>,
    /// At times twice as many.
    articles: Vec<Article>,
}

impl BestOf<'_> {
    #[inline]
    fn add(&mut self, article: Article) -> tantivy::Result<()> {
        if self.keep == 0 || self.least.is_some_and(|least| article.key < least) {
            return Ok(());
        }
        self.articles.push(article);
        match self.articles.len() >= self.keep.saturating_mul(2).max(LEAST_SHORTENED) {
            true => self.shorten(),
            false => Ok(()),
        }
    }

    fn shorten(&mut self) -> tantivy::Result<()> {
        let BestOf { keep, segment, least, articles } = self;
        if articles.len() <= *keep {
            return Ok(());
        }
        let (_, last, _) = articles.select_nth_unstable_by_key(*keep - 1, |a| Reverse(a.key));
        let last = last.key;
        *least = Some(last);
        articles.retain(|article| article.key >= last);
        if articles.len() > *keep {
            let ids = segment.ids()?;
            articles.sort_by_cached_key(|article| {
                // Those above the limit are kept whatever their identifier.
                (article.key == last).then(|| (ids.ord(article.doc), article.doc))
            });
            articles.truncate(*keep);
        }
        Ok(())
    }

    /// The best, in no order.
    fn into_articles(mut self) -> tantivy::Result<Vec<Article>> {
        self.shorten()?;
        Ok(self.articles)
    }
}
