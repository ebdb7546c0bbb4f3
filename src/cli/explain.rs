//! What is said of a query beside its results: how it was understood, and what truncated words stand for.

use std::io::Write;

use depeche::{ExplainedQuery, Filters, Query, Searcher, render};
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
