//! `depeche reindex`.

use std::time::Duration;

use depeche::render::Language;
use depeche::{DAMAGED_TEXT, ReindexOptions, Reindexed, WriterOptions, reindex};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::ReindexArgs;
use super::{Context, FOUND, NOTHING, say};

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
    let is_lossy = rebuilt.unreadable > 0 || rebuilt.without_forms;
    if !args.quiet || is_lossy {
        say(&summary(rebuilt, context.language));
    }
    Ok(if is_lossy { NOTHING } else { FOUND })
}

fn summary(rebuilt: Reindexed, language: Language) -> String {
    let Reindexed { articles, unreadable, without_forms } = rebuilt;
    let lost = match (unreadable, language) {
        (0, _) => String::new(),
        (_, Language::French) => format!(
            " ; endroits illisibles, laissés de côté {unreadable} (l’ancien texte reste dans {DAMAGED_TEXT})"
        ),
        (_, Language::English) => format!(
            "; unreadable places, left out {unreadable} (the old text stays in {DAMAGED_TEXT})"
        ),
    };
    let forms = match (without_forms, language) {
        (false, _) => "",
        (true, Language::French) => {
            " ; sans vos formes, illisibles (gardées dans forms.damaged) : pour les rendre à l’index, \
             supprimez-le et indexez avec --forms"
        }
        (true, Language::English) => {
            "; without your forms, unreadable (kept in forms.damaged): to give them back to the index, \
             remove it and index with --forms"
        }
    };
    match language {
        Language::French => format!("index reconstruit : articles {articles}{lost}{forms}"),
        Language::English => format!("index rebuilt: articles {articles}{lost}{forms}"),
    }
}
