//! How often a query matches, by period, source or author.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;
use tantivy::DocId;

use super::filter::Filter;
use super::groups::{Grouping, SegmentGroups, first_values, with_names_joined};
use super::plan::{Plan, Planner};
use super::run::{Found, Run, SegmentFound, Tally};
use super::segment::Segment;
use super::{Failure, Filters, Searcher};
use crate::article::PartialDate;
use crate::error::Result;
use crate::query::Query;
use crate::spans::Match;

/// How matches are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountOptions {
    /// Where it is looked.
    pub filters: Filters,
    /// What is counted together.
    pub by: Grouping,
}

/// Counts of several queries side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// What is counted together.
    pub by: Grouping,
    /// The queries as they were understood (printed).
    pub queries: Vec<String>,
    /// Periods in order, without a gap between the first and the last (months without articles are there,
    /// with zeros; at most 12,000);
    /// sources and authors, most matches first. The undated, or those without source or author, last, with no key.
    pub groups: Vec<CountedGroup>,
    /// All groups together.
    pub total: CountedGroup,
}

/// One period, source or author.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CountedGroup {
    /// `2024-03`, `2024` (also among months: articles dated to the year only), a source or an author as printed; none: unknown.
    pub key: Option<String>,
    /// Articles of the index (within the filters) in this group.
    pub articles: u64,
    /// Their words, titles included.
    pub words: u64,
    /// For each query.
    pub counts: Vec<Count>,
}

/// How often one query matches in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Matches, in titles and bodies.
    pub matches: u64,
    /// Passages of bodies with a match.
    pub passages: u64,
    /// Articles found.
    pub articles: u64,
}

impl CountedGroup {
    /// Matches per 100,000 words of the group; none where it has no words.
    pub fn per_100k_words(&self, query: usize) -> Option<f64> {
        self.rate(query, self.words).map(|rate| rate * 100_000.0)
    }
    /// Matches per article of the group; none where it has no articles.
    pub fn per_article(&self, query: usize) -> Option<f64> {
        self.rate(query, self.articles)
    }

    fn rate(&self, query: usize, of: u64) -> Option<f64> {
        let matches = self.counts.get(query)?.matches;
        (of > 0).then(|| matches as f64 / of as f64)
    }
}

impl Searcher {
    /// Counts the matches of queries, side by side.
    ///
    /// # Errors
    /// A truncated word stands for too many; the index is damaged or cannot be read.
    pub fn count(&self, queries: &[Query], options: &CountOptions) -> Result<Counts> {
        let counted = || self.counted(queries, options).map_err(|failure| self.error(failure));
        let groups = self.caught(counted)?;
        let mut total = CountedGroup::empty(None, queries.len());
        groups.values().for_each(|group| total.add(group));
        let mut groups: Vec<CountedGroup> = groups.into_values().collect();
        match options.by {
            Grouping::Month => groups = with_months_between(groups),
            Grouping::Year => groups = with_years_between(groups),
            Grouping::Source | Grouping::Author => {
                let named = groups.into_iter().map(|group| (group.key.clone(), group));
                let add = |sum: &mut CountedGroup, more: CountedGroup| sum.add(&more);
                let joined = with_names_joined(named, |group| group.articles, add);
                let renamed = |(key, group)| CountedGroup { key, ..group };
                groups = joined.into_iter().map(renamed).collect();
                groups.sort_by_key(|group| Reverse((group.matches(), group.articles)));
            }
        }
        // The unknown ones come last.
        groups.sort_by_key(|group| group.key.is_none());
        let queries = queries.iter().map(Query::to_string).collect();
        Ok(Counts { by: options.by, queries, groups, total })
    }

    fn counted(&self, queries: &[Query], options: &CountOptions) -> Result<Groups, Failure> {
        let planner = Planner::new(self)?;
        let plan = |query: &Query| planner.plan(&self.reader(false).read(query));
        let plans = queries.iter().map(plan).collect::<Result<Vec<_>, _>>()?;
        let mut counters = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            counters.push(SegmentCounter::open(self, segment, options, plans.len())?);
        }
        for (number, plan) in plans.iter().enumerate() {
            self.add_counts(number, plan, &mut counters)?;
        }
        let mut groups = Groups::new();
        counters.into_iter().try_for_each(|counter| counter.add_to(&mut groups))?;
        Ok(groups)
    }

    fn add_counts(
        &self,
        query: usize,
        plan: &Plan,
        counters: &mut [SegmentCounter<'_>],
    ) -> Result<(), Failure> {
        // Matches of several leaves may overlap: only where they stand tells how many they are.
        if plan.is_leaf() {
            for counter in counters {
                counter.add_found(query, Run::whole(self, counter.segment).find::<Tally>(plan)?);
            }
            return Ok(());
        }
        for stretch in self.windows(plan).iter().flatten() {
            let found = Run::over(self, stretch).find::<Vec<Match>>(plan)?;
            counters[stretch.segment].add_found(query, found);
        }
        Ok(())
    }
}

/// What tells a number of matches.
trait Counted {
    fn matches(&self) -> u64;
}

impl Counted for Tally {
    fn matches(&self) -> u64 {
        u64::from(self.0)
    }
}

impl Counted for Vec<Match> {
    fn matches(&self) -> u64 {
        self.len() as u64
    }
}

/// Groups by key.
type Groups = BTreeMap<Option<String>, CountedGroup>;

/// Counts of one segment, by the numbers of its groups.
struct SegmentCounter<'a> {
    segment: &'a Segment,
    groups: SegmentGroups,
    queries: usize,
    articles: Vec<Article>,
    counted: Vec<CountedGroup>,
    unknown: CountedGroup,
}

/// An article of the segment.
struct Article {
    /// Its first document.
    doc: DocId,
    /// Whether it is counted at all.
    is_accepted: bool,
    /// The number of its group; none: unknown.
    group: Option<usize>,
}

impl<'a> SegmentCounter<'a> {
    /// With every article and its words counted.
    fn open(
        searcher: &Searcher,
        segment: &'a Segment,
        options: &CountOptions,
        queries: usize,
    ) -> tantivy::Result<Self> {
        let reader = &segment.reader;
        let filter = Filter::new(&options.filters, reader, searcher.fields, &searcher.analyzer)?;
        let groups = SegmentGroups::open(segment, options.by)?;
        let unknown = CountedGroup::empty(None, queries);
        let (articles, counted) = (Vec::new(), Vec::new());
        let mut counter = SegmentCounter { segment, groups, queries, articles, counted, unknown };
        let words = reader.fast_fields().u64("article_words")?;
        let docs = Run::whole(searcher, segment).all_articles()?;
        let groups = counter.groups.numbers(&docs).into_iter();
        for ((doc, group), words) in docs.iter().zip(groups).zip(first_values(&words, &docs)) {
            let is_accepted = !reader.is_deleted(*doc) && filter.accepts(*doc);
            counter.articles.push(Article { doc: *doc, is_accepted, group });
            if is_accepted {
                let counted = counter.counted(group);
                counted.articles += 1;
                counted.words += words.unwrap_or(0);
            }
        }
        Ok(counter)
    }

    /// The group of a number; none: unknown.
    fn counted(&mut self, number: Option<usize>) -> &mut CountedGroup {
        let Some(number) = number else { return &mut self.unknown };
        while self.counted.len() <= number {
            self.counted.push(CountedGroup::empty(None, self.queries));
        }
        &mut self.counted[number]
    }

    fn add_found<X: Counted>(
        &mut self,
        query: usize,
        SegmentFound { bodies, titles }: SegmentFound<X>,
    ) {
        let bodies = self.by_article(&bodies).map(|(article, matches)| (article, matches, 1));
        let titles = self.by_article(&titles).map(|(article, matches)| (article, matches, 0));
        let mut found: Vec<(usize, u64, u64)> = bodies.chain(titles).collect();
        found.sort_by_key(|(article, ..)| *article);
        for found in found.chunk_by(|a, b| a.0 == b.0) {
            let Article { is_accepted, group, .. } = self.articles[found[0].0];
            if !is_accepted {
                continue;
            }
            let count = &mut self.counted(group).counts[query];
            count.matches += found.iter().map(|(_, matches, _)| matches).sum::<u64>();
            count.passages += found.iter().map(|(.., passages)| passages).sum::<u64>();
            count.articles += 1;
        }
    }

    /// The number of the article and the matches of each document.
    fn by_article<X: Counted>(&self, found: &Found<X>) -> impl Iterator<Item = (usize, u64)> {
        let mut article = 0;
        found.iter().map(move |(doc, found)| {
            article += self.articles[article + 1..].iter().take_while(|a| a.doc <= *doc).count();
            (article, found.matches())
        })
    }

    fn add_to(self, groups: &mut Groups) -> tantivy::Result<()> {
        let SegmentCounter { groups: names, counted, unknown, queries, .. } = self;
        let is_used = |group: &CountedGroup| group.articles > 0;
        let known = counted.iter().enumerate().filter(|(_, group)| is_used(group));
        let known = known.map(|(number, group)| (Some(number), group));
        let unknown = is_used(&unknown).then_some((None, &unknown));
        for (number, group) in known.chain(unknown) {
            let key = number.map(|number| names.name(number)).transpose()?;
            let empty = || CountedGroup::empty(key.clone(), queries);
            groups.entry(key.clone()).or_insert_with(empty).add(group);
        }
        Ok(())
    }
}

impl CountedGroup {
    fn empty(key: Option<String>, queries: usize) -> Self {
        CountedGroup { key, counts: vec![Count::default(); queries], ..CountedGroup::default() }
    }

    /// Matches of all queries.
    fn matches(&self) -> u64 {
        self.counts.iter().map(|count| count.matches).sum()
    }

    fn add(&mut self, other: &CountedGroup) {
        self.articles += other.articles;
        self.words += other.words;
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            count.matches += more.matches;
            count.passages += more.passages;
            count.articles += more.articles;
        }
    }
}

/// Most periods of a row: a date of the year 1 must not fill a screen with empty ones.
const MOST_PERIODS: usize = 12_000;

/// The months with those between them that have no article; years known only as such stay before theirs.
fn with_months_between(groups: Vec<CountedGroup>) -> Vec<CountedGroup> {
    with_periods_between(groups, |date: PartialDate| {
        let month = date.month()?;
        match month {
            12 => PartialDate::new(date.year() + 1, Some(1), None),
            _ => PartialDate::new(date.year(), Some(month + 1), None),
        }
    })
}

fn with_years_between(groups: Vec<CountedGroup>) -> Vec<CountedGroup> {
    with_periods_between(groups, |date| PartialDate::new(date.year() + 1, None, None))
}

fn with_periods_between(
    groups: Vec<CountedGroup>,
    next: impl Fn(PartialDate) -> Option<PartialDate>,
) -> Vec<CountedGroup> {
    let date = |group: &CountedGroup| -> Option<PartialDate> { group.key.as_ref()?.parse().ok() };
    let queries = groups.first().map_or(0, |group| group.counts.len());
    let last = groups.iter().filter_map(&date).filter(|d| next(*d).is_some()).max();
    let mut periods: Groups =
        groups.iter().map(|group| (group.key.clone(), group.clone())).collect();
    let mut at = groups.iter().filter_map(&date).filter(|d| next(*d).is_some()).min();
    while let (Some(period), Some(last)) = (at, last) {
        if period >= last || periods.len() >= MOST_PERIODS {
            break;
        }
        let key = Some(period.to_string());
        let empty = || CountedGroup::empty(key.clone(), queries);
        periods.entry(key.clone()).or_insert_with(empty);
        at = next(period);
    }
    periods.into_values().collect()
}
