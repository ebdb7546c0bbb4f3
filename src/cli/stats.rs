//! `depeche stats`.

use std::io::Write;

use depeche::render;

use super::args::StatsArgs;
use super::search::searcher;
use super::{Context, FOUND, out};

pub(super) fn run(args: StatsArgs, context: Context) -> anyhow::Result<u8> {
    let stats = searcher(&args.index)?.stats()?;
    let mut out = out();
    if args.json {
        render::json_line(&stats, &mut out)?;
    } else {
        render::stats(&stats, context.style(), &mut out)?;
    }
    out.flush()?;
    Ok(FOUND)
}
