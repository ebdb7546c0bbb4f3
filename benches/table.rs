//! One table: depeche against the peer, "raw", over the same passages, in one run: what a good engineer would
//! write on tantivy in an afternoon. Every row ends in depeche's ratio to raw.
//!
//! `cargo bench --bench table`; `DEPECHE_BENCH_CORPUS=file.jsonl.gz` for real text; a word after `--` names
//! the rows to run. Indexing and the whole process run as processes of their own: this very program, started
//! with `child`.

#![allow(missing_docs, clippy::print_stdout, reason = "a bench prints its table")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use depeche::{BatchOptions, BatchReader, Index, SearchOptions, Searcher, answer_all, parse};
use support::draw::{Class, Drawn, as_query, classes};
use support::measure::{in_turn, median, micros};
use support::process::{self, child, output, text};
use support::raw::{Asked, Peer};
use support::{Corpus, bytes_of, index_ours, peak_memory, raw};

/// Queries of each class.
const QUERIES: usize = 200;
/// Each query, each batch is timed so often on either side, in turn; its figure is the median.
const RUNS: usize = 7;
/// Runs of processes.
const PROCESS_RUNS: usize = 15;
const INDEXING_RUNS: usize = 3;
/// Rows beside those of the classes.
const ROWS: [&str; 5] = ["indexing", "size", "ten lit passages", "whole process", "batch"];

fn main() {
    if process::run_as_child(run_child) {
        return;
    }
    let arguments = std::env::args().skip(1);
    let wanted = { arguments }.find(|name| !name.starts_with("--")).unwrap_or_default();
    let is_wanted = |name: &str| name.contains(&wanted);
    let corpus = Corpus::prepare();
    let peer = Peer::open(&corpus.raw());
    let classes = classes(&corpus, &peer, QUERIES);
    let rows = classes.iter().map(|class| class.name).chain(ROWS);
    assert!({ rows.clone() }.any(is_wanted), "rows: {}", rows.collect::<Vec<_>>().join("; "));
    println!("{} articles, {:.1} MB of text", corpus.articles, corpus.bytes as f64 / 1e6);
    println!("{:<36} {:>19} {:>19} {:>13}", "", "depeche", "raw", "ratio");
    let [of_indexing, of_size, of_light, of_processes, of_batches] = ROWS.map(is_wanted);
    if of_indexing {
        indexing(&corpus);
    }
    if of_size {
        size(&corpus);
    }
    let searcher = Searcher::open(corpus.ours()).expect("an index");
    for class in classes.iter().filter(|class| is_wanted(class.name)) {
        queries(class, &searcher, &peer);
    }
    // With stop words and without.
    let phrases = classes.iter().filter(|class| class.name.starts_with("phrase with"));
    let phrases: Vec<&Drawn> = phrases.flat_map(|class| &class.queries).collect();
    if of_light {
        lit(&phrases, &searcher, &peer);
    }
    if of_processes {
        whole_process(&corpus, &phrases);
    }
    if of_batches {
        let bags: Vec<&Class> = classes.iter().filter(|c| c.name.starts_with("OR of")).collect();
        batch("bags of words", &corpus, &bags, &peer);
        batch("all classes", &corpus, &classes.iter().collect::<Vec<_>>(), &peer);
    }
}

/// What this program does when it starts itself.
fn run_child(arguments: &[&str]) {
    match arguments {
        ["index-ours", dir, threads] => index_ours(Path::new(dir), threads.parse().expect("1")),
        ["index-raw", dir, threads] => raw::build(Path::new(dir), threads.parse().expect("1")),
        ["search-raw", dir, phrase] => raw::search_and_print(Path::new(dir), phrase),
        _ => panic!("{arguments:?}"),
    }
    if arguments[0].starts_with("index") {
        println!("{}", peak_memory().unwrap_or(0.0));
    }
}

/// Whole runs of indexing, from the file to an index at rest.
fn indexing(corpus: &Corpus) {
    for threads in [1, 2] {
        let (mut seconds, mut memory) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
        for _ in 0..INDEXING_RUNS {
            for (side, name) in ["index-ours", "index-raw"].into_iter().enumerate() {
                let dir = tempfile::tempdir().expect("a folder");
                let start = Instant::now();
                let peak = output(&mut child(&[
                    name,
                    &text(dir.path().join("index")),
                    &threads.to_string(),
                ]));
                seconds[side].push(start.elapsed().as_secs_f64());
                memory[side].push(peak.trim().parse::<f64>().unwrap_or(0.0));
            }
        }
        let [ours, raw] = seconds.map(|seconds| corpus.bytes as f64 / 1e6 / median(seconds));
        row(&format!("indexing, {threads} thread(s), MB/s"), ours, raw);
        let [ours, raw] = memory.map(median);
        row(&format!("indexing, {threads} thread(s), peak MB"), ours, raw);
    }
}

fn size(corpus: &Corpus) {
    let share = |dir: PathBuf| bytes_of(&dir) as f64 / corpus.bytes as f64;
    row("size on disk / text", share(corpus.ours()), share(corpus.raw()));
}

/// Ten articles without their texts against ten passages; neither side counts what it passes over.
fn queries(class: &Class, searcher: &Searcher, peer: &Peer) {
    let options = SearchOptions { texts: false, totals: false, ..SearchOptions::default() };
    let ours = |query: &Drawn| {
        let query = as_query(class.name, &query.ours);
        searcher.search(&query, &options).expect("results");
    };
    let raw = |query: &Drawn| {
        peer.best(&query.raw);
    };
    if class.queries.is_empty() {
        println!("{:<36} the text has none", class.name);
        return;
    }
    let [ours, raw] = in_turn(&class.queries, RUNS, ours, raw);
    println!(
        "{:<36} {:>9.0} {:>9.0} {:>9.0} {:>9.0} {:>6.2} {:>6.2} q/s {:.2}",
        format!("{}, p50 p95 µs", class.name),
        ours.p50,
        ours.p95,
        raw.p50,
        raw.p95,
        ours.p50 / raw.p50,
        ours.p95 / raw.p95,
        raw.sum / ours.sum,
    );
}

/// Ten passages of a phrase, found, grouped by article, lit.
fn lit(phrases: &[&Drawn], searcher: &Searcher, peer: &Peer) {
    let options = SearchOptions { totals: false, ..SearchOptions::default() };
    let ours = |phrase: &&Drawn| {
        let query = parse(&phrase.ours).expect("a query");
        searcher.search(&query, &options).expect("results");
    };
    let raw = |phrase: &&Drawn| peer.lit(&phrase.raw, &mut |_| ());
    let [ours, raw] = in_turn(phrases, RUNS, ours, raw);
    row("ten lit passages of a phrase, p50 µs", ours.p50, raw.p50);
    let count = phrases.len() as f64;
    row("ten lit passages of a phrase, mean µs", ours.sum / count, raw.sum / count);
}

/// From start to exit.
fn whole_process(corpus: &Corpus, phrases: &[&Drawn]) {
    let (dir, raw) = (text(corpus.ours()), text(corpus.raw()));
    let ours = |phrase: &&Drawn| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_depeche"));
        output(command.args(["search", &phrase.ours, "--json", "--index", &dir]));
    };
    let raw = |phrase: &&Drawn| {
        let Asked::Phrase { words, .. } = &phrase.raw else { return };
        output(&mut child(&["search-raw", &raw, words]));
    };
    let some: Vec<&Drawn> = phrases.iter().step_by(20).copied().collect();
    let [ours, raw] = in_turn(&some, PROCESS_RUNS, ours, raw);
    row("whole process, p50 µs", ours.p50, raw.p50);
    row("whole process, mean µs", ours.sum / some.len() as f64, raw.sum / some.len() as f64);
}

/// Some classes together, queries a second, by one thread and by two.
fn batch(name: &str, corpus: &Corpus, classes: &[&Class], peer: &Peer) {
    let queries: Vec<&Drawn> = classes.iter().flat_map(|class| &class.queries).collect();
    let path = corpus.ours().with_file_name("queries.txt");
    let lines: String = queries.iter().map(|query| format!("{}\n", query.ours)).collect();
    std::fs::write(&path, lines).expect("room");
    let index = Index::open(&corpus.ours()).expect("an index");
    let mut by_threads = Vec::new();
    for threads in [1, 2] {
        let search = SearchOptions { texts: false, totals: false, ..SearchOptions::default() };
        let options = BatchOptions { threads, search, ..BatchOptions::default() };
        let (mut ours, mut raw) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let mut answered = 0;
            ours.push(micros(|| {
                let queries = BatchReader::open(&path, None).expect("a file");
                let each = |answer: depeche::Answer| usize::from(answer.results.is_ok());
                let mut count = |one| {
                    answered += one;
                    Ok(())
                };
                answer_all(&index, queries, &options, each, &mut count).expect("answers")
            }));
            assert_eq!(answered, queries.len());
            raw.push(micros(|| ask_all(peer, &queries, threads)));
        }
        let rate = |times| queries.len() as f64 / median(times) * 1e6;
        let (ours, raw) = (rate(ours), rate(raw));
        by_threads.push(ours);
        row(&format!("batch, {name}, {threads} thread(s), q/s"), ours, raw);
    }
    println!("{:<36} {:>9.2}", "  2 threads against 1", by_threads[1] / by_threads[0]);
}

fn ask_all(peer: &Peer, queries: &[&Drawn], threads: usize) {
    std::thread::scope(|scope| {
        for part in queries.chunks(queries.len().div_ceil(threads)) {
            scope.spawn(|| part.iter().for_each(|query| _ = peer.best(&query.raw)));
        }
    });
}

fn row(name: &str, ours: f64, raw: f64) {
    println!("{name:<36} {ours:>19.2} {raw:>19.2} {:>13.2}", ours / raw);
}
