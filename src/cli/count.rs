//! `depeche count`.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use depeche::render::{Chart, Form, chart, count_totals, counts};
use depeche::{CountOptions, Counts, Query};

use super::args::CountArgs;
use super::explain::{self, Asked};
use super::search::{open, parsed};
use super::{Context, ERROR, FOUND, NOTHING, out, report_place, say};

pub(super) fn run(args: CountArgs, context: Context) -> anyhow::Result<u8> {
    let each = args.queries.iter().map(|text| parsed(text, context.language));
    let Some(queries) = each.collect::<Option<Vec<Query>>>() else { return Ok(ERROR) };
    report_place::check_picture(args.svg.as_deref(), args.index.dir())?;
    let options = CountOptions { filters: args.filters.read()?, by: args.by.into() };
    let searcher = open(&args.index, context)?;
    let asked = Asked { explain: args.explain_query, json: args.json, ranked: false };
    explain::tell(&searcher, &queries, &options.filters, asked, context)?;
    let found = searcher.count(&queries, &options)?;
    std::mem::forget(searcher);
    let measure = args.measure.into();
    match &args.svg {
        Some(path) => {
            let title = args.title.as_deref();
            draw(&found, Chart { measure, title, language: context.language }, path)?;
        }
        None => {
            let form = args.sheet.form(args.json);
            let mut out = out();
            counts(&found, measure, form, context.wide_style(), &mut out)?;
            out.flush()?;
            if form == Form::Terminal {
                return Ok(code(&found));
            }
        }
    }
    count_totals(&found, context.language).iter().for_each(|line| say(line));
    Ok(code(&found))
}

/// Writes the chart; `-` is standard output.
fn draw(found: &Counts, what: Chart, path: &Path) -> anyhow::Result<()> {
    let mut picture = Vec::new();
    chart(found, what, &mut picture)?;
    if path == Path::new("-") {
        let mut out = out();
        out.write_all(&picture)?;
        return Ok(out.flush()?);
    }
    std::fs::write(path, picture).with_context(|| path.display().to_string())
}

fn code(found: &Counts) -> u8 {
    let any = found.total.counts.iter().any(|count| count.articles > 0);
    if any { FOUND } else { NOTHING }
}
