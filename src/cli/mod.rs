//! One command, one file; what they share: language, colour, errors, exit codes.

mod analyze;
mod args;
mod batch;
mod check;
mod concordance;
mod count;
mod english;
mod eval;
mod explain;
mod french;
mod index;
mod messages;
mod reindex;
mod report_place;
mod search;
mod setup;
mod show;
mod stats;

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Read, StdoutLock};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::FromArgMatches;
use depeche::render::{Language, Style, visible};
use indicatif::ProgressBar;

use args::{Args, Color, Command};

/// Has a bar move by itself, which takes a thread, where it is seen.
fn tick(bar: &ProgressBar) {
    if !bar.is_hidden() {
        bar.enable_steady_tick(Duration::from_millis(200));
    }
}

/// Something was found, nothing was found, something went wrong: as grep has them.
pub(crate) const FOUND: u8 = 0;
pub(crate) const NOTHING: u8 = 1;
pub(crate) const ERROR: u8 = 2;

/// What every command is given.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    pub(crate) language: Language,
    color: Color,
}

type Out = BufWriter<StdoutLock<'static>>;

pub(crate) fn run() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let language = messages::language(&arguments);
    let args = match args::quickly(&arguments) {
        Some(args) => args,
        None => match args::command(language).try_get_matches_from(arguments) {
            Ok(matches) => Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()),
            Err(error) if error.use_stderr() => {
                say(&messages::usage_error(&error, language));
                return ExitCode::from(ERROR);
            }
            Err(error) => error.exit(),
        },
    };
    let context = Context { language, color: args.general.color };
    ExitCode::from(guarded(|| dispatch(args.command, context), context))
}

/// The exit code of a command. What it could not foresee, a damaged file above all, is one line too.
fn guarded(command: impl FnOnce() -> anyhow::Result<u8>, context: Context) -> u8 {
    let detail = Arc::new(Mutex::new(String::new()));
    let shared = detail.clone();
    panic::set_hook(Box::new(move |info| {
        // The folders are those of the machine that the program was built on.
        let file = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let place = info.location().map(|l| format!("{}:{}", file(l.file()), l.line()));
        let what = info.payload_as_str().unwrap_or_default();
        if let Ok(mut detail) = shared.lock() {
            *detail = format!("{what}, {}", place.unwrap_or_default());
        }
    }));
    match panic::catch_unwind(AssertUnwindSafe(command)) {
        Ok(result) => result.unwrap_or_else(|error| report(&error, context)),
        Err(_) => {
            let detail = detail.lock().map(|detail| detail.clone()).unwrap_or_default();
            say(&messages::panicked(&detail, context.language));
            ERROR
        }
    }
}

fn dispatch(command: Command, context: Context) -> anyhow::Result<u8> {
    match command {
        Command::Index(args) => index::run(args, context),
        Command::Reindex(args) => reindex::run(args, context),
        Command::Search(args) => search::run(args, context),
        Command::Concordance(args) => concordance::run(args, context),
        Command::Count(args) => count::run(args, context),
        Command::Batch(args) => batch::run(args, context),
        Command::Show(args) => show::run(args, context),
        Command::Stats(args) => stats::run(args, context),
        Command::Check(args) => check::run(args, context),
        Command::Analyze(args) => analyze::run(args, context),
        Command::Eval(args) => eval::run(args, context),
        Command::Completions(args) => setup::completions(args),
        Command::Man => setup::man(),
    }
}

/// One clear line on standard error; a reader that has gone away is no error.
fn report(error: &anyhow::Error, context: Context) -> u8 {
    let broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(broken_pipe) {
        return FOUND;
    }
    say(&messages::error(error, context.language));
    ERROR
}

/// A message on standard error, whatever it quotes safe to print. Where that is gone too, nobody is left to be
/// told.
pub(crate) fn say(message: &str) {
    use std::io::Write;
    let lines: Vec<_> = message.split('\n').map(visible).collect();
    let _ = writeln!(io::stderr(), "depeche: {}", lines.join("\n"));
}

/// Bytes of a file of words, at most: what has no end is none.
const MOST_WORDS: u64 = 64 << 20;

/// Reads a file of words whole.
fn read_words(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MOST_WORDS + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MOST_WORDS {
        true => Err(io::ErrorKind::FileTooLarge.into()),
        false => Ok(bytes),
    }
}

/// Standard output, written in large pieces.
pub(crate) fn out() -> Out {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

impl Context {
    /// How text looks on standard output: no wider than is easy to read.
    pub(crate) fn style(self) -> Style {
        let style = self.wide_style();
        Style { width: style.width.min(110), ..style }
    }

    /// How tables look on standard output: as wide as it is.
    pub(crate) fn wide_style(self) -> Style {
        let terminal = io::stdout().is_terminal();
        let color = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !colorless(),
        };
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        Style { language: self.language, width: width.max(40), color }
    }
}

/// <https://no-color.org>: the variable set to anything but nothing; and terminals that cannot.
fn colorless() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_some() || set("TERM").is_some_and(|term| term == "dumb")
}
