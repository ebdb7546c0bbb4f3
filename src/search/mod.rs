//! Searching: a query over the passages of an index, articles ranked by their best passage.

mod adjacent;
mod articles;
mod automaton;
mod best;
mod bm25;
mod concordance;
mod conjunction;
mod counts;
mod expand;
mod explain;
mod filter;
mod floor;
mod forms;
mod ground;
mod groups;
mod kin;
mod letters;
mod names;
mod place_counts;
mod plan;
mod rank;
mod remembered;
mod run;
mod segment;
mod shortlist;
mod slots;
mod sorted_lines;
mod stand;
mod stats;
mod steps;
mod stream;
mod typed;
mod verify;
mod visitor;
mod vocabulary;
mod windows;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::Serialize;
use tantivy::DocId;

use crate::analysis::Analyzer;
use crate::article::{Article, PartialDate};
use crate::error::{Error, Result};
use crate::guard::caught;
use crate::highlight::{ArticleMatches, Matcher, Texts};
use crate::index::{Fields, Index, StoredArticle, TextReader};
use crate::passage::passages;
use crate::query::Query;
use crate::resolve::{Reader, Resolved};
use articles::ArticleScorer;
pub use articles::{ScoreParts, Weights};
use best::Windows;
use bm25::Statistics;
pub use concordance::{ConcordanceOptions, Line, LineOrder, Matches, Part};
pub use counts::{Count, CountOptions, CountedGroup, Counts};
pub use expand::{MAX_EXPANSIONS, MAX_EXPANSIONS_IN_ALL, TruncatedWord};
pub use explain::{AskedTerm, AskedWord, ExplainedQuery, FoundForm, Kind, Sense};
use filter::Filter;
pub use filter::Filters;
use floor::LEAST_DOCUMENTS;
pub use groups::{Facet, Facets, Grouping};
pub use names::{NameField, UnknownName};
use plan::{Planner, holders};
use rank::{Candidate, Found, Ranking};
use remembered::Remembered;
use run::Run;
use segment::Segment;
pub use stats::{SourceStats, Stats};
use windows::WINDOW;

/// One search: how much of what is found, and where it is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOptions {
    /// Articles returned; there is no most.
    pub limit: usize,
    /// Articles passed over first.
    pub offset: usize,
    /// Passages returned of each article, at least one.
    pub per_article: usize,
    /// Where it is looked for.
    pub filters: Filters,
    /// What is ranked.
    pub unit: Unit,
    /// How bare words are weighed.
    pub weights: Weights,
    /// The order of the articles.
    pub sort: HitOrder,
    /// Whether all that is found is counted by source, year and author.
    pub facets: bool,
    /// Whether hits bear what their articles say. Without it they tell rank, score, article and the number
    /// of the passage, all else is empty: no text is read, which takes most of the time.
    pub texts: bool,
    /// Whether all that is found is counted. Without it results count what they return, and articles that
    /// cannot come among the best are passed over, which takes a fraction of the time.
    pub totals: bool,
}

impl Default for SearchOptions {
    fn default() -> Self {
        SearchOptions {
            limit: 10,
            offset: 0,
            per_article: 1,
            filters: Filters::default(),
            unit: Unit::Article,
            weights: Weights::default(),
            sort: HitOrder::Relevance,
            facets: false,
            texts: true,
            totals: true,
        }
    }
}

/// What a search ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Articles, each with its best passages.
    #[default]
    Article,
    /// Passages, each by itself: `limit` counts them, and `rank` is theirs.
    Passage,
}

/// The order of the articles that a search finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HitOrder {
    /// The best first.
    #[default]
    Relevance,
    /// The newest first, undated ones last.
    Date,
    /// The oldest first, undated ones last.
    Oldest,
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
    /// All that is found, counted; none where not asked for.
    pub facets: Option<Facets>,
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

/// What matches in an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Highlight {
    /// Bytes of its headline, sorted and apart.
    pub title: Vec<Span>,
    /// Bytes of its body, sorted and apart.
    pub body: Vec<Span>,
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
    remembered: Remembered,
    windows: Windows,
    /// The sizes of bodies and titles; read by the first query.
    statistics: OnceLock<[Statistics; 2]>,
    /// Documents found at a time where all matches are kept.
    window: u64,
    /// Documents that a phrase may stand in before any is passed over.
    least_documents: u64,
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
        caught(index.dir(), || Searcher::unguarded(index))
    }

    fn unguarded(index: &Index) -> Result<Self> {
        let (engine, text) = index.last_state()?;
        let segments = engine.segment_readers().iter().enumerate();
        let open = |(number, reader)| Segment::open(number, reader, index.fields());
        let segments = segments.map(open);
        let segments =
            segments.collect::<tantivy::Result<_>>().map_err(Error::engine(index.dir()))?;
        Ok(Searcher {
            dir: index.dir().to_owned(),
            engine,
            segments,
            fields: index.fields(),
            analyzer: index.analyzer().clone(),
            text,
            remembered: Remembered::default(),
            windows: Windows::default(),
            statistics: OnceLock::new(),
            window: WINDOW,
            least_documents: LEAST_DOCUMENTS,
        })
    }

    /// Finds and ranks. The same index and query give the same results, bit for bit.
    ///
    /// # Errors
    /// A truncated word stands for too many; the index is damaged or cannot be read.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Results> {
        self.caught(|| self.found(query, options))
    }

    fn found(&self, query: &Query, options: &SearchOptions) -> Result<Results> {
        let query = self.reader(true).read(query);
        let ranking = self.ranked(&query, options).map_err(|failure| self.error(failure))?;
        let (passages, articles) = (ranking.passages, ranking.articles);
        let facets = ranking.facets();
        let matcher = Matcher::new(query);
        let mut hits = Vec::new();
        let best = ranking.into_best(self).map_err(|failure| self.error(failure))?;
        for (i, candidate) in best.iter().enumerate().skip(options.offset) {
            match options.texts {
                true => hits.extend(self.hits(i + 1, candidate, &matcher)?),
                false => hits.extend(self.bare_hits(i + 1, candidate)?),
            }
        }
        Ok(Results { passages, articles, hits, facets })
    }

    /// Reads queries for this index.
    fn reader(&self, ranked: bool) -> Reader<'_> {
        Reader {
            analyzer: &self.analyzer,
            vocabulary: self,
            memory: Some(&self.remembered),
            ranked,
        }
    }

    fn ranked(&self, query: &Resolved, options: &SearchOptions) -> Result<Ranking, Failure> {
        let mut ranking = Ranking::new(options);
        let filter = |segment: &Segment| {
            Filter::new(&options.filters, &segment.reader, self.fields, &self.analyzer)
        };
        if let Some(bag) = ArticleScorer::of(self, query, options)? {
            let filters = self.segments.iter().map(filter).collect::<tantivy::Result<Vec<_>>>()?;
            ranking.add_bag(&bag, &filters)?;
            return Ok(ranking);
        }
        let plan = Planner::new(self)?.plan(query)?;
        if let Some(leaf) = floor::only_leaf(&plan, options, self.least_documents) {
            return self.ranked_leaf(leaf, options, &filter);
        }
        let words = conjunction::all_words(&plan);
        for (number, segment) in self.segments.iter().enumerate() {
            let found = match &words {
                Some(words) => conjunction::find_all(segment, words)?,
                None => Run::whole(self, segment).find(&plan)?,
            };
            ranking.add_segment(number, segment, &found, &filter(segment)?)?;
        }
        Ok(ranking)
    }

    /// Hits without what their articles say.
    fn bare_hits(&self, rank: usize, candidate: &Candidate) -> Result<Vec<Hit>> {
        let segment = &self.segments[candidate.segment];
        let article = self.id(candidate.segment, candidate.doc)?;
        let hit = |found: &Found| {
            let ordinal = segment.ordinal(found.doc);
            let passage = Passage { ordinal, start: 0, end: 0, text: String::new() };
            Hit {
                rank,
                score: found.score,
                article: article.clone(),
                title: None,
                source: None,
                author: None,
                date: None,
                url: None,
                passage,
                matches: Vec::new(),
                title_matches: Vec::new(),
                article_passages: candidate.count,
            }
        };
        Ok(candidate.passages.iter().map(hit).collect())
    }

    fn hits(&self, rank: usize, candidate: &Candidate, matcher: &Matcher) -> Result<Vec<Hit>> {
        let segment = &self.segments[candidate.segment];
        let Some(first) = candidate.passages.first() else { return Ok(Vec::new()) };
        let stored = self.text.article(segment.address(first.doc))?;
        let ordinals: Vec<usize> =
            candidate.passages.iter().map(|found| segment.ordinal(found.doc)).collect();
        let texts = Texts::new(&stored.article, &stored.passages);
        let lit = matcher.lit_in(&self.analyzer, &texts, &ordinals);
        let each = candidate.passages.iter().zip(ordinals);
        let hit = |(found, ordinal): (&Found, usize)| {
            self.hit(rank, candidate.count, found, ordinal, (&stored, &lit))
        };
        each.map(hit).collect()
    }

    fn hit(
        &self,
        rank: usize,
        article_passages: usize,
        found: &Found,
        ordinal: usize,
        (stored, lit): (&StoredArticle, &ArticleMatches),
    ) -> Result<Hit> {
        let StoredArticle { article, passages, .. } = stored;
        let Some(passage) = passages.get(ordinal) else {
            let detail = format!("{:?} has no passage {ordinal}", article.id);
            return Err(Error::Damaged { path: self.dir.clone(), detail });
        };
        let matches = lit.passage_spans(ordinal);
        // What ends in the next passage is shown whole, with the passage it ends in.
        let reach = matches.last().map_or(passage.end, |last| last.end);
        let ends = passages[ordinal..].iter().map(|passage| passage.end);
        let span = passage.start..ends.into_iter().find(|&end| end >= reach).unwrap_or(reach);
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
            title_matches: lit.title_spans().into_iter().map(Span::from).collect(),
            article_passages,
        })
    }

    /// An article by its identifier.
    ///
    /// # Errors
    /// [`Error::NoArticle`]; damage.
    pub fn article(&self, id: &str) -> Result<Article> {
        self.caught(|| match self.document(id).map_err(|e| self.error(e.into()))? {
            Some((segment, doc)) => Ok(self.text.article(segment.address(doc))?.article),
            None => Err(Error::NoArticle { id: id.to_owned() }),
        })
    }

    /// The identifier of the article of a document.
    fn id(&self, segment: usize, doc: DocId) -> Result<String> {
        self.text.id(self.segments[segment].address(doc))
    }

    /// Sorts documents, each with its segment, by the identifier of their article, then by their order.
    fn sort_by_id<T>(
        &self,
        found: &mut [T],
        key: impl Fn(&T) -> (usize, DocId),
    ) -> Result<(), Failure> {
        let Some(first) = found.first().map(|found| key(found).0) else { return Ok(()) };
        if found.iter().all(|found| key(found).0 == first) {
            let ids = self.segments[first].ids()?;
            found.sort_by_cached_key(|found| (ids.ord(key(found).1), key(found).1));
            return Ok(());
        }
        let mut failure = None;
        found.sort_by_cached_key(|found| {
            let (segment, doc) = key(found);
            let id = self.id(segment, doc).map_err(|error| failure.get_or_insert(error));
            (id.unwrap_or_default(), doc)
        });
        failure.map_or(Ok(()), |error| Err(error.into()))
    }

    /// A document of an article, and its segment.
    fn document(&self, id: &str) -> tantivy::Result<Option<(&Segment, DocId)>> {
        let term = self.fields.id_term(id);
        for segment in &self.segments {
            let docs = holders(&segment.reader, &term)?;
            if let Some(doc) = docs.into_iter().find(|&doc| !segment.reader.is_deleted(doc)) {
                return Ok(Some((segment, doc)));
            }
        }
        Ok(None)
    }

    /// What matches `query` in an article that this searcher gave.
    ///
    /// # Errors
    /// The index is damaged: its words decide how a query is read.
    pub fn highlight(&self, query: &Query, article: &Article) -> Result<Highlight> {
        self.caught(|| {
            let matcher = Matcher::new(self.reader(true).read(query));
            let passages = passages(&article.body);
            let lit = matcher.lit(&self.analyzer, &Texts::new(article, &passages));
            let spans = |lit: Vec<Range<usize>>| lit.into_iter().map(Span::from).collect();
            Ok(Highlight { title: spans(lit.title_spans()), body: spans(lit.body_spans()) })
        })
    }

    /// What the index holds.
    ///
    /// # Errors
    /// The index is damaged or cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        self.caught(|| stats::stats(&self.engine, &self.dir).map_err(|e| self.error(e.into())))
    }

    /// What the engine's panics say of the index, as an error.
    fn caught<T>(&self, run: impl FnOnce() -> Result<T>) -> Result<T> {
        caught(&self.dir, run)
    }

    fn error(&self, failure: Failure) -> Error {
        match failure {
            Failure::Engine(error) => Error::engine(&self.dir)(error),
            Failure::Other(error) => error,
        }
    }
}

/// Why a plan could not be run: the engine, or something else that is said as it is.
#[derive(Debug)]
enum Failure {
    Engine(tantivy::TantivyError),
    Other(Error),
}

impl From<tantivy::TantivyError> for Failure {
    fn from(error: tantivy::TantivyError) -> Self {
        Failure::Engine(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Engine(error.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Other(error)
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Span { start: range.start, end: range.end }
    }
}

#[cfg(test)]
mod tests;
