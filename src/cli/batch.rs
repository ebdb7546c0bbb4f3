//! `depeche batch`.

use std::hash::BuildHasher;
use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use depeche::render::{Batch, BatchForm, Language, unknown_name, visible};
use depeche::{Answer, BatchOptions, BatchReader, Index, SearchOptions, Searcher, answer_all};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::args::{AnswersAs, BatchArgs};
use super::search::open_index;
use super::{Context, ERROR, FOUND, messages, out, say, tick};

/// Queries between two looks at the terminal.
const STEP: u64 = 64;

pub(super) fn run(args: BatchArgs, context: Context) -> anyhow::Result<u8> {
    let language = context.language;
    check(&args, language)?;
    let batch = Batch { form: args.form(), count_only: args.count_only };
    let queries = BatchReader::open(&args.queries, args.queries_format.map(Into::into))?;
    let index = open_index(args.index.dir(), context)?;
    let options = options(args)?;
    tell_unknown_names(&index, &options, language)?;
    let mut totals = Totals::new(options.count_only);
    // A run holds a query once: programs that read it refuse another of its name.
    let mut met: FxHashSet<u64> = FxHashSet::default();
    let mut out = out();
    out.write_all(&batch.head()?)?;
    answer_all(
        &index,
        queries,
        &options,
        |answer| Written::of(&answer, &batch, language),
        &mut |mut written: Written| {
            if written.named.as_ref().is_some_and(|named| !met.insert(named.hash)) {
                written.repeats(language);
            }
            totals.add(&written, language);
            written.complaint.iter().for_each(|complaint| totals.say(complaint));
            out.write_all(&written.bytes?)
        },
    )?;
    out.flush()?;
    totals.end(language);
    Ok(if totals.refused > 0 { ERROR } else { FOUND })
}

/// Options that the format of the answers has no use for.
fn check(args: &BatchArgs, language: Language) -> anyhow::Result<()> {
    let unused = match args.format {
        AnswersAs::Trec if args.count_only => "--count-only",
        AnswersAs::Json | AnswersAs::Trec => args.sheet.given().unwrap_or_default(),
        AnswersAs::Csv => "",
    };
    if unused.is_empty() {
        return Ok(());
    }
    let format = if args.format == AnswersAs::Trec { "trec" } else { "json" };
    match language {
        Language::French => anyhow::bail!("{unused} ne va pas avec --format {format}"),
        Language::English => anyhow::bail!("{unused} does not go with --format {format}"),
    }
}

fn options(args: BatchArgs) -> anyhow::Result<BatchOptions> {
    let search = SearchOptions {
        limit: if args.hits == 0 { usize::MAX } else { args.hits },
        offset: args.offset,
        per_article: args.per_article as usize,
        filters: args.filters.read()?,
        sort: args.sort.into(),
        facets: false,
        unit: args.unit.into(),
        weights: (&args.weights).into(),
        texts: args.format != AnswersAs::Trec,
        totals: args.format == AnswersAs::Json || args.count_only,
    };
    let defaults = BatchOptions::default();
    let threads = args.threads.map_or(defaults.threads, usize::from);
    let BatchArgs { plain, count_only, index, .. } = args;
    Ok(BatchOptions { search, plain, count_only, verify: index.verify, threads })
}

/// Names that all queries share; those of one query are its own affair.
fn tell_unknown_names(
    index: &Index,
    options: &BatchOptions,
    language: Language,
) -> anyhow::Result<()> {
    let filters = &options.search.filters;
    if filters.source.is_empty() && filters.author.is_empty() {
        return Ok(());
    }
    let unknown = Searcher::new(index)?.unknown_names(&[], filters)?;
    unknown.iter().for_each(|name| say(&unknown_name(name, language)));
    Ok(())
}

/// A query that was answered in a run.
struct Named {
    hash: u64,
    id: String,
    line: u64,
}

/// What becomes of one answer.
struct Written {
    bytes: io::Result<Vec<u8>>,
    /// Of a run: what tells the query from others.
    named: Option<Named>,
    hits: usize,
    is_refused: bool,
    /// What the output has no place for.
    complaint: Option<String>,
}

impl Written {
    fn of(answer: &Answer, batch: &Batch, language: Language) -> Written {
        let refusal = answer.results.as_ref().err();
        let is_run = matches!(batch.form, BatchForm::Trec(_));
        Written {
            bytes: batch.answer(answer),
            named: (is_run && refusal.is_none()).then(|| Named {
                hash: FxBuildHasher.hash_one(&*answer.id),
                id: visible(&answer.id).into_owned(),
                line: answer.line,
            }),
            hits: answer.results.as_ref().map_or(0, |results| results.hits.len()),
            is_refused: refusal.is_some(),
            complaint: refusal
                .filter(|_| is_run)
                .map(|refusal| messages::refused(answer, refusal, language)),
        }
    }

    /// An earlier query has its identifier: it is left out of a run.
    fn repeats(&mut self, language: Language) {
        (self.bytes, self.hits, self.is_refused) = (Ok(Vec::new()), 0, true);
        let Some(Named { id, line, .. }) = &self.named else { return };
        self.complaint = Some(match language {
            Language::French => format!(
                "requête {id}, ligne {line} : une autre a déjà cet identifiant, un run n’en prend qu’une"
            ),
            Language::English => format!(
                "query {id}, line {line}: another has this identifier already, a run takes one of them"
            ),
        });
    }
}

/// What a batch has come to so far, shown where someone looks.
struct Totals {
    bar: ProgressBar,
    begun: Instant,
    count_only: bool,
    queries: u64,
    hits: usize,
    refused: u64,
}

impl Totals {
    fn new(count_only: bool) -> Self {
        // Answers on the same terminal would be written through it.
        let is_hidden = io::stdout().is_terminal();
        let target =
            if is_hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
            bar.set_style(style);
        }
        tick(&bar);
        Totals { bar, begun: Instant::now(), count_only, queries: 0, hits: 0, refused: 0 }
    }

    fn add(&mut self, written: &Written, language: Language) {
        self.queries += 1;
        self.hits += written.hits;
        self.refused += u64::from(written.is_refused);
        if self.queries.is_multiple_of(STEP) {
            self.bar.set_message(self.shown(language));
        }
    }

    fn say(&self, message: &str) {
        self.bar.suspend(|| say(message));
    }

    fn shown(&self, language: Language) -> String {
        let Totals { queries, hits, refused, .. } = self;
        let counted = match language {
            _ if self.count_only => String::new(),
            Language::French => format!(", résultats {hits}"),
            Language::English => format!(", hits {hits}"),
        };
        match language {
            Language::French => format!("requêtes {queries}{counted}, refusées {refused}"),
            Language::English => format!("queries {queries}{counted}, refused {refused}"),
        }
    }

    /// On a terminal how it went; elsewhere only what went wrong, so that the same run says the same.
    fn end(&self, language: Language) {
        self.bar.finish_and_clear();
        let shown = self.shown(language);
        if io::stderr().is_terminal() {
            say(&format!("{shown}, {:.1} s", self.begun.elapsed().as_secs_f64()));
        } else if self.refused > 0 || self.queries == 0 {
            say(&shown);
        }
    }
}
