//! `depeche reindex`.

use std::time::Duration;

use depeche::render::Language;
use depeche::{ReindexOptions, Reindexed, WriterOptions, reindex};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::ReindexArgs;
use super::{Context, FOUND, say};

pub(super) fn run(args: ReindexArgs, context: Context) -> anyhow::Result<u8> {
    let mut writer = WriterOptions::default();
    writer.threads = args.threads.map_or(writer.threads, usize::from);
    let options = ReindexOptions { writer, salvage: args.salvage };
    let bar = if args.quiet { ProgressBar::hidden() } else { ProgressBar::new(0) };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {pos}/{len}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let rebuilt = reindex(&args.dir, options, &mut |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let rebuilt = rebuilt?;
    if !args.quiet || rebuilt.unreadable > 0 {
        say(&summary(rebuilt, context.language));
    }
    Ok(FOUND)
}

fn summary(rebuilt: Reindexed, language: Language) -> String {
    let Reindexed { articles, unreadable } = rebuilt;
    let lost = match (unreadable, language) {
        (0, _) => String::new(),
        (_, Language::French) => format!(" ; illisibles, laissés de côté {unreadable}"),
        (_, Language::English) => format!("; unreadable, left out {unreadable}"),
    };
    match language {
        Language::French => format!("index reconstruit : articles {articles}{lost}"),
        Language::English => format!("index rebuilt: articles {articles}{lost}"),
    }
}
