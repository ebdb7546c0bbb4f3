//! Queries by their classes, one thread, the index open and warm: depeche against the peer over the same
//! passages, ten best each, without their texts; the median and the 95th percentile, and queries a second.
//!
//! `cargo bench --bench queries`; `DEPECHE_BENCH_CORPUS=file.jsonl.gz` for real text.

#![allow(missing_docs, clippy::print_stdout, reason = "a bench prints its table")]

mod support;

use std::hint::black_box;
use std::time::Instant;

use depeche::{SearchOptions, Searcher, parse_plain};
use support::{Corpus, raw};

/// Queries of each class.
const QUERIES: usize = 200;
/// Each query is timed so often on either side, in turn; its figure is the median.
const RUNS: usize = 7;

fn main() {
    let corpus = Corpus::prepare();
    println!("{} articles, {:.1} MB of text", corpus.articles, corpus.bytes as f64 / 1e6);
    let searcher = Searcher::open(corpus.ours()).expect("an index");
    let options = SearchOptions { texts: false, totals: false, ..SearchOptions::default() };
    let peer = raw::Bags::open(&corpus.raw());
    println!(
        "{:<30} {:>17} {:>17} {:>6} {:>6} {:>6}",
        "p50 p95, µs", "depeche", "raw", "p50", "p95", "q/s"
    );
    let classes = [
        ("OR of 3 to 6 words", corpus.word_sets(QUERIES)),
        ("OR of a title, stop words too", corpus.some_titles(QUERIES)),
        ("OR of 2 to 5 words in a row", corpus.phrases(QUERIES)),
    ];
    let wanted = std::env::args().nth(1).filter(|name| name != "--bench").unwrap_or_default();
    for (name, queries) in classes.into_iter().filter(|(name, _)| name.contains(&wanted)) {
        let ours = |text: &str| {
            let query = parse_plain(text).expect("a query");
            searcher.search(&query, &options).expect("results").hits.len()
        };
        let raw = |text: &str| peer.best(text);
        compare(name, &queries, &ours, &raw);
    }
}

/// Prints a line of the table.
fn compare(
    name: &str,
    queries: &[String],
    ours: &dyn Fn(&str) -> usize,
    raw: &dyn Fn(&str) -> usize,
) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for query in queries {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            a.push(micros(|| ours(query)));
            b.push(micros(|| raw(query)));
        }
        left.push(at(&mut a, 0.5));
        right.push(at(&mut b, 0.5));
    }
    let seconds = right.iter().sum::<f64>() / left.iter().sum::<f64>();
    let (p50, p95) = (at(&mut left, 0.5), at(&mut left, 0.95));
    let (raw50, raw95) = (at(&mut right, 0.5), at(&mut right, 0.95));
    println!(
        "{name:<30} {p50:>8.0} {p95:>8.0} {raw50:>8.0} {raw95:>8.0} {:>6.2} {:>6.2} {seconds:>6.2}",
        p50 / raw50,
        p95 / raw95,
    );
}

fn micros(run: impl FnOnce() -> usize) -> f64 {
    let start = Instant::now();
    black_box(run());
    start.elapsed().as_secs_f64() * 1e6
}

/// The value below which a share of the values lies.
fn at(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}
