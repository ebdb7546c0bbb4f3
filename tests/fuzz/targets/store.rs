//! The files of an index that are not the engine's, each with a checksum that holds: what is written there is
//! read as if a program had meant it.

use std::fs;
use std::path::{Path, PathBuf};

use depeche::import::Input;
use depeche::{Error, Index, IndexingOptions, SearchOptions, Searcher, check, index_inputs, parse};
use xxhash_rust::xxh3::xxh3_64;

use super::Target;

/// Bytes of `text.bin` before its first record.
const BEGINNING: usize = 32;
const HEADER: usize = 56;

pub(super) fn targets(folder: &Path) -> Vec<Target> {
    vec![
        target(folder, "store_manifest", "depeche.json", unsealed, sealed),
        target(folder, "store_meta", "segments/meta.json", unsealed, sealed),
        target(folder, "store_text", "text.bin", raw, record),
    ]
}

/// Writes the bytes into a file of an index, made ready by `written`, and uses it; `seed` is what of the sound
/// file would be made ready to it.
fn target(
    folder: &Path,
    name: &'static str,
    file: &str,
    seed: fn(&[u8]) -> Vec<u8>,
    written: fn(&[u8], &[u8]) -> Vec<u8>,
) -> Target {
    let dir = built(&folder.join(name));
    let path = dir.join(file);
    let sound = fs::read(&path).unwrap();
    let seeds = vec![seed(&sound)];
    let case = move |bytes: &[u8]| {
        fs::write(&path, written(&sound, bytes)).unwrap();
        is_used(&dir);
    };
    Target { name, seeds, tokens: TOKENS, case: Box::new(case) }
}

/// An index of two articles, the first of which is `a`.
fn built(folder: &Path) -> PathBuf {
    let (articles, dir) = (folder.join("articles"), folder.join("index"));
    fs::create_dir_all(&articles).unwrap();
    fs::write(articles.join("a.txt"), "Titre : Un accord\n\nUn accord exclusif.\n\nIl suit.")
        .unwrap();
    fs::write(articles.join("b.txt"), "Date : 2025-01-21\n\nLe capital.").unwrap();
    let index = Index::create(&dir).unwrap();
    index_inputs(&index, &[Input::Path(articles)], &IndexingOptions::default(), &mut |_| ())
        .unwrap();
    dir
}

/// Whatever is wrong is told, by an error or by the report of `check`.
fn is_used(dir: &Path) {
    let told = |error: &Error| assert!(!error.to_string().is_empty());
    if let Ok(report) = check(dir, &mut |_| ()).inspect_err(told) {
        assert_eq!(report.sound, report.faults.is_empty());
    }
    let Ok(searcher) = Searcher::open(dir).inspect_err(told) else { return };
    for query in ["accord", "\"accord exclusif\" OU capital", "date:2025"] {
        let found = searcher.search(&parse(query).unwrap(), &SearchOptions::default());
        let _ = found.inspect_err(told);
    }
    let _ = searcher.article("a").inspect_err(told);
    let _ = searcher.stats().inspect_err(told);
}

const OPENING: &[u8] = b"{\n  \"checksum\": \"0123456789abcdef\",";

fn unsealed(sealed: &[u8]) -> Vec<u8> {
    [b"{", &sealed[OPENING.len()..]].concat()
}

/// The bytes with a checksum, where they have the form of an object.
fn sealed(_: &[u8], bytes: &[u8]) -> Vec<u8> {
    let Some(rest) = bytes.strip_prefix(b"{") else { return bytes.to_vec() };
    let checksum = format!("{:016x}", xxh3_64(rest));
    [b"{\n  \"checksum\": \"", checksum.as_bytes(), b"\",", rest].concat()
}

const DICTIONARY: &[u8] = include_bytes!("../../../src/index/text.dict");

/// What the first record of `text.bin` holds once it is inflated.
fn raw(text: &[u8]) -> Vec<u8> {
    let number = |at: usize| {
        let bytes = text[BEGINNING + at..BEGINNING + at + 4].try_into().unwrap();
        u32::from_le_bytes(bytes) as usize
    };
    let (stored, raw, id) = (number(0), number(4), number(8));
    let start = BEGINNING + HEADER + id;
    let mut decompressor = zstd::bulk::Decompressor::with_dictionary(DICTIONARY).unwrap();
    let bytes = decompressor.decompress(&text[start..start + stored], raw).unwrap();
    [&[0], &*bytes].concat()
}

/// The text file with another first record; the first byte says whether the others are the text of the
/// record or what is stored of it. What follows keeps its place as far as it can.
fn record(sound: &[u8], bytes: &[u8]) -> Vec<u8> {
    let (mode, content) = bytes.split_first().unwrap_or((&0, &[]));
    let (stored, raw) = match mode % 2 {
        0 => {
            let mut compressor = zstd::bulk::Compressor::with_dictionary(1, DICTIONARY).unwrap();
            (compressor.compress(content).unwrap(), content.len())
        }
        _ => (content.to_vec(), usize::from(*mode) * 300),
    };
    let mut record = Vec::new();
    for length in [stored.len(), raw, 1] {
        record.extend_from_slice(&u32::try_from(length).unwrap().to_le_bytes());
    }
    let rest = [&sound[BEGINNING + 20..BEGINNING + HEADER], b"a", &stored].concat();
    record.extend_from_slice(&xxh3_64(&rest).to_le_bytes());
    record.extend_from_slice(&rest);
    let mut text = sound.to_vec();
    let end = (BEGINNING + record.len()).min(text.len());
    text.splice(BEGINNING..end, record);
    text
}

const TOKENS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "true",
    "0",
    "1",
    "-1",
    "4294967295",
    "18446744073709551615",
    "99999999999999999999",
    "1e300",
    "\"format\":",
    "\"rebuilt\":",
    "\"forms\":",
    "\"analyzer\":",
    "\"title\":",
    "\"date\":\"2025\"",
    "\"origin\":{",
    "\"path\":",
    "\"payload\":",
    "\"segments\":",
    "\"max_doc\":",
    "\"deletes\":",
    "\"opstamp\":",
    "\"schema\":",
    "../..",
    "\0",
    "\u{1}",
    "é",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":",
];
