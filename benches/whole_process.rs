//! One process for one phrase query with ten highlighted passages: depeche against the least that one
//! would write on tantivy, over the same passages, in turn.
//!
//! The peer opens an index (SimpleTokenizer, RemoveLong, LowerCaser, French stemmer, positions, stored
//! text), runs a PhraseQuery for ten documents and calls SnippetGenerator on each. It is this very
//! program, started with `raw-search`.
//!
//! `cargo bench --bench whole_process`; `DEPECHE_BENCH_CORPUS=file.jsonl.gz` for real text.

#![allow(missing_docs, clippy::print_stdout, reason = "a bench prints its table")]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{Corpus, raw};

/// Runs of each program for each phrase, after one that warms the caches.
const RUNS: usize = 15;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, dir, phrase] = arguments.as_slice()
        && command == "raw-search"
    {
        raw::search_and_print(Path::new(dir), phrase);
        return;
    }
    compare();
}

fn compare() {
    let corpus = Corpus::prepare();
    println!("{} articles, {:.1} MB of text", corpus.articles, corpus.bytes as f64 / 1e6);
    println!("{:<34} {:>9} {:>9} {:>7}", "phrase", "depeche", "raw", "ratio");
    let mut ratios = Vec::new();
    for phrase in corpus.phrases(9) {
        let mut ours = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_depeche"));
            command
                .args(["search", &format!("\"{phrase}\""), "--json", "--index"])
                .arg(corpus.ours());
            timed(&mut command)
        };
        let peer = std::env::current_exe().expect("this program has a path");
        let mut raw =
            || timed(Command::new(&peer).arg("raw-search").arg(corpus.raw()).arg(&phrase));
        let (ours, raw) = alternately(&mut ours, &mut raw);
        let ratio = ours.as_secs_f64() / raw.as_secs_f64();
        ratios.push(ratio);
        println!("{phrase:<34.34} {:>6.2} ms {:>6.2} ms {ratio:>7.2}", millis(ours), millis(raw));
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}", ratios[ratios.len() / 2]);
}

fn alternately(
    ours: &mut dyn FnMut() -> Duration,
    raw: &mut dyn FnMut() -> Duration,
) -> (Duration, Duration) {
    ours();
    raw();
    let pairs: Vec<_> = (0..RUNS).map(|_| (ours(), raw())).collect();
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    (median(pairs.iter().map(|p| p.0).collect()), median(pairs.iter().map(|p| p.1).collect()))
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let time = start.elapsed();
    let status = status.expect("the program starts");
    assert!(status.success(), "{command:?}: {status}");
    time
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
