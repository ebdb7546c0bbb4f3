//! The targets of `tests/fuzz` held against inputs changed at random, the same in every run.

use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, Instant};

use crate::oracle::Random;

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use targets::{Target, targets};

/// How many inputs each target gets; the environment's `DEPECHE_FUZZ_CASES` overrules it.
const CASES: u64 = 150;
/// Where drawing begins; the environment's `DEPECHE_FUZZ_SEED` overrules it.
const SEED: u64 = 1;
/// No input is longer.
const LONGEST: usize = 1 << 14;
/// A case that takes longer has hung, however slow the machine.
const SLOW: Duration = Duration::from_secs(20);

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
        println!(
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
    if result.is_err() || time > SLOW {
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
