//! `depeche show`.

use std::io::Write;

use depeche::{Error, render};

use super::args::ShowArgs;
use super::search::{parsed, searcher};
use super::{Context, ERROR, FOUND, NOTHING, messages, out, say};

pub(super) fn run(args: ShowArgs, context: Context) -> anyhow::Result<u8> {
    let query = match args.query.as_deref().map(|text| parsed(text, context.language)) {
        Some(None) => return Ok(ERROR),
        Some(query) => query,
        None => None,
    };
    let searcher = searcher(&args.index)?;
    let article = match searcher.article(&args.id) {
        Err(error @ Error::NoArticle { .. }) => {
            say(&messages::error(&error.into(), context.language));
            return Ok(NOTHING);
        }
        article => article?,
    };
    let lit = query.map(|query| searcher.highlight(&query, &article)).transpose()?;
    let lit = lit.unwrap_or_default();
    let mut out = out();
    if args.json {
        render::article_json(&article, &lit, &mut out)?;
    } else {
        render::article(&article, &lit, context.style(), &mut out)?;
    }
    out.flush()?;
    Ok(FOUND)
}
