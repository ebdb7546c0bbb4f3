//! What is said of a query beside its results: how it was understood, and what truncated words stand for.

use std::io::Write;

use depeche::{ExplainedQuery, Query, Searcher, render};
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

pub(super) fn tell(
    searcher: &Searcher,
    query: &Query,
    asked: Asked,
    context: Context,
) -> anyhow::Result<()> {
    if !asked.explain {
        for word in searcher.truncated_words(query)? {
            say(&render::truncated_word(&word, context.language));
        }
        return Ok(());
    }
    let explained = searcher.explain(query, asked.ranked)?;
    if asked.json {
        let mut out = out();
        let explanation = Explanation { query: query.to_string(), explained_query: &explained };
        render::json_line(&explanation, &mut out)?;
        return Ok(out.flush()?);
    }
    render::explained_query(&explained, context.language).iter().for_each(|line| say(line));
    Ok(())
}
