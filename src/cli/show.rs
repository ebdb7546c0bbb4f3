//! `depeche show`.

use std::io::Write;

use depeche::{Article, Error, Searcher, Span, render};
use serde::Serialize;

use super::args::ShowArgs;
use super::search::parsed;
use super::{Context, ERROR, FOUND, NOTHING, messages, out, say};

/// What `--json` writes: the fields of the article and what matches in it, named as in results.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    article: &'a Article,
    matches: &'a [Span],
    title_matches: &'a [Span],
}

pub(super) fn run(args: ShowArgs, context: Context) -> anyhow::Result<u8> {
    let query = match args.query.as_deref().map(|text| parsed(text, context.language)) {
        Some(None) => return Ok(ERROR),
        Some(query) => query,
        None => None,
    };
    let searcher = Searcher::open(&args.dir.index)?;
    let article = match searcher.article(&args.id) {
        Err(error @ Error::NoArticle { .. }) => {
            say(&messages::error(&error.into(), context.language));
            return Ok(NOTHING);
        }
        article => article?,
    };
    let (title_matches, matches) = match query {
        Some(query) => {
            (searcher.title_matches(&query, &article), searcher.highlight(&query, &article))
        }
        None => (Vec::new(), Vec::new()),
    };
    let mut out = out();
    if args.json {
        let shown = Shown { article: &article, matches: &matches, title_matches: &title_matches };
        render::json_line(&shown, &mut out)?;
    } else {
        context.style().write_article(&article, &title_matches, &matches, &mut out)?;
    }
    out.flush()?;
    Ok(FOUND)
}
