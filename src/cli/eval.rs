//! `depeche eval`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use depeche::eval::{Evaluation, Evaluations, Measure, Qrels, Run};
use depeche::render::{evaluation_notes, evaluations};

use super::args::EvalArgs;
use super::{Context, ERROR, FOUND, out, say};

/// Standard input.
const INPUT: &str = "-";

pub(super) fn run(args: EvalArgs, context: Context) -> anyhow::Result<u8> {
    if args.runs.iter().filter(|run| **run == Path::new(INPUT)).count() > 1 {
        say(context.language.pick("- ne se lit qu’une fois", "- can be read only once"));
        return Ok(ERROR);
    }
    let qrels = Qrels::open(&args.qrels)?;
    let mut found = Evaluations::new(&distinct(&args.measure));
    for (path, name) in args.runs.iter().zip(names(&args.runs)) {
        let run = read(path)?;
        let mut evaluation = Evaluation::new(&qrels, &run, &found.measures);
        if args.only_answered {
            evaluation.keep_answered();
        }
        found.push(name, evaluation);
    }
    evaluation_notes(&found, context.language).iter().for_each(|line| say(line));
    let mut out = out();
    let form = args.sheet.form(args.json);
    evaluations(&found, args.per_query, form, context.wide_style(), &mut out)?;
    out.flush()?;
    Ok(FOUND)
}

fn read(path: &Path) -> depeche::Result<Run> {
    if path == Path::new(INPUT) { Run::read(path, io::stdin().lock()) } else { Run::open(path) }
}

/// Each measure once, where it stands first.
fn distinct(measures: &[Measure]) -> Vec<Measure> {
    let is_first = |(i, measure): &(usize, &Measure)| !measures[..*i].contains(measure);
    measures.iter().enumerate().filter(is_first).map(|(_, measure)| *measure).collect()
}

/// The names of the files; the paths as given where files of several folders have one name.
fn names(paths: &[PathBuf]) -> Vec<String> {
    let short = |path: &PathBuf| path.file_name().unwrap_or(path.as_os_str()).to_owned();
    let is_one =
        |path: &PathBuf| paths.iter().filter(|other| short(other) == short(path)).count() == 1;
    let name = |path| if is_one(path) { short(path) } else { path.as_os_str().to_owned() };
    paths.iter().map(|path| name(path).to_string_lossy().into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_told_apart_and_measures_stand_once() {
        let paths = ["a/x.run", "b/x.run", "b/y.run", "-"].map(PathBuf::from);
        assert_eq!(names(&paths), ["a/x.run", "b/x.run", "y.run", "-"]);
        let twice = [Measure::Map, Measure::Rr(None), Measure::Map];
        assert_eq!(distinct(&twice), [Measure::Map, Measure::Rr(None)]);
    }
}
