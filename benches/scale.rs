//! What indexing and asking cost at 1, 4 and 16 times the corpus: one row each.
//!
//! `DEPECHE_BENCH_CORPUS=file.jsonl.gz cargo bench --bench scale`. The corpus is repeated with altered words, so
//! that the dictionary grows as it does with real text: about as the power .55 of the length (Heaps). Every size
//! is asked the same queries, drawn from the corpus as it is, and is indexed and asked by a process of its own.

#![allow(missing_docs, clippy::print_stdout, reason = "a bench prints its table")]

mod support;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use depeche::{SearchOptions, Searcher};
use support::draw::{as_query, classes};
use support::measure::{micros, times};
use support::process::{self, child, output, text};
use support::repeated::Repeated;
use support::{CORPUS, Corpus, bytes_of, index_ours, path, peak_memory, raw};

const SIZES: [usize; 3] = [1, 4, 16];
/// Queries of each class.
const QUERIES: usize = 100;
/// Each is asked so often; its figure is the median.
const RUNS: usize = 5;

fn main() {
    if process::run_as_child(run_child) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let queries = folder.path().join("queries.tsv");
    draw_queries(&queries);
    let corpus = Repeated::read(&path());
    for times in SIZES {
        let file = folder.path().join(format!("{times}.jsonl"));
        let bytes = corpus.write(&file, times);
        let dir = folder.path().join(format!("{times}"));
        println!("{times} x, {:.1} MB of text", bytes as f64 / 1e6);
        let start = Instant::now();
        let on_file = |arguments: &[&str]| output(child(arguments).env(CORPUS, &file));
        let peak = on_file(&["index", &text(dir.clone())]);
        let seconds = start.elapsed().as_secs_f64();
        let share = bytes_of(&dir) as f64 / bytes as f64;
        println!(
            "  indexing, 2 threads: {:.1} MB/s, peak {} MB",
            bytes as f64 / 1e6 / seconds,
            peak.trim()
        );
        println!("  index on disk / text: {share:.2}");
        print!("{}", on_file(&["ask", &text(dir.clone()), &text(queries.clone())]));
        std::fs::remove_dir_all(&dir)
            .and_then(|()| std::fs::remove_file(&file))
            .expect("the files are there");
    }
}

fn run_child(arguments: &[&str]) {
    match arguments {
        ["index", dir] => {
            index_ours(Path::new(dir), 2);
            println!("{:.0}", peak_memory().unwrap_or(0.0));
        }
        ["ask", dir, queries] => ask(Path::new(dir), Path::new(queries)),
        _ => panic!("{arguments:?}"),
    }
}

/// Draws queries from the corpus as it is: a class, a tab and a query each.
fn draw_queries(path: &Path) {
    let corpus = Corpus::text_only();
    raw::build(&corpus.raw(), 2);
    let peer = raw::Peer::open(&corpus.raw());
    let mut file = BufWriter::new(File::create(path).expect("room"));
    for class in classes(&corpus, &peer, QUERIES) {
        for query in class.queries {
            writeln!(file, "{}\t{}", class.name, query.ours).expect("room");
        }
    }
}

/// Asks all queries; prints the times of each class.
fn ask(dir: &Path, queries: &Path) {
    let mut searcher = None;
    let opening = micros(|| searcher = Searcher::open(dir).ok());
    let searcher = searcher.expect("an index");
    println!("  opening: {:.1} ms", opening / 1e3);
    let options = SearchOptions { texts: false, totals: false, ..SearchOptions::default() };
    let lines = std::fs::read_to_string(queries).expect("the queries");
    let lines: Vec<(&str, &str)> = lines.lines().filter_map(|line| line.split_once('\t')).collect();
    for class in lines.chunk_by(|a, b| a.0 == b.0) {
        let name = class[0].0;
        let each = class.iter().map(|(_, query)| {
            let query = as_query(name, query);
            (0..RUNS)
                .map(|_| micros(|| searcher.search(&query, &options).expect("results")))
                .collect()
        });
        let times = times(each.collect());
        println!("  {name:<32} {:>9.0} {:>9.0} µs (p50 p95)", times.p50, times.p95);
    }
    println!("  memory of asking: {:.0} MB", peak_memory().unwrap_or(0.0));
}
