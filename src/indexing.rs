//! Files into an index: imports on one thread, indexes on the others, and accounts for every record.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use serde::Serialize;

use crate::article::Article;
use crate::error::{ArticleFault, Error, Result};
use crate::import::{self, Draft, ImportOptions, Input, InputFile, Place, Record, SkipReason};
use crate::index::{Index, IndexWriter, Origin, Outcome, Pruned, WriterOptions};
use crate::paths::{path_of, text_of};

/// How to index.
#[derive(Clone, Debug, Default)]
pub struct IndexingOptions {
    /// How records are read.
    pub import: ImportOptions,
    /// How the index is written.
    pub writer: WriterOptions,
    /// Whether to remove the articles that came from the same inputs and are there no more.
    pub prune: bool,
    /// Whether to remove them also where an input gave no article at all or is not there, as a disk that is not
    /// mounted.
    pub prune_empty: bool,
}

/// What a run did. `read` is the sum of `added`, `replaced`, `unchanged` and `skipped`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Records met, good and bad.
    pub read: usize,
    /// New articles.
    pub added: usize,
    /// Articles of which the index held another version.
    pub replaced: usize,
    /// Articles that the index held as they are.
    pub unchanged: usize,
    /// Records that are not in the index, or only as an equal one.
    pub skipped: usize,
    /// Articles removed because their file or record is gone.
    pub pruned: usize,
    /// Of `skipped`, how many for each reason.
    pub reasons: BTreeMap<&'static str, usize>,
    /// Bytes of text in the good records.
    pub bytes: u64,
}

impl Report {
    /// Articles of this run that the index holds.
    pub fn held(&self) -> usize {
        self.added + self.replaced + self.unchanged
    }
}

/// A record that did not become an article of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Where it stands.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

/// Why a record was skipped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It could not be read as an article.
    #[error(transparent)]
    Import(#[from] SkipReason),
    /// An earlier record of this run has the same identifier and the same content.
    #[error("says the same as an earlier record with the identifier {0:?}")]
    Repeated(String),
    /// No index can hold it.
    #[error("{0}")]
    Refused(ArticleFault),
}

impl Reason {
    /// A stable name for reports.
    pub fn key(&self) -> &'static str {
        match self {
            Reason::Import(reason) => reason.key(),
            Reason::Repeated(_) => "repeated",
            Reason::Refused(_) => "refused",
        }
    }
}

/// Why articles that a run has not met are not removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotPruned {
    /// The input gave no article at all.
    Empty,
    /// Not all of it could be read.
    Unread,
    /// It is not there; files in it gave them too.
    Absent,
}

/// What is told while a run goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// A record was skipped.
    Skipped(&'a Skipped),
    /// An article got another identifier than its own, which belongs to a different text.
    Renamed {
        /// Where it stands.
        place: &'a Place,
        /// The identifier it named.
        from: &'a str,
        /// The identifier it has.
        to: &'a str,
    },
    /// Some records more are done.
    Progress(&'a Report),
    /// The articles that came from a path are not removed.
    NotPruned {
        /// An input, or something below it.
        path: &'a Path,
        /// How many they are.
        articles: usize,
        /// Why.
        reason: NotPruned,
    },
    /// All that is done so far is on the disk, and can be searched.
    Committed(&'a Report),
}

/// Indexes files, folders and standard input, in the order given.
///
/// # Errors
/// The index's; what was put before the last commit stays. Bad records are no errors: `observer` is told.
pub fn index_inputs(
    index: &Index,
    inputs: &[Input],
    options: &IndexingOptions,
    observer: &mut dyn FnMut(Event<'_>),
) -> Result<Report> {
    let mut committed = !index.is_uncommitted();
    let mut observe = |event: Event<'_>| {
        committed |= matches!(event, Event::Committed(_));
        observer(event);
    };
    run_all(index, inputs, options, &mut observe).map_err(|error| match committed {
        true => error,
        false => error.before_first_commit(),
    })
}

fn run_all(
    index: &Index,
    inputs: &[Input],
    options: &IndexingOptions,
    observer: &mut dyn FnMut(Event<'_>),
) -> Result<Report> {
    let roots: Vec<String> = inputs.iter().map(root).collect();
    let mut run = Run {
        writer: index.writer(options.writer)?,
        report: Report::default(),
        troubled: BTreeSet::default(),
        gave: vec![false; inputs.len()],
        roots,
        observer,
    };
    run.writer.begin(&run.roots);
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(BATCHES_AHEAD);
        Builder::new()
            .spawn_scoped(scope, move || read_all(inputs, &options.import, sender))
            .map_err(Error::io(index.dir()))?;
        run.take_all(receiver)
    })?;
    if options.prune {
        run.prune(options.prune_empty)?;
    }
    run.report.pruned += run.writer.settle(&run.troubled, options.prune && options.prune_empty)?;
    run.writer.commit()?;
    (run.observer)(Event::Committed(&run.report));
    let Run { writer, report, .. } = run;
    writer.finish()?;
    Ok(report)
}

/// Batches read ahead of the writer, and bytes of text in each: together they bound the memory.
const BATCHES_AHEAD: usize = 4;
const BATCH_BYTES: usize = 256 << 10;

/// A record with the identifier it gets where it names none.
struct Read {
    record: Record,
    fallback_id: String,
    /// The number of the input that it came from.
    input: usize,
}

type Batch = Vec<Read>;

fn read_all(inputs: &[Input], options: &ImportOptions, sender: SyncSender<Batch>) {
    let mut reader = Reader { sender, batch: Vec::new(), bytes: 0, input: 0 };
    for (number, input) in inputs.iter().enumerate() {
        reader.input = number;
        let flow = match input {
            Input::Stdin => reader.read("stdin", |sink| import::read_stdin(options, sink)),
            Input::Path(path) => reader.read_path(path, options),
        };
        if flow.is_break() {
            return;
        }
    }
    let _ = reader.send();
}

struct Reader {
    sender: SyncSender<Batch>,
    batch: Batch,
    bytes: usize,
    /// The number of the input that is read.
    input: usize,
}

impl Reader {
    fn read_path(&mut self, path: &Path, options: &ImportOptions) -> ControlFlow<()> {
        for file in import::files(&[path.to_owned()]) {
            match file {
                Ok(InputFile { path, name }) => {
                    let file = InputFile { path, name: name.clone() };
                    self.read(&name, |sink| import::read_file(&file, options, sink))?;
                }
                Err((path, reason)) => {
                    let record = Record { place: Place { path, line: None }, result: Err(reason) };
                    self.push(record, "")?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn read(&mut self, name: &str, read: impl FnOnce(&mut import::Sink<'_>)) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        read(&mut |record| {
            flow = self.push(record, name);
            flow
        });
        flow
    }

    fn push(&mut self, record: Record, name: &str) -> ControlFlow<()> {
        let fallback_id = fallback_id(&record, name);
        self.bytes += record.result.as_ref().map_or(0, |draft| draft.body.len());
        self.batch.push(Read { record, fallback_id, input: self.input });
        if self.bytes < BATCH_BYTES && self.batch.len() < 1_000 {
            return ControlFlow::Continue(());
        }
        self.send()
    }

    /// Hands the batch on; stops where the writer has failed and listens no more.
    fn send(&mut self) -> ControlFlow<()> {
        self.bytes = 0;
        match self.sender.send(std::mem::take(&mut self.batch)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

/// The file's name below the folder given; with the line, where a file holds several records.
fn fallback_id(record: &Record, name: &str) -> String {
    match record.place.line {
        Some(line) => format!("{name}#{line}"),
        None => name.to_owned(),
    }
}

struct Run<'a> {
    writer: IndexWriter,
    report: Report,
    /// Files of which not all could be read: what they gave before is not pruned.
    troubled: BTreeSet<String>,
    /// The paths of the inputs, and which gave an article.
    roots: Vec<String>,
    gave: Vec<bool>,
    observer: &'a mut dyn FnMut(Event<'_>),
}

impl Run<'_> {
    fn take_all(&mut self, batches: Receiver<Batch>) -> Result<()> {
        for batch in batches {
            for Read { record, fallback_id, input } in batch {
                if record.result.is_ok() && !self.gave[input] {
                    self.gave[input] = true;
                    self.writer.gave(&self.roots[input]);
                }
                self.take(record, fallback_id, input)?;
            }
            (self.observer)(Event::Progress(&self.report));
        }
        Ok(())
    }

    fn take(&mut self, record: Record, fallback_id: String, input: usize) -> Result<()> {
        self.report.read += 1;
        let Record { place, result } = record;
        match result {
            Ok(draft) => self.put(place, draft, fallback_id),
            Err(reason) => {
                let around = place.path.parent().filter(|_| is_of_folder(&reason));
                let path = absolute(around.unwrap_or(&place.path));
                // An input that is not there gave nothing, as an empty one: it is for the user to say why.
                if !(is_not_found(&reason) && path == self.roots[input]) {
                    self.troubled.insert(path);
                }
                self.skip(place, reason.into());
                Ok(())
            }
        }
    }

    fn put(&mut self, place: Place, draft: Draft, fallback_id: String) -> Result<()> {
        let mut article = article(draft, fallback_id, place.line.is_some());
        let origin = Origin { path: absolute(&place.path) };
        let id = article.id.clone();
        let commits = self.writer.commits();
        let outcome = match self.writer.put(&mut article, &origin) {
            Err(Error::Article { detail, .. }) => {
                self.troubled.insert(origin.path);
                self.skip(place, Reason::Refused(detail));
                return Ok(());
            }
            outcome => outcome?,
        };
        self.report.bytes += article.body.len() as u64;
        if article.id != id {
            (self.observer)(Event::Renamed { place: &place, from: &id, to: &article.id });
        }
        match outcome {
            Outcome::Added => self.report.added += 1,
            Outcome::Replaced => self.report.replaced += 1,
            Outcome::Unchanged => self.report.unchanged += 1,
            Outcome::Repeated => self.skip(place, Reason::Repeated(article.id)),
        }
        if self.writer.commits() != commits {
            (self.observer)(Event::Committed(&self.report));
        }
        Ok(())
    }

    /// Removes the articles that are there no more. An input that gave nothing more likely is not there
    /// itself; its articles stay unless `empty` asks for it.
    fn prune(&mut self, empty: bool) -> Result<()> {
        let Pruned { removed, left, unread, absent } = self.writer.prune(&self.troubled, empty)?;
        let all =
            [(NotPruned::Empty, left), (NotPruned::Unread, unread), (NotPruned::Absent, absent)];
        for (reason, paths) in all {
            for (path, articles) in paths {
                (self.observer)(Event::NotPruned { path: &path_of(&path), articles, reason });
            }
        }
        self.report.pruned = removed;
        Ok(())
    }

    fn skip(&mut self, place: Place, reason: Reason) {
        self.report.skipped += 1;
        *self.report.reasons.entry(reason.key()).or_default() += 1;
        (self.observer)(Event::Skipped(&Skipped { place, reason }));
    }
}

/// Whether nothing in the folder of a file was read.
fn is_of_folder(reason: &SkipReason) -> bool {
    matches!(reason, SkipReason::IgnoreFile(_))
}

fn is_not_found(reason: &SkipReason) -> bool {
    matches!(reason, SkipReason::Io(fault) if fault.kind == ErrorKind::NotFound)
}

/// The article of a draft. Its identifier is the one it names; for one of several records in a file, its
/// address on the web; else made of the file's name.
fn article(draft: Draft, fallback_id: String, one_of_several: bool) -> Article {
    let Draft { id, title, date, source, author, url, body } = draft;
    let own = id.or_else(|| url.clone().filter(|_| one_of_several));
    Article { id: own.unwrap_or(fallback_id), title, date, source, author, url, body }
}

fn root(input: &Input) -> String {
    match input {
        Input::Stdin => "-".to_owned(),
        Input::Path(path) => absolute(path),
    }
}

/// The path by which a file is known from run to run.
fn absolute(path: &Path) -> String {
    if path.as_os_str() == "-" {
        return "-".to_owned();
    }
    let absolute = path.canonicalize().unwrap_or_else(|_| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
        as_it_was(&absolute).unwrap_or(absolute)
    });
    text_of(&absolute)
}

/// Of a path that is gone, the name it had: the links that lead there are followed as far as they go.
fn as_it_was(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|folder| {
        let rest = path.strip_prefix(folder).ok()?;
        folder.canonicalize().ok().map(|folder| folder.join(rest))
    })
}
