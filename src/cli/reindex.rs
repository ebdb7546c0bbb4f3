//! `depeche reindex`.

use std::path::PathBuf;

use depeche::render::{Language, visible};
use depeche::{ReindexOptions, Reindexed, WriterOptions, reindex};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::ReindexArgs;
use super::{Context, FOUND, NOTHING, say, tick};

pub(super) fn run(args: ReindexArgs, context: Context) -> anyhow::Result<u8> {
    let mut writer = WriterOptions::default();
    writer.threads = args.threads.map_or(writer.threads, usize::from);
    let options = ReindexOptions { writer, salvage: args.salvage };
    let bar = if args.quiet { ProgressBar::hidden() } else { ProgressBar::new(0) };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {pos}/{len}") {
        bar.set_style(style);
    }
    tick(&bar);
    let rebuilt = reindex(&args.dir, options, &mut |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let rebuilt = rebuilt?;
    let is_lossy = rebuilt.unreadable > 0
        || rebuilt.without_forms
        || rebuilt.uncertain
        || !rebuilt.foreign.is_empty();
    if !args.quiet || is_lossy {
        say(&summary(&rebuilt, context.language));
    }
    Ok(if is_lossy { NOTHING } else { FOUND })
}

fn summary(rebuilt: &Reindexed, language: Language) -> String {
    let Reindexed { articles, unreadable, without_forms, foreign, uncertain, kept } = rebuilt;
    let lost = match (unreadable, language) {
        (0, _) => String::new(),
        (_, Language::French) => {
            format!(" ; endroits illisibles, laissés de côté {unreadable}")
        }
        (_, Language::English) => format!("; unreadable places, left out {unreadable}"),
    };
    let forms = match (without_forms, language) {
        (false, _) => "",
        (true, Language::French) => {
            " ; sans vos formes, illisibles : pour les rendre à l’index, indexez de nouveau avec --forms \
             dans un autre dossier"
        }
        (true, Language::English) => {
            "; without your forms, unreadable: to give them back to the index, index again with --forms \
             into another folder"
        }
    };
    let foreign = match (names(foreign), language) {
        (names, _) if names.is_empty() => names,
        (names, Language::French) => format!(
            " ; attention : {names} est peut-être le texte d’un autre index, ou d’une copie de celui-ci qui a \
             continué à part : vérifiez que ces articles sont les vôtres"
        ),
        (names, Language::English) => format!(
            "; caution: {names} may be the text of another index, or of a copy of this one that went on \
             apart: see whether these articles are yours"
        ),
    };
    let uncertain = match (uncertain, language) {
        (false, _) => "",
        (true, Language::French) => {
            " ; rien ne disait plus quels articles l’index tenait : il peut en manquer, et des articles retirés \
             peuvent être revenus ; indexez de nouveau vos fichiers, avec --prune s’ils disent tout"
        }
        (true, Language::English) => {
            "; nothing told any more which articles the index held: some may be missing, and removed ones may \
             be back; index your files again, with --prune if they are all there is"
        }
    };
    let kept = match (names(kept), language) {
        (names, _) if names.is_empty() => names,
        (names, Language::French) => {
            format!(" ; ce qui n’a pu être lu en entier reste dans {names}")
        }
        (names, Language::English) => format!("; what could not be read whole stays in {names}"),
    };
    match language {
        Language::French => {
            format!(
                "index reconstruit : articles {articles}{lost}{forms}{kept}{foreign}{uncertain}"
            )
        }
        Language::English => {
            format!("index rebuilt: articles {articles}{lost}{forms}{kept}{foreign}{uncertain}")
        }
    }
}

fn names(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    visible(&names.join(", ")).into_owned()
}
