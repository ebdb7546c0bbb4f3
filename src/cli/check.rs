//! `depeche check`.

use std::io::Write;
use std::path::Path;

use depeche::{CheckProgress, CheckReport, check, render};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::CheckArgs;
use super::{Context, FOUND, NOTHING, out};

/// Bytes between two looks at the terminal.
const STEP: u64 = 8 << 20;

/// 0 sound, 1 damaged; 2, where there is nothing to check, is an error.
pub(super) fn run(args: CheckArgs, context: Context) -> anyhow::Result<u8> {
    let report = checked(args.folder.as_ref().unwrap_or(&args.dir.index))?;
    let mut out = out();
    if args.json {
        render::json_line(&report, &mut out)?;
    } else {
        render::checked(&report, context.language, &mut out)?;
    }
    out.flush()?;
    Ok(if report.sound { FOUND } else { NOTHING })
}

/// Checks, with a bar where standard error is a terminal.
fn checked(dir: &Path) -> anyhow::Result<CheckReport> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes} / {total_bytes}") {
        bar.set_style(style);
    }
    let mut shown = 0;
    let report = check(dir, &mut |CheckProgress { done, total }| {
        if done >= shown + STEP || done < shown {
            shown = done;
            bar.set_length(total);
            bar.set_position(done);
        }
    });
    bar.finish_and_clear();
    Ok(report?)
}
