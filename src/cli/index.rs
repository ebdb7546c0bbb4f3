//! `depeche index`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use depeche::import::{ImportOptions, Input, Place};
use depeche::render::{self, Language, visible};
use depeche::{
    Error, Event, Index, IndexingOptions, NotPruned, Report, Skipped, UserForms, WriterOptions,
    index_inputs,
};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::args::IndexArgs;
use super::{Context, ERROR, FOUND, NOTHING, messages, out, read_words, report_place, say, tick};

/// Skipped records printed before the rest is only counted.
const MOST_SHOWN: usize = 20;
/// Reasons that are the machine's or the path's, not the record's: the exit code tells.
const FAILURES: &[&str] = &["io", "gzip", "inflates", "bomb", "endless", "ignore_file"];

pub(super) fn run(args: IndexArgs, context: Context) -> anyhow::Result<u8> {
    // A mistyped path must not leave an index behind; but what came from one that is gone can be removed.
    let is_known = args.prune_empty && Index::exists(&args.dir.index);
    if let [path] = args.inputs.as_slice()
        && !is_known
        && let Err(error) = path.symlink_metadata()
        && path != Path::new("-")
    {
        return Err(error).with_context(|| path.display().to_string());
    }
    let (report, forms_file) = (args.report.as_deref(), args.forms.as_deref());
    report_place::check(report, &args.inputs, forms_file, &args.dir.index)?;
    let mut writer = WriterOptions::default();
    writer.threads = args.threads.map_or(writer.threads, usize::from);
    writer.commit_bytes = args.commit_every;
    let max_record = usize::from(args.max_record) << 20;
    let max_inflated = u64::from(args.max_inflated) << 20;
    let import = ImportOptions { map: args.map, format: args.format, max_record, max_inflated };
    import.check()?;
    let options =
        IndexingOptions { import, writer, prune: args.prune, prune_empty: args.prune_empty };
    let forms = forms(args.forms.as_deref())?;
    let inputs: Vec<Input> = args.inputs.into_iter().map(Input::from).collect();
    let mut log = Log::new(args.report.as_deref(), args.quiet, context.language)?;
    log.verbose = args.verbose;
    let index = opened(&args.dir.index, forms)?;
    let report = index_all(&index, &inputs, &options, &mut log)?;
    let failed = log.is_unpruned || FAILURES.iter().any(|key| report.reasons.contains_key(key));
    Ok(match report.held() {
        _ if failed => ERROR,
        0 => NOTHING,
        _ => FOUND,
    })
}

/// The user's own forms, if a file of them is named.
pub(super) fn forms(path: Option<&Path>) -> anyhow::Result<Option<UserForms>> {
    let Some(path) = path else { return Ok(None) };
    let named = || path.display().to_string();
    let bytes = read_words(path).with_context(named)?;
    let text = String::from_utf8(bytes).with_context(named)?;
    UserForms::parse(&text).map(Some).with_context(named)
}

/// The index in a folder, created where it is missing. Forms must be those that it was created with.
pub(super) fn opened(dir: &Path, forms: Option<UserForms>) -> anyhow::Result<Index> {
    if !Index::exists(dir) {
        match Index::create_with(dir, forms.clone().unwrap_or_default()) {
            // Another process was quicker.
            Err(Error::NotAnIndex { .. }) if Index::exists(dir) => {}
            created => return Ok(created?),
        }
    }
    let index = Index::open(dir)?;
    match forms {
        Some(forms) if forms != *index.user_forms() => {
            Err(Error::OtherForms { path: dir.to_owned() }.into())
        }
        _ => Ok(index),
    }
}

/// Indexes and tells what was done.
pub(super) fn index_all(
    index: &Index,
    inputs: &[Input],
    options: &IndexingOptions,
    log: &mut Log,
) -> anyhow::Result<Report> {
    let report = index_inputs(index, inputs, options, &mut |event| log.note(&event))?;
    log.finish(&report)?;
    Ok(report)
}

/// What the user sees of a run: a progress bar, what was skipped, the totals, the report file.
pub(super) struct Log {
    bar: ProgressBar,
    language: Language,
    quiet: bool,
    verbose: bool,
    /// Articles on the disk.
    committed: usize,
    shown: usize,
    /// Articles stay that were to be removed.
    is_unpruned: bool,
    file: Option<ReportFile>,
}

struct ReportFile {
    path: std::path::PathBuf,
    out: Box<dyn Write>,
    failed: Option<std::io::Error>,
}

impl ReportFile {
    fn write(&mut self, line: &serde_json::Value) {
        if self.failed.is_none() {
            self.failed = render::json_line(line, &mut self.out).err();
        }
    }

    fn finish(mut self) -> anyhow::Result<()> {
        let flushed = match self.failed.take() {
            Some(error) => Err(error),
            None => self.out.flush(),
        };
        flushed.with_context(|| self.path.display().to_string())
    }
}

impl Log {
    pub(super) fn new(
        report: Option<&Path>,
        quiet: bool,
        language: Language,
    ) -> anyhow::Result<Self> {
        let open = |path: &Path| -> anyhow::Result<ReportFile> {
            let out: Box<dyn Write> = if path == Path::new("-") {
                Box::new(out())
            } else {
                let file = File::create(path).with_context(|| path.display().to_string())?;
                Box::new(BufWriter::new(file))
            };
            Ok(ReportFile { path: path.to_owned(), out, failed: None })
        };
        let file = report.map(open).transpose()?;
        // Hides itself where standard error is no terminal.
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
            bar.set_style(style);
        }
        tick(&bar);
        Ok(Log {
            bar,
            language,
            quiet,
            verbose: false,
            committed: 0,
            shown: 0,
            is_unpruned: false,
            file,
        })
    }

    fn note(&mut self, event: &Event<'_>) {
        match event {
            Event::Progress(report) => {
                self.bar.set_message(progress(report, self.committed, self.language));
            }
            Event::Committed(report) => self.committed(report.held()),
            Event::Skipped(skipped) => self.skipped(skipped),
            Event::NotPruned { path, articles, reason } => {
                self.not_pruned(path, *articles, *reason);
            }
            Event::Renamed { place, from, to } => {
                let colon = self.language.pick(" :", ":");
                let became =
                    self.language.pick("identifiant déjà pris, devenu", "identifier taken, became");
                if !self.quiet {
                    self.line(&format!("{}{colon} {became} {to}", shown_place(place)));
                }
                let line =
                    place_json("renamed", place, &[("from", json!(from)), ("to", json!(to))]);
                self.report(&line);
            }
        }
    }

    fn committed(&mut self, articles: usize) {
        self.committed = articles;
        if self.verbose {
            let name = self.language.pick("acquis :", "committed");
            self.bar.suspend(|| say(&format!("{name} {articles}")));
        }
    }

    fn skipped(&mut self, skipped: &Skipped) {
        let reason = messages::reason(&skipped.reason, self.language);
        let (ignored, colon) =
            (self.language.pick("ignoré", "skipped"), self.language.pick(" :", ":"));
        self.line(&format!("{}{colon} {ignored}, {reason}", shown_place(&skipped.place)));
        let fields = [
            ("reason", json!(skipped.reason.key())),
            ("message", json!(skipped.reason.to_string())),
        ];
        self.report(&place_json("skipped", &skipped.place, &fields));
    }

    /// Told whatever was told before: it is about the whole index.
    fn not_pruned(&mut self, path: &Path, articles: usize, reason: NotPruned) {
        self.is_unpruned = true;
        let shown = path.display();
        let message = match (self.language, reason) {
            (Language::French, NotPruned::Unread) => format!(
                "{shown} : tout n’a pas pu être lu, {articles} de l’index qui en venaient n’ont pas été retirés"
            ),
            (Language::English, NotPruned::Unread) => format!(
                "{shown}: not all of it could be read, {articles} of the index that came from it were not removed"
            ),
            (Language::French, NotPruned::Empty) => format!(
                "{shown} : aucun article n’en est venu, {articles} de l’index n’ont pas été retirés ; \
                 si c’est bien voulu : --prune --prune-empty"
            ),
            (Language::English, NotPruned::Empty) => format!(
                "{shown}: it gave no article, {articles} of the index were not removed; if they \
                 should be: --prune --prune-empty"
            ),
            (Language::French, NotPruned::Absent) => format!(
                "{shown} : absent ; {articles} articles y étaient aussi et n’ont pas été retirés ; si ce chemin \
                 n’existe plus : depeche index {shown} --prune --prune-empty"
            ),
            (Language::English, NotPruned::Absent) => format!(
                "{shown}: not there; {articles} articles were there too and were not removed; if the path \
                 is no more: depeche index {shown} --prune --prune-empty"
            ),
        };
        self.bar.suspend(|| say(&visible(&message)));
        let path = path.to_string_lossy();
        self.report(&json!({
            "type": "not_pruned", "path": path, "articles": articles, "reason": reason
        }));
    }

    fn report(&mut self, line: &serde_json::Value) {
        if let Some(file) = &mut self.file {
            file.write(line);
        }
    }

    /// A line above the progress bar, while there are not too many.
    fn line(&mut self, message: &str) {
        self.shown += 1;
        let language = self.language;
        if self.shown > MOST_SHOWN + 1 {
            return;
        }
        let more = language.pick(
            "d’autres suivent ; --report FICHIER les nomme tous",
            "more follow; --report FILE names them all",
        );
        let message = if self.shown > MOST_SHOWN { more } else { message };
        self.bar.suspend(|| say(&visible(message)));
    }

    fn finish(&mut self, report: &Report) -> anyhow::Result<()> {
        self.bar.finish_and_clear();
        if !self.quiet {
            say(&summary(report, self.language));
        }
        let mut totals = json!({ "type": "summary" });
        if let (Some(object), Ok(serde_json::Value::Object(fields))) =
            (totals.as_object_mut(), serde_json::to_value(report))
        {
            object.extend(fields);
        }
        self.report(&totals);
        self.file.take().map_or(Ok(()), ReportFile::finish)
    }
}

fn shown_place(place: &Place) -> String {
    match place.line {
        Some(line) => format!("{}:{line}", place.path.display()),
        None => place.path.display().to_string(),
    }
}

fn place_json(
    kind: &str,
    place: &Place,
    fields: &[(&str, serde_json::Value)],
) -> serde_json::Value {
    let path = place.path.to_string_lossy();
    let mut line = json!({ "type": kind, "path": path, "line": place.line });
    for (key, value) in fields {
        line[key] = value.clone();
    }
    line
}

fn progress(report: &Report, committed: usize, language: Language) -> String {
    let mega = report.bytes / 1_000_000;
    match language {
        Language::French => format!(
            "{} enregistrements, {mega} Mo de texte, {committed} articles acquis",
            report.read
        ),
        Language::English => {
            format!("{} records, {mega} MB of text, {committed} articles committed", report.read)
        }
    }
}

fn summary(report: &Report, language: Language) -> String {
    let Report { read, added, replaced, unchanged, skipped, pruned, reasons, .. } = report;
    let why: Vec<String> = reasons.iter().map(|(key, count)| format!("{key} {count}")).collect();
    let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(", ")) };
    match language {
        Language::French => format!(
            "lus {read} = ajoutés {added} + remplacés {replaced} + inchangés {unchanged} + ignorés {skipped}{why} ; retirés {pruned}"
        ),
        Language::English => format!(
            "read {read} = added {added} + replaced {replaced} + unchanged {unchanged} + skipped {skipped}{why}; pruned {pruned}"
        ),
    }
}
