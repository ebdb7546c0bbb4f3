//! What indexing and asking cost at 1, 4 and 16 times the corpus: one row each.
//!
//! `DEPECHE_BENCH_CORPUS=file.jsonl.gz cargo bench --bench scale`. The corpus is repeated with altered words, so
//! that the dictionary grows as it does with real text: about as the power .55 of the length (Heaps). Every size
//! is asked the same queries, drawn from the corpus as it is, and is indexed and asked by a process of its own.

#![allow(missing_docs, clippy::print_stdout, reason = "a bench prints its table")]

mod support;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use depeche::import::Draft;
use depeche::{SearchOptions, Searcher};
use serde_json::json;
use support::draw::{Draw, as_query, classes};
use support::measure::{micros, times};
use support::process::{self, child, output, text};
use support::{Corpus, bytes_of, each_draft, index_ours, peak_memory, raw};

const SIZES: [usize; 3] = [1, 4, 16];
/// Queries of each class.
const QUERIES: usize = 100;
/// Each is asked so often; its figure is the median.
const RUNS: usize = 5;
/// How the number of different words grows with the length of a text, and which share of them stand in it once.
const HEAPS: f64 = 0.55;
const ONCE: f64 = 0.5;
/// What makes another word of one.
const ENDINGS: [&str; 16] = [
    "", "bo", "cla", "du", "fren", "gol", "hix", "jam", "kor", "lup", "miv", "nor", "pel", "quor",
    "rus", "tav",
];

fn main() {
    if process::run_as_child(run_child) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let queries = folder.path().join("queries.tsv");
    draw_queries(&queries);
    let corpus = Repeated::read();
    for times in SIZES {
        let file = folder.path().join(format!("{times}.jsonl"));
        let bytes = corpus.write(&file, times);
        let dir = folder.path().join(format!("{times}"));
        println!("{times} x, {:.1} MB of text", bytes as f64 / 1e6);
        let start = Instant::now();
        let on_file =
            |arguments: &[&str]| output(child(arguments).env("DEPECHE_BENCH_CORPUS", &file));
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

/// The corpus, to be written several times over.
struct Repeated {
    drafts: Vec<Draft>,
    /// In how many articles each word stands.
    articles: HashMap<String, usize>,
}

impl Repeated {
    fn read() -> Self {
        let (mut drafts, mut articles) = (Vec::new(), HashMap::new());
        each_draft(&mut |draft| {
            let mut words: Vec<&str> = words(&draft.body).collect();
            words.sort_unstable();
            words.dedup();
            words.iter().for_each(|word| *articles.entry((*word).to_owned()).or_default() += 1);
            drafts.push(draft);
        });
        Repeated { drafts, articles }
    }

    /// Writes it so many times; gives the bytes of text.
    fn write(&self, path: &Path, times: usize) -> usize {
        let mut file = BufWriter::new(File::create(path).expect("room"));
        let (mut draw, mut bytes) = (Draw::new(), 0);
        for copy in 0..times {
            for (number, draft) in self.drafts.iter().enumerate() {
                let body = self.altered(&draft.body, copy, &mut draw);
                bytes += body.len();
                let date = draft.date.map(|date| date.to_string());
                let article = json!({
                    "id": format!("{copy}-{number}"), "title": draft.title, "source": draft.source,
                    "date": date, "body": body,
                });
                writeln!(file, "{article}").expect("room");
            }
        }
        bytes
    }

    /// The text with some of the words changed that stand in one article alone.
    fn altered(&self, text: &str, copy: usize, draw: &mut Draw) -> String {
        if copy == 0 {
            return text.to_owned();
        }
        let changed = (HEAPS * (copy as f64).powf(HEAPS - 1.0) / ONCE).min(1.0);
        let mut altered = String::with_capacity(text.len() + text.len() / 16);
        for part in text.split_inclusive(|c: char| !c.is_alphabetic()) {
            let word = part.trim_end_matches(|c: char| !c.is_alphabetic());
            let is_rare = self.articles.get(word) == Some(&1);
            let is_changed = is_rare && (draw.below(1_000) as f64) < changed * 1_000.0;
            altered.push_str(word);
            altered.push_str(if is_changed { ENDINGS[copy % ENDINGS.len()] } else { "" });
            altered.push_str(&part[word.len()..]);
        }
        altered
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 3)
}
