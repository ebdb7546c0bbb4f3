//! One target, that which `FUZZ_TARGET` names: under libFuzzer, or given the files that are named.

#![cfg_attr(fuzzing, no_main)]

use std::cell::RefCell;
use std::path::Path;
use std::{env, fs, panic};

#[path = "targets/mod.rs"]
mod targets;

use targets::{Target, targets};

thread_local! {
    static CHOSEN: RefCell<Target> = RefCell::new(chosen());
}

fn chosen() -> Target {
    // Panics of the engine on damaged files are caught: only those that come out are found.
    drop(panic::take_hook());
    let name = env::var("FUZZ_TARGET").unwrap_or_default();
    // Kept as long as the program runs: `run` removes it.
    let folder = tempfile::tempdir().unwrap().keep();
    let all = targets(&folder);
    let names: Vec<_> = all.iter().map(|target| target.name).collect();
    let found = all.into_iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("FUZZ_TARGET is one of: {}", names.join(" ")))
}

/// Seeds and tokens as libFuzzer reads them, in a folder that `run` names.
fn write_seeds() {
    let Some(folder) = env::var_os("FUZZ_SEEDS") else { return };
    let folder = Path::new(&folder);
    CHOSEN.with_borrow(|target| {
        for (number, seed) in target.seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:02}")), seed).unwrap();
        }
        let escaped = |token: &&str| token.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        let quoted = |token: String| format!("\"{token}\"\n");
        let tokens: String = target.tokens.iter().map(escaped).map(quoted).collect();
        fs::write(folder.with_extension("dict"), tokens).unwrap();
    });
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(
    init: write_seeds(),
    |bytes: &[u8]| CHOSEN.with_borrow_mut(|target| (target.case)(bytes))
);

#[cfg(not(fuzzing))]
fn main() {
    write_seeds();
    for path in env::args_os().skip(1) {
        let bytes = fs::read(path).unwrap();
        CHOSEN.with_borrow_mut(|target| (target.case)(&bytes));
    }
}
