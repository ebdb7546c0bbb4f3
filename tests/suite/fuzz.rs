//! The targets of `tests/fuzz` held against inputs changed at random, the same in every run.

use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, Instant};

use depeche::{MAX_QUERY_BYTES, Query, SearchOptions, Searcher, parse, parse_lenient, parse_plain};

use crate::oracle::{Generator, Random, articles};
use crate::support::indexed_corpus;

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use targets::query::TOKENS;
use targets::{Target, targets};

/// How many inputs each target gets; the environment's `DEPECHE_FUZZ_CASES` overrules it.
const CASES: u64 = 150;
/// Where drawing begins; the environment's `DEPECHE_FUZZ_SEED` overrules it.
const SEED: u64 = 1;
/// No input is longer.
const LONGEST: usize = 1 << 14;
/// A case that takes longer has hung, however slow the machine; held where the full numbers are asked for.
const SLOW: Duration = Duration::from_secs(20);

/// How many queries are asked; the environment's `DEPECHE_FUZZ_QUERIES` overrules it.
const QUERIES: u64 = 200;
/// A query that takes longer is too slow, on a machine that has nothing else to do and a release build.
const SECOND: Duration = Duration::from_secs(1);

/// Whether more than the tests of every day is asked for: time counts then alone.
fn is_full() -> bool {
    ["DEPECHE_FUZZ_CASES", "DEPECHE_FUZZ_QUERIES"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

#[test]
fn no_input_makes_a_target_fail() {
    let folder = tempfile::tempdir().unwrap();
    let (cases, seed) = (number("DEPECHE_FUZZ_CASES", CASES), number("DEPECHE_FUZZ_SEED", SEED));
    let mut failed = Vec::new();
    for mut target in targets(folder.path()) {
        let begun = Instant::now();
        let worst = (0..cases).map(|case| run(&mut target, seed, case, &mut failed)).max();
        let (name, time) = (target.name, begun.elapsed().as_secs_f64());
        eprintln!(
            "{name}: {cases} inputs in {time:.1} s, at most {:?} each",
            worst.unwrap_or_default()
        );
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// One input; how long it took.
fn run(target: &mut Target, seed: u64, case: u64, failed: &mut Vec<String>) -> Duration {
    let random = Random::new(seed.wrapping_mul(0x1_0000_0001) ^ case);
    let input = match target.seeds.get(usize::try_from(case).unwrap()) {
        Some(seed) => seed.clone(),
        None => changed(target, &random),
    };
    let begun = Instant::now();
    let result = panic::catch_unwind(AssertUnwindSafe(|| (target.case)(&input)));
    let time = begun.elapsed();
    if result.is_err() || is_full() && time > SLOW {
        failed.push(format!("{} case {case}, {time:?}: {}", target.name, input.escape_ascii()));
    }
    time
}

/// A seed after some accidents.
fn changed(target: &Target, random: &Random) -> Vec<u8> {
    let some_seed = || &target.seeds[random.below(target.seeds.len())];
    let mut bytes = if random.one_in(10) { Vec::new() } else { some_seed().clone() };
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len() + 1);
        let end = (at + 1 + random.below(16)).min(bytes.len());
        let token = target.tokens[random.below(target.tokens.len())].as_bytes();
        match random.below(10) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.truncate(at),
            2 if at < end => bytes[at] ^= 1 << random.below(8),
            3 if at < end => bytes[at] = u8::try_from(random.below(256)).unwrap(),
            4 => {
                let piece = bytes[at..end].to_vec();
                insert(&mut bytes, at, piece);
            }
            5 => insert(&mut bytes, at, some_seed().clone()),
            6 if random.one_in(4) => insert(&mut bytes, at, token.repeat(1 + random.below(400))),
            _ => insert(&mut bytes, at, token.to_vec()),
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: Vec<u8>) {
    bytes.splice(at..at, piece);
}

/// Queries drawn over the grammar, one in two of them with an accident, read in every way; those that are
/// queries are searched.
#[test]
fn no_query_makes_a_search_fail() {
    let (_folder, searcher) = indexed_corpus();
    let generator = Generator::new(&articles(&searcher));
    let (queries, seed) =
        (number("DEPECHE_FUZZ_QUERIES", QUERIES), number("DEPECHE_FUZZ_SEED", SEED));
    let (mut asked, mut all, mut slowest) = (0, Duration::ZERO, (Duration::ZERO, String::new()));
    for number in 0..queries {
        let drawn = generator.query(seed.wrapping_mul(0x1_0000_0001) ^ number);
        let text = spoilt(&drawn, number);
        let begun = Instant::now();
        let searched = panic::catch_unwind(AssertUnwindSafe(|| ask(&searcher, &text)));
        let time = begun.elapsed();
        asked += u64::from(searched.unwrap_or_else(|_| panic!("the query {text:?}")));
        all += time;
        if time > slowest.0 {
            slowest = (time, text);
        }
    }
    let average = all / u32::try_from(queries).unwrap();
    eprintln!("{queries} queries, {asked} searched: {average:?} each, at most {slowest:?}");
    let most = if cfg!(debug_assertions) { SLOW } else { SECOND };
    assert!(!is_full() || slowest.0 < most, "{slowest:?}");
}

/// A query as text; every other one after some accidents.
fn spoilt(query: &Query, number: u64) -> String {
    let mut text = query.to_string();
    if number.is_multiple_of(2) {
        return text;
    }
    let random = Random::new(!number);
    for _ in 0..=random.below(4) {
        let at = text.floor_char_boundary(random.below(text.len() + 1));
        let end = text.ceil_char_boundary((at + random.below(8)).min(text.len()));
        let token = TOKENS[random.below(TOKENS.len())];
        match random.below(6) {
            0 => text.replace_range(at..end, ""),
            1 => text.replace_range(at..end, token),
            2 if random.one_in(20) => text = text.repeat(1 + random.below(40)),
            3 if random.one_in(20) => text.insert_str(at, &token.repeat(random.below(300))),
            _ => text.insert_str(at, token),
        }
    }
    text.truncate(text.floor_char_boundary(2 * MAX_QUERY_BYTES));
    text
}

/// Whether a text is a query; then it is searched. It panics where something does not hold.
fn ask(searcher: &Searcher, text: &str) -> bool {
    let read = parse(text);
    let (lenient, plain) = (parse_lenient(text), parse_plain(text));
    for query in
        [read.as_ref().ok(), lenient.query.as_ref(), plain.as_ref().ok()].into_iter().flatten()
    {
        assert_eq!(parse(&query.to_string()).as_ref(), Ok(query), "printed as {query}");
    }
    for error in read.as_ref().err().into_iter().chain(&lenient.errors) {
        assert!(text.get(error.span.clone()).is_some(), "{error:?} is not within the text");
    }
    let Ok(query) = read else { return false };
    // A truncated word may stand for too many: that is told.
    if let Ok(found) = searcher.search(&query, &SearchOptions::default()) {
        assert!(found.hits.len() <= 10 && found.hits.len() <= found.passages, "{query}");
    }
    true
}
