//! `depeche search`.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::slice;

use depeche::import::Input;
use depeche::render::{self, Language};
use depeche::{Error, Index, IndexingOptions, Query, Results, SearchOptions, Searcher, parse};

use super::args::{ReadIndex, SearchArgs};
use super::explain::{self, Asked};
use super::{Context, ERROR, FOUND, NOTHING, index, messages, out, say};

/// The index that is built where it is asked for and missing, and of what.
const DEFAULT_INDEX: &str = "index";
const SAMPLE_CORPUS: &str = "corpus";

pub(super) fn run(args: SearchArgs, context: Context) -> anyhow::Result<u8> {
    let text = args.query.join(" ");
    let Some(query) = parsed(&text, context.language) else { return Ok(ERROR) };
    let filters = args.filters.read()?;
    let searcher = open(&args.index, context)?;
    let asked = Asked { explain: args.explain_query, json: args.json, ranked: true };
    explain::tell(&searcher, slice::from_ref(&query), &filters, asked, context)?;
    let options = SearchOptions {
        limit: args.limit,
        offset: args.offset,
        per_article: args.per_article as usize,
        filters,
        sort: args.sort.into(),
        facets: args.facets,
        weights: (&args.weights).into(),
        ..SearchOptions::default()
    };
    let results = searcher.search(&query, &options)?;
    if args.explain {
        explain::tell_scores(&searcher, &query, &options, &results, context)?;
    }
    // The process ends here: unmapping the index would only make the user wait.
    std::mem::forget(searcher);
    write(&results, args.json, context)?;
    Ok(if results.articles == 0 { NOTHING } else { FOUND })
}

/// Results on standard output; what is no result beside it.
fn write(results: &Results, json: bool, context: Context) -> anyhow::Result<()> {
    let terminal = std::io::stdout().is_terminal();
    let format = match (json, terminal) {
        (true, _) => "json",
        (false, true) => "terminal",
        (false, false) => "lines",
    };
    let mut out = out();
    if let Some(render) = render::renderer(format) {
        render(results, context.style(), &mut out)?;
    }
    out.flush()?;
    if format == "lines" {
        let facets = results.facets.iter().flat_map(|found| render::facets(found, context.style()));
        facets.for_each(|line| say(&line));
    }
    if format != "terminal" {
        say(&render::totals(results, context.language));
    }
    Ok(())
}

/// The query, or `None` once its error has been shown.
pub(super) fn parsed(text: &str, language: Language) -> Option<Query> {
    match parse(text) {
        Ok(query) => Some(query),
        Err(error) => {
            say(&messages::query_error(text, &error, language));
            None
        }
    }
}

/// In a fresh copy of the project, the first search builds the index of the sample corpus.
pub(super) fn open(index: &ReadIndex, context: Context) -> anyhow::Result<Searcher> {
    match searcher(index) {
        Err(error) if is_first(&error, index.dir()) => build(index.dir(), context)?,
        opened => return Ok(opened?),
    }
    Ok(searcher(index)?)
}

/// A searcher over an index, its files verified where that is asked for.
pub(super) fn searcher(index: &ReadIndex) -> Result<Searcher, Error> {
    match index.verify {
        true => Searcher::open_verified(index.dir()),
        false => Searcher::open(index.dir()),
    }
}

/// As [`open`], for several searchers.
pub(super) fn open_index(dir: &Path, context: Context) -> anyhow::Result<Index> {
    let opened = Index::open(dir).and_then(|index| Searcher::new(&index).map(|_| index));
    match opened {
        Err(error) if is_first(&error, dir) => build(dir, context)?,
        opened => return Ok(opened?),
    }
    Ok(Index::open(dir)?)
}

fn is_first(error: &Error, dir: &Path) -> bool {
    let is_missing = matches!(error, Error::NoIndex { .. } | Error::Unfinished { .. });
    is_missing && dir == Path::new(DEFAULT_INDEX) && Path::new(SAMPLE_CORPUS).is_dir()
}

fn build(dir: &Path, context: Context) -> anyhow::Result<()> {
    say(context.language.pick(
        "premier lancement : indexation de corpus/ dans index/",
        "first run: indexing corpus/ into index/",
    ));
    let mut log = index::Log::new(None, false, context.language)?;
    let index = index::opened(dir, None)?;
    let corpus = [Input::Path(PathBuf::from(SAMPLE_CORPUS))];
    index::index_all(&index, &corpus, &IndexingOptions::default(), &mut log)?;
    Ok(())
}
