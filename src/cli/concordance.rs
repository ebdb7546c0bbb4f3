//! `depeche concordance`.

use std::slice;

use depeche::render::{Concordance, Form, concordance_totals};
use depeche::{ConcordanceOptions, Matches, Query, Searcher};

use super::args::ConcordanceArgs;
use super::explain::{self, Asked};
use super::search::{open, parsed};
use super::{Context, ERROR, FOUND, NOTHING, out, say};

pub(super) fn run(args: ConcordanceArgs, context: Context) -> anyhow::Result<u8> {
    let text = args.query.join(" ");
    let Some(query) = parsed(&text, context.language) else { return Ok(ERROR) };
    let options = ConcordanceOptions {
        filters: args.filters.read()?,
        context: usize::from(args.context),
        sort: args.sort.map(Into::into),
    };
    let form = args.sheet.form(args.json);
    let searcher = open(&args.index, context)?;
    let asked = Asked { explain: args.explain_query, json: args.json, ranked: false };
    explain::tell(&searcher, slice::from_ref(&query), &options.filters, asked, context)?;
    let found = write(&searcher, &query, &options, form, context)?;
    // The process ends here: unmapping the index would only make the user wait.
    std::mem::forget(searcher);
    say(&concordance_totals(found, context.language));
    Ok(if found.matches == 0 { NOTHING } else { FOUND })
}

fn write(
    searcher: &Searcher,
    query: &Query,
    options: &ConcordanceOptions,
    form: Form,
    context: Context,
) -> anyhow::Result<Matches> {
    let mut out = out();
    let style = context.wide_style();
    let mut concordance = Concordance::new(&query.to_string(), form, style, &mut out)?;
    let found = searcher.concordance(query, options, &mut |line| concordance.line(line))?;
    concordance.end()?;
    Ok(found)
}
