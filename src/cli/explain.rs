//! What is said of a query beside its results: how it was understood, and what truncated words stand for.

use std::io::Write;

use depeche::{ExplainedQuery, Filters, Query, Results, SearchOptions, Searcher, render};
use serde::Serialize;

use super::{Context, out, say};

/// How a query is put, and what is to be said of it.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// Whether everything is to be told.
    pub(super) explain: bool,
    /// On standard output, as JSON, before the results.
    pub(super) json: bool,
    /// As a search asks, which ranks; otherwise as a count.
    pub(super) ranked: bool,
}

#[derive(Serialize)]
struct Explanation<'a> {
    query: String,
    explained_query: &'a ExplainedQuery,
}

/// Says what there is to say of queries that are put with the same filters.
pub(super) fn tell(
    searcher: &Searcher,
    queries: &[Query],
    filters: &Filters,
    asked: Asked,
    context: Context,
) -> anyhow::Result<()> {
    for name in searcher.unknown_names(queries, filters)? {
        say(&render::unknown_name(&name, context.language));
    }
    queries.iter().try_for_each(|query| tell_of(searcher, query, filters, asked, context))
}

fn tell_of(
    searcher: &Searcher,
    query: &Query,
    filters: &Filters,
    asked: Asked,
    context: Context,
) -> anyhow::Result<()> {
    if !asked.explain {
        for word in searcher.truncated_words(query)? {
            say(&render::truncated_word(&word, context.language));
        }
        if let (false, Query::Words(words)) = (asked.ranked, query)
            && words.contains(char::is_whitespace)
        {
            say(&render::bare_words(words, context.language));
        }
        if let (false, Query::Rank { should, .. }) = (asked.ranked, query) {
            say(&render::words_that_rank(should, context.language));
        }
        return Ok(());
    }
    let explained = with_filters(searcher.explain(query, asked.ranked)?, filters);
    if asked.json {
        let mut out = out();
        let explanation = Explanation { query: query.to_string(), explained_query: &explained };
        render::json_line(&explanation, &mut out)?;
        return Ok(out.flush()?);
    }
    render::explained_query(&explained, context.language).iter().for_each(|line| say(line));
    Ok(())
}

/// Says where the scores of articles come from, or that they are those of passages.
pub(super) fn tell_scores(
    searcher: &Searcher,
    query: &Query,
    options: &SearchOptions,
    results: &Results,
    context: Context,
) -> anyhow::Result<()> {
    let mut last = 0;
    for hit in results.hits.iter().filter(|hit| std::mem::replace(&mut last, hit.rank) != hit.rank)
    {
        match searcher.explain_score(query, options, &hit.article)? {
            Some(parts) => say(&render::score_parts(hit, &parts, context.language)),
            None => {
                say(context.language.pick(
                    "les scores sont ceux des passages (BM25), le plus haut de chaque article le classe",
                    "the scores are those of passages (BM25), each article is ranked by its highest",
                ));
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The filters are part of what was searched.
fn with_filters(query: ExplainedQuery, filters: &Filters) -> ExplainedQuery {
    let Filters { source, author, from, to } = filters;
    let any = |mut queries: Vec<ExplainedQuery>| match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(ExplainedQuery::Any { queries }),
    };
    let source = source.iter().map(|name| ExplainedQuery::Source { name: name.clone() });
    let author = author.iter().map(|name| ExplainedQuery::Author { name: name.clone() });
    let dates = ExplainedQuery::Dates { from: *from, to: *to };
    let dates = (from.is_some() || to.is_some()).then_some(dates);
    let mut queries = vec![query];
    queries.extend(any(source.collect()));
    queries.extend(any(author.collect()));
    queries.extend(dates);
    match queries.len() {
        1 => queries.remove(0),
        _ => ExplainedQuery::All { queries },
    }
}
