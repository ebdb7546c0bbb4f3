//! Searching: a query over the passages of an index, articles ranked by their best passage.

mod bm25;
mod explain;
mod filter;
mod plan;
mod rank;
mod seams;
mod segment;
mod stats;
mod vocabulary;

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::analysis::{Analyzer, word_spans};
use crate::article::{Article, PartialDate};
use crate::error::{Error, Result};
use crate::highlight::Matcher;
use crate::index::{Fields, Index, StoredArticle, TextReader};
use crate::query::Query;
use crate::resolve::Resolved;
pub use explain::{AskedTerm, AskedWord, ExplainedQuery, Kind};
use filter::Filter;
use plan::{Failure, Place, Plan, Planner, holders};
use rank::{Candidate, Found, Ranking};
use segment::Segment;
pub use stats::{SourceStats, Stats};

/// One search: how much of what is found, and where it is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchOptions {
    /// Articles returned; there is no most.
    pub limit: usize,
    /// Articles passed over first.
    pub offset: usize,
    /// Passages returned of each article, at least one.
    pub per_article: usize,
    /// Only these sources; case, accents and spacing are forgiven. None: all.
    pub source: Vec<String>,
    /// Only articles signed with these words, in order. None: all.
    pub author: Vec<String>,
    /// Only articles that may have been published on or after the first day of this date.
    pub from: Option<PartialDate>,
    /// Only articles that may have been published on or before the last day of this date.
    pub to: Option<PartialDate>,
}

impl Default for SearchOptions {
    fn default() -> Self {
        SearchOptions {
            limit: 10,
            offset: 0,
            per_article: 1,
            source: Vec::new(),
            author: Vec::new(),
            from: None,
            to: None,
        }
    }
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// All passages that match, not only those returned.
    pub passages: usize,
    /// All articles that match.
    pub articles: usize,
    /// The best, article by article.
    pub hits: Vec<Hit>,
}

/// One passage found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The rank of the article, from 1; passages of one article share it.
    pub rank: usize,
    /// Higher is better; comparable within one search only.
    pub score: f32,
    /// The article's identifier.
    pub article: String,
    /// Its headline.
    pub title: Option<String>,
    /// Its source.
    pub source: Option<String>,
    /// Who signed it.
    pub author: Option<String>,
    /// Its date.
    pub date: Option<PartialDate>,
    /// Its address.
    pub url: Option<String>,
    /// The passage.
    pub passage: Passage,
    /// What matches in the passage: bytes of the article's body, sorted and apart.
    pub matches: Vec<Span>,
    /// What matches in the headline: its bytes.
    pub title_matches: Vec<Span>,
    /// Passages of the article that match, this one included.
    pub article_passages: usize,
}

/// A run of whole sentences of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// Its place among the passages of the article, from 0.
    pub ordinal: usize,
    /// Its bytes of the article's body.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// These bytes, unchanged.
    pub text: String,
}

/// A range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Searches one state of an index: commits made later are not seen.
///
/// ```no_run
/// use depeche::{SearchOptions, Searcher, parse};
/// let searcher = Searcher::open("index")?;
/// let results = searcher.search(&parse("\"droit de premier refus\"")?, &SearchOptions::default())?;
/// for hit in results.hits {
///     println!("{} {}", hit.rank, hit.article);
/// }
/// # Ok::<(), depeche::Error>(())
/// ```
pub struct Searcher {
    dir: PathBuf,
    engine: tantivy::Searcher,
    segments: Vec<Segment>,
    fields: Fields,
    analyzer: Analyzer,
    text: TextReader,
}

impl Searcher {
    /// Opens the last commit of an index.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        Searcher::new(&Index::open(dir.as_ref())?)
    }

    /// Searches the last commit of an open index.
    ///
    /// # Errors
    /// The index is damaged.
    pub fn new(index: &Index) -> Result<Self> {
        let engine = index.reader()?;
        let segments = engine.segment_readers().iter().map(Segment::open);
        let segments =
            segments.collect::<tantivy::Result<_>>().map_err(Error::engine(index.dir()))?;
        Ok(Searcher {
            dir: index.dir().to_owned(),
            engine,
            segments,
            fields: index.fields(),
            analyzer: index.analyzer().clone(),
            text: index.text()?,
        })
    }

    /// Finds and ranks. The same index and query give the same results, bit for bit.
    ///
    /// # Errors
    /// The index is damaged or cannot be read.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Results> {
        let keep = options.offset.saturating_add(options.limit);
        let mut ranking = Ranking::new(keep, options.per_article.max(1));
        let query = self.resolved(query);
        self.collect(&query, options, &mut ranking).map_err(|failure| self.error(failure))?;
        let (passages, articles) = (ranking.passages, ranking.articles);
        let matcher = Matcher::new(query);
        let mut hits = Vec::new();
        let best = ranking.into_best(&self.segments).map_err(|e| self.error(e.into()))?;
        for (i, candidate) in best.iter().enumerate().skip(options.offset) {
            hits.extend(self.hits(i + 1, candidate, &matcher)?);
        }
        Ok(Results { passages, articles, hits })
    }

    fn resolved(&self, query: &Query) -> Resolved {
        Resolved::new(query, &self.analyzer, self)
    }

    fn collect(
        &self,
        query: &Resolved,
        options: &SearchOptions,
        ranking: &mut Ranking,
    ) -> Result<(), Failure> {
        let planner = Planner { searcher: &self.engine, fields: self.fields };
        let body = planner.plan(query, Place::body(&self.engine, &self.fields)?)?;
        let title = planner.plan(query, Place::title(&self.engine, &self.fields)?)?;
        for (number, segment) in self.segments.iter().enumerate() {
            let run = |plan: &Plan| plan.run(segment, &self.text, &self.analyzer);
            let (bodies, titles) = (run(&body)?, run(&title)?);
            let filter = Filter::new(options, &segment.reader, self.fields, &self.analyzer)?;
            ranking.add_segment(number, segment, (&bodies, &titles), &filter)?;
        }
        Ok(())
    }

    fn hits(&self, rank: usize, candidate: &Candidate, matcher: &Matcher) -> Result<Vec<Hit>> {
        let segment = &self.segments[candidate.segment];
        let Some(first) = candidate.passages.first() else { return Ok(Vec::new()) };
        let stored = self.text.article(segment.address(first.doc))?;
        let hit = |found: &Found| self.hit(rank, candidate, found, &stored, matcher);
        candidate.passages.iter().map(hit).collect()
    }

    fn hit(
        &self,
        rank: usize,
        candidate: &Candidate,
        found: &Found,
        stored: &StoredArticle,
        matcher: &Matcher,
    ) -> Result<Hit> {
        let StoredArticle { article, passages, .. } = stored;
        let ordinal = self.segments[candidate.segment].ordinal(found.doc);
        let Some(passage) = passages.get(ordinal) else {
            let detail = format!("{:?} has no passage {ordinal}", article.id);
            return Err(Error::Damaged { path: self.dir.clone(), detail });
        };
        let matches = self.matches(article, passage, matcher);
        // A phrase that ends in the next passage is shown whole, with the passage it ends in.
        let reach = matches.last().map_or(passage.end, |last| last.end);
        let ends = passages[ordinal..].iter().map(|passage| passage.end);
        let span = passage.start..ends.into_iter().find(|&end| end >= reach).unwrap_or(reach);
        let title = article.title.as_deref().unwrap_or("");
        let title_matches = matcher.matches(&self.analyzer, title, title.len());
        Ok(Hit {
            rank,
            score: found.score,
            article: article.id.clone(),
            title: article.title.clone(),
            source: article.source.clone(),
            author: article.author.clone(),
            date: article.date,
            url: article.url.clone(),
            passage: Passage {
                ordinal,
                start: span.start,
                end: span.end,
                text: article.body[span].to_owned(),
            },
            matches: matches.into_iter().map(Span::from).collect(),
            title_matches: title_matches.into_iter().map(Span::from).collect(),
            article_passages: candidate.count,
        })
    }

    /// What matches in a passage, in bytes of the body; phrases that begin in it may end after it.
    fn matches(
        &self,
        article: &Article,
        span: &Range<usize>,
        matcher: &Matcher,
    ) -> Vec<Range<usize>> {
        let after = &article.body[span.end..];
        let beyond = matcher.longest_phrase().saturating_sub(1);
        let reach = match beyond {
            0 => span.end,
            n => word_spans(after).take(n).last().map_or(span.end, |word| span.end + word.end),
        };
        // A symbol or compound that ends the reach is read whole: C++ needs what follows it.
        let reach = article.body.ceil_char_boundary((reach + 2).min(article.body.len()));
        let window = &article.body[span.start..if beyond == 0 { span.end } else { reach }];
        let matches = matcher.matches(&self.analyzer, window, span.len());
        matches.into_iter().map(|m| span.start + m.start..span.start + m.end).collect()
    }

    /// An article by its identifier.
    ///
    /// # Errors
    /// [`Error::NoArticle`]; damage.
    pub fn article(&self, id: &str) -> Result<Article> {
        let term = self.fields.id_term(id);
        for segment in &self.segments {
            let docs = holders(&segment.reader, &term).map_err(|e| self.error(e.into()))?;
            if let Some(doc) = docs.into_iter().find(|&doc| !segment.reader.is_deleted(doc)) {
                return Ok(self.text.article(segment.address(doc))?.article);
            }
        }
        Err(Error::NoArticle { id: id.to_owned() })
    }

    /// What matches `query` anywhere in an article that this searcher gave: bytes of its body.
    pub fn highlight(&self, query: &Query, article: &Article) -> Vec<Span> {
        self.lit(query, &article.body)
    }

    /// What matches `query` in the headline of an article that this searcher gave: its bytes.
    pub fn title_matches(&self, query: &Query, article: &Article) -> Vec<Span> {
        self.lit(query, article.title.as_deref().unwrap_or(""))
    }

    fn lit(&self, query: &Query, text: &str) -> Vec<Span> {
        let matcher = Matcher::new(self.resolved(query));
        let spans = matcher.matches(&self.analyzer, text, text.len());
        spans.into_iter().map(Span::from).collect()
    }

    /// What the index holds.
    ///
    /// # Errors
    /// The index is damaged or cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        stats::stats(&self.engine, &self.dir).map_err(|e| self.error(e.into()))
    }

    fn error(&self, failure: Failure) -> Error {
        match failure {
            Failure::Engine(error) => Error::engine(&self.dir)(error),
            Failure::Text(error) => error,
        }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Span { start: range.start, end: range.end }
    }
}
