//! One query answered.

use super::{BatchQuery, OwnOptions, Refusal};
use crate::error::Error;
use crate::query::{parse, parse_plain};
use crate::search::{Hit, Results, SearchOptions, Searcher, Unit, UnknownName};

/// About how many bytes a hit takes beside its text.
const HIT: usize = 512;

/// How the queries of a batch are answered.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchOptions {
    /// What is asked for, but where a query has options of its own.
    pub search: SearchOptions,
    /// Whether queries are text in which no sign means anything.
    pub plain: bool,
    /// Whether only the numbers of passages and articles are wanted, and no hits.
    pub count_only: bool,
    /// Whether the files of the index are verified first, as by [`Searcher::open_verified`].
    pub verify: bool,
    /// How many queries are answered at a time, one at least. What is handed over does not depend on it.
    pub threads: usize,
}

impl Default for BatchOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let search = SearchOptions::default();
        BatchOptions { search, plain: false, count_only: false, verify: false, threads }
    }
}

/// What a query of a batch finds.
#[derive(Debug)]
pub struct Answer {
    /// The identifier of the query.
    pub id: String,
    /// The line of the file on which it stands, from 1.
    pub line: u64,
    /// Its text; empty where none could be read.
    pub text: String,
    /// What was ranked.
    pub unit: Unit,
    /// What was found, or why nothing could be.
    pub results: Result<Results, Refusal>,
    /// Sources and authors that it names and no article bears; looked for where nothing is found.
    pub unknown_names: Vec<UnknownName>,
}

impl Answer {
    /// About how many bytes it takes.
    pub(super) fn weight(&self) -> usize {
        let hit = |hit: &Hit| HIT + hit.passage.text.len();
        let hits = self.results.iter().flat_map(|results| &results.hits);
        HIT + self.text.len() + hits.map(hit).sum::<usize>()
    }
}

/// The answer to a query.
pub(super) fn answer(searcher: &Searcher, query: BatchQuery, options: &BatchOptions) -> Answer {
    let BatchQuery { id, line, text, own } = query;
    let own = own.and_then(|own: OwnOptions| own.over(&options.search));
    let unit = own.as_ref().map_or(options.search.unit, |own| own.unit);
    let found = own.and_then(|own| found(searcher, &text, own, options));
    let (results, unknown_names) = match found {
        Ok((results, unknown_names)) => (Ok(results), unknown_names),
        Err(refusal) => (Err(refusal), Vec::new()),
    };
    Answer { id, line, text, unit, results, unknown_names }
}

fn found(
    searcher: &Searcher,
    text: &str,
    own: SearchOptions,
    options: &BatchOptions,
) -> Result<(Results, Vec<UnknownName>), Refusal> {
    let read = if options.plain { parse_plain(text) } else { parse(text) };
    let query = read.map_err(Refusal::Query)?;
    let own = if options.count_only { SearchOptions { limit: 0, offset: 0, ..own } } else { own };
    let results = searcher.search(&query, &own).map_err(refusal)?;
    let unknown_names = match results.passages {
        0 => searcher.unknown_names(&[query], &own.filters).map_err(refusal)?,
        _ => Vec::new(),
    };
    Ok((results, unknown_names))
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::TooManyWords { .. }
        | Error::TooManyWordsInAll { .. }
        | Error::TooManyComparisons { .. } => Refusal::TooMuch(error),
        error => Refusal::Index(error),
    }
}
