//! Indexes of other versions, damaged ones, and what becomes of them: refused in one line, rebuilt from
//! their own text.

use std::fs;
use std::path::Path;

use depeche::{Index, WriterOptions};

use crate::cli::{depeche, err, indexed, out};

const LINES: &str = r#"{"id":"a","title":"Un accord","body":"L’accord exclusif est signé."}
{"id":"b","date":"2025","body":"Un désaccord, puis un accord. Il scrollait."}
{"id":"c","body":"Un droit de premier refus."}
"#;

/// A sealed file with its content changed, sealed again.
fn reseal(path: &Path, change: impl Fn(&str) -> String) {
    let text = fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once("\",").unwrap();
    let rest = change(rest);
    let checksum = xxhash_rust::xxh3::xxh3_64(rest.as_bytes());
    fs::write(path, format!("{{\n  \"checksum\": \"{checksum:016x}\",{rest}")).unwrap();
}

fn lines_of(dir: &Path, query: &str) -> String {
    out(&depeche(dir, &["search", query, "--json"]))
}

/// What every other version must meet, and how it is mended.
fn refused_then_rebuilt(dir: &Path, wanted: &str, names: &[&str]) {
    for arguments in [&["search", "accord"][..], &["index", "x.jsonl"], &["stats"]] {
        let refused = depeche(dir, arguments);
        let message = err(&refused);
        assert_eq!((refused.status.code(), message.lines().count()), (Some(2), 1), "{message}");
        for name in names.iter().chain(&["depeche reindex index"]) {
            assert!(message.contains(name), "{name} in {message}");
        }
    }
    let rebuilt = depeche(dir, &["reindex"]);
    assert_eq!(err(&rebuilt), "depeche: index reconstruit : articles 3\n");
    assert_eq!(lines_of(dir, "accord"), wanted);
    let again = err(&depeche(dir, &["index", "x.jsonl", "--prune"]));
    assert!(again.contains("inchangés 3 + ignorés 0 ; retirés 0"), "{again}");
}

/// Format 4 records no checksums of the engine's files.
#[test]
fn an_index_of_an_earlier_format_is_refused_and_rebuilt() {
    let folder = indexed(LINES);
    let (dir, wanted) = (folder.path(), lines_of(folder.path(), "accord"));
    reseal(&dir.join("index/depeche.json"), |text| text.replace("\"format\": 7", "\"format\": 4"));
    reseal(&dir.join("index/segments/meta.json"), |text| {
        let (before, files) = text.split_once("\"files\": {").unwrap();
        let (_, after) = files.split_once("},").unwrap();
        format!("{before}{after}")
    });
    refused_then_rebuilt(dir, &wanted, &["le format 4", "ce programme a 7"]);
}

/// `check` does not read it.
#[test]
fn a_damaged_index_of_an_earlier_format_is_salvaged() {
    for file in ["text.bin", "segments/meta.json"] {
        let folder = indexed(LINES);
        let dir = folder.path();
        reseal(&dir.join("index/depeche.json"), |text| {
            text.replace("\"format\": 7", "\"format\": 5")
        });
        let path = dir.join("index").join(file);
        let mut bytes = fs::read(&path).unwrap();
        let last = bytes.len() - 5;
        bytes[last] ^= 1;
        fs::write(&path, bytes).unwrap();
        let refused = err(&depeche(dir, &["reindex"]));
        assert!(refused.contains(file) && refused.contains("reindex --salvage index"), "{refused}");
        let salvaged = depeche(dir, &["reindex", "--salvage"]);
        assert_eq!(salvaged.status.code(), Some(1), "{}", err(&salvaged));
        assert_eq!(depeche(dir, &["check"]).status.code(), Some(0));
    }
}

/// A text as index format 6 had it: neither sums of places, nor the record before, nor a sum of the head.
#[test]
fn a_text_of_an_earlier_format_is_read() {
    let folder = indexed(LINES);
    let dir = folder.path();
    let path = dir.join("index/text.bin");
    let text = fs::read(&path).unwrap();
    let mut before = [b"depeche text 3\n\0", &text[16..32]].concat();
    let mut rest = &text[32..];
    while !rest.is_empty() {
        let number = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap()) as usize;
        let (record, after) = rest.split_at(56 + number(0) + number(8));
        let content = [&record[20..36], &record[56..]].concat();
        let checksum = xxhash_rust::xxh3::xxh3_64(&content).to_le_bytes();
        before.extend([&record[..12], &checksum, &content].concat());
        rest = after;
    }
    fs::write(&path, before).unwrap();
    fs::remove_dir_all(dir.join("index/segments")).unwrap();
    reseal(&dir.join("index/depeche.json"), |text| text.replace("\"format\": 7", "\"format\": 6"));
    let salvaged = depeche(dir, &["reindex", "--salvage"]);
    assert!(err(&salvaged).contains("articles 3"), "{}", err(&salvaged));
    assert_eq!(depeche(dir, &["check"]).status.code(), Some(0));
}

#[test]
fn an_index_of_another_analyzer_is_refused_and_rebuilt() {
    let folder = indexed(LINES);
    let (dir, wanted) = (folder.path(), lines_of(folder.path(), "accord"));
    reseal(&dir.join("index/depeche.json"), |text| {
        text.replace("\"analyzer\": \"french-", "\"analyzer\": \"french-0")
    });
    refused_then_rebuilt(dir, &wanted, &["l’analyse french-0", "ce programme a french-"]);
}

#[test]
fn an_index_of_a_later_format_is_not_rebuilt() {
    let folder = indexed(LINES);
    reseal(&folder.path().join("index/depeche.json"), |text| {
        text.replace("\"format\": 7", "\"format\": 99")
    });
    let refused = depeche(folder.path(), &["reindex"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("format 99, ce programme a 7"), "{}", err(&refused));
    assert_eq!(depeche(folder.path(), &["reindex", "ailleurs"]).status.code(), Some(2));
}

#[test]
fn a_changed_state_is_damage_that_names_the_file() {
    for file in ["depeche.json", "segments/meta.json"] {
        let folder = indexed(LINES);
        let path = folder.path().join("index").join(file);
        fs::write(&path, fs::read_to_string(&path).unwrap().replacen("french", "frensh", 1))
            .unwrap();
        let mut text = fs::read(&path).unwrap();
        let last = text.len() - 3;
        text[last] ^= 1;
        fs::write(&path, text).unwrap();
        let refused = depeche(folder.path(), &["search", "accord"]);
        let message = err(&refused);
        assert_eq!((refused.status.code(), message.lines().count()), (Some(2), 1), "{message}");
        assert!(message.contains(file) && message.contains("depeche check"), "{message}");
    }
}

#[test]
fn a_text_outlives_its_segments() {
    let folder = indexed(LINES);
    let dir = folder.path();
    let changed = LINES.replace("premier refus", "second refus");
    fs::write(dir.join("x.jsonl"), changed).unwrap();
    depeche(dir, &["index", "x.jsonl"]);
    let wanted = lines_of(dir, "refus");
    for entry in fs::read_dir(dir.join("index/segments")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "fast") {
            fs::remove_file(path).unwrap();
        }
    }
    let refused = depeche(dir, &["reindex", "index"]);
    assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    assert!(err(&refused).contains(".fast"), "{}", err(&refused));
    let salvaged = depeche(dir, &["reindex", "index", "--salvage"]);
    assert!(err(&salvaged).starts_with("depeche: index reconstruit : articles 3 ; rien ne disait"));
    assert_eq!(lines_of(dir, "refus"), wanted, "the last version of each article");
}

#[test]
fn the_user_s_own_forms_outlive_a_rebuilding() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::write(dir.join("x.jsonl"), LINES).unwrap();
    fs::write(dir.join("f.tsv"), "scrollait\tscroller\n").unwrap();
    depeche(dir, &["index", "x.jsonl", "--forms", "f.tsv"]);
    let wanted = lines_of(dir, "scroller");
    assert!(wanted.contains("\"b\""), "{wanted}");
    for _ in 0..2 {
        assert_eq!(depeche(dir, &["reindex"]).status.code(), Some(0));
        assert_eq!(lines_of(dir, "scroller"), wanted);
    }
}

#[test]
fn what_killed_runs_left_is_removed_by_the_next_writer() {
    let folder = indexed(LINES);
    let dir = folder.path().join("index");
    let left = [
        ".depeche.json.partial",
        "segments/.tmpAbC",
        "segments/0123456789abcdef0123456789abcdef.idx",
    ];
    left.iter().for_each(|file| fs::write(dir.join(file), "x").unwrap());
    fs::create_dir_all(dir.join("rebuilt-7/segments")).unwrap();
    // Readers leave it alone.
    depeche(folder.path(), &["search", "accord"]);
    assert!(left.iter().all(|file| dir.join(file).exists()));
    depeche(folder.path(), &["index", "x.jsonl"]);
    assert!(!left.iter().any(|file| dir.join(file).exists()));
    assert!(!dir.join("rebuilt-7").exists());
}

#[test]
fn a_second_writer_is_told_who_writes() {
    let folder = indexed(LINES);
    let index = Index::open(&folder.path().join("index")).unwrap();
    let _writer = index.writer(WriterOptions::default()).unwrap();
    for arguments in [&["index", "x.jsonl"][..], &["reindex"]] {
        let second = depeche(folder.path(), arguments);
        let expected = format!(
            "depeche: index : un autre processus (numéro {}) écrit dans l’index ; attendez qu’il ait \
             fini, puis recommencez\n",
            std::process::id()
        );
        assert_eq!((second.status.code(), err(&second)), (Some(2), expected));
    }
    assert_eq!(depeche(folder.path(), &["search", "accord"]).status.code(), Some(0));
}

#[test]
fn commits_are_announced_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let line =
        |n: usize| format!("{{\"id\":\"a{n}\",\"body\":\"{}\"}}\n", "Un accord. ".repeat(600));
    fs::write(dir.join("x.jsonl"), (0..5).map(line).collect::<String>()).unwrap();
    let told = err(&depeche(dir, &["index", "x.jsonl", "--verbose", "--commit-every", "0,01"]));
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[..3], ["depeche: acquis : 2", "depeche: acquis : 4", "depeche: acquis : 5"]);
    let usual = err(&depeche(dir, &["index", "x.jsonl", "--index", "autre"]));
    assert_eq!(usual.lines().count(), 1, "{usual}");
    let wrong = depeche(dir, &["index", "x.jsonl", "--commit-every", "0"]);
    assert_eq!(wrong.status.code(), Some(2));
}
