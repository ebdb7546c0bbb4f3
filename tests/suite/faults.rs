//! Damaged files: every fault is found by a check, no search panics, no verified search answers otherwise.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use depeche::{
    ConcordanceOptions, CountOptions, Cure, FaultKind, Filters, Grouping, SearchOptions, Searcher,
    check, parse,
};

use crate::cli::{command, depeche, err, indexed, out};
use crate::support::{corpus, index};

/// Every way in which files are read: words, phrases, letters, truncation, typing errors, distance, fields.
const QUERIES: [&str; 12] = [
    "accord exclusif",
    "\"droit de premier refus\"",
    "~\"droits de premier refus\"",
    "=OpenAI",
    "invest*",
    "Mircosoft~1",
    "droit PRES/5 refus",
    "OpenAI SAUF Musk",
    "titre:accord OU titre:exclusivité",
    "date:2024..2025 ET puces",
    "zorglub",
    "C++ OU \"40 %\"",
];
/// How long a damaged index may keep a program.
const LONGEST: Duration = Duration::from_secs(60);

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Flip(usize),
    Cut(usize),
    /// A block of zeros from this byte on.
    Zeros(usize),
    Missing,
}

/// One file damaged in one way.
#[derive(Debug)]
struct Case {
    file: PathBuf,
    fault: Fault,
}

/// A sound index, and a copy of it that is damaged and mended.
struct Ground {
    folder: tempfile::TempDir,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Ground {
    /// Articles of the sample corpus, indexed in two runs: with forms of the user's, several segments, articles
    /// replaced and removed.
    fn new(topics: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let texts = folder.path().join("textes");
        for topic in topics {
            copy(&corpus().join(topic), &texts.join(topic));
        }
        fs::write(texts.join("retrait.txt"), "Ce texte sera retiré.").unwrap();
        fs::write(texts.join("change.txt"), "Ce texte sera changé.").unwrap();
        fs::write(folder.path().join("formes.tsv"), "scrollait\tscroller\n").unwrap();
        let run = |more: &[&str]| {
            let arguments = ["index", "textes", "--index", "i", "--threads", "1"];
            let output = depeche(folder.path(), &[&arguments, more].concat());
            assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        };
        run(&["--forms", "formes.tsv"]);
        fs::remove_file(texts.join("retrait.txt")).unwrap();
        fs::write(texts.join("change.txt"), "Ce texte a changé.").unwrap();
        run(&["--prune"]);
        let files = files(&folder.path().join("i"));
        Ground { folder, files }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("i")
    }

    /// Runs on the damaged index, which is mended after it.
    fn damaged<T>(&self, case: &Case, run: impl FnOnce(&Path) -> T) -> T {
        let (dir, good) = (self.dir(), &self.files[&case.file]);
        let path = dir.join(&case.file);
        let mut bytes = good.clone();
        match case.fault {
            Fault::Flip(bit) => bytes[bit / 8] ^= 1 << (bit % 8),
            Fault::Cut(length) => bytes.truncate(length),
            Fault::Zeros(start) => {
                let end = bytes.len().min(start + 64);
                bytes[start..end].fill(0);
            }
            Fault::Missing => (),
        }
        match case.fault {
            Fault::Missing => fs::remove_file(&path).unwrap(),
            _ => replace(&path, &bytes),
        }
        let result = run(&dir);
        replace(&path, good);
        result
    }

    /// Each file missing, cut to some lengths and zeroed in part; bits flipped all over the files, so that there
    /// are at least so many cases.
    fn cases(&self, cuts: &[usize], at_least: usize) -> Vec<Case> {
        let mut cases = Vec::new();
        for (file, bytes) in &self.files {
            let mut add = |fault| cases.push(Case { file: file.clone(), fault });
            add(Fault::Missing);
            let length = bytes.len();
            let cuts = cuts.iter().copied().chain([length / 2, length - 1]);
            // The end of the last line is nothing that a file of JSON holds.
            let takes = |cut: &usize| *cut < length && !bytes[*cut..].trim_ascii().is_empty();
            cuts.filter(takes).for_each(|cut| add(Fault::Cut(cut)));
            let middle = length / 2;
            if bytes[middle..length.min(middle + 64)].iter().any(|&byte| byte != 0) {
                add(Fault::Zeros(middle));
            }
        }
        let each = at_least.saturating_sub(cases.len()).div_ceil(self.files.len());
        for (file, bytes) in &self.files {
            let bits = spread(bytes.len() * 8, each).map(Fault::Flip);
            cases.extend(bits.map(|fault| Case { file: file.clone(), fault }));
        }
        cases
    }
}

/// So many numbers below a bound, all over it.
fn spread(bound: usize, count: usize) -> impl Iterator<Item = usize> {
    let golden = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    (1..=count as u64).map(move |i| ((golden(i) * bound as u64) >> 32) as usize)
}

/// A new file in the place of another: who has that one mapped is not disturbed.
fn replace(path: &Path, bytes: &[u8]) {
    let partial = path.with_extension("partial");
    fs::write(&partial, bytes).unwrap();
    fs::rename(&partial, path).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let paths = fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path());
    for path in paths.filter(|path| path.is_file()) {
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

/// What the files of an index hold, locks aside.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for folder in [dir.to_owned(), dir.join("segments")] {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_file() && path.extension().is_none_or(|e| e != "lock") {
                let file = path.strip_prefix(dir).unwrap().to_owned();
                found.insert(file, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Everything that searches of an index say; an error ends it.
fn answers(searcher: &Searcher) -> depeche::Result<Vec<String>> {
    let (mut said, options) = (Vec::new(), SearchOptions { limit: 50, ..Default::default() });
    for query in QUERIES.map(|text| parse(text).unwrap()) {
        said.push(format!("{:?}", searcher.search(&query, &options)?));
        let mut lines = 0;
        let counted =
            searcher.concordance(&query, &ConcordanceOptions::default(), &mut |line| {
                lines += line.text.len();
                Ok(())
            })?;
        said.push(format!("{lines} {counted:?}"));
        let by_source = CountOptions { filters: Filters::default(), by: Grouping::Source };
        said.push(format!("{:?}", searcher.count(&[query], &by_source)?));
    }
    said.push(format!("{:?}", searcher.stats()?.sources));
    Ok(said)
}

#[test]
fn every_fault_is_found_and_none_answers_otherwise() {
    let ground = Ground::new(&["reseaux"]);
    let expected = answers(&Searcher::open_verified(ground.dir()).unwrap()).unwrap();
    let report = check(&ground.dir(), &mut |_| ()).unwrap();
    assert!(report.sound && report.remarks.is_empty(), "{report:?}");
    assert!(report.files == ground.files.len() && report.articles > 10, "{report:?}");
    let cases = ground.cases(&[0, 3, 5, 8], 180);
    for case in &cases {
        ground.damaged(case, |dir| {
            let report = check(dir, &mut |_| ()).unwrap();
            assert!(!report.sound && report.fault_count > 0, "{case:?}: not found");
            let named = report.faults.iter().any(|fault| fault.file == case.file);
            assert!(named, "{case:?}: {:?}", report.faults);
            // What it says is not asked for: only that it is an answer or an error.
            let _ = Searcher::open(dir).and_then(|searcher| answers(&searcher));
            if let Ok(said) = Searcher::open_verified(dir).and_then(|found| answers(&found)) {
                assert!(said == expected, "{case:?}: another answer");
            }
        });
    }
    assert!(cases.len() >= 180 && check(&ground.dir(), &mut |_| ()).unwrap().sound);
}

/// What mends a file as `check` says: the texts are all there again, and where nothing about which articles
/// are living is lost, so are the answers.
#[test]
fn what_check_advises_mends() {
    let ground = Ground::new(&["reseaux"]);
    let sound = check(&ground.dir(), &mut |_| ()).unwrap();
    let copied = ground.folder.path().join("copie");
    let copy_all = |dir: &Path| {
        let _ = fs::remove_dir_all(&copied);
        copy(dir, &copied);
        copy(&dir.join("segments"), &copied.join("segments"));
    };
    // What a rebuilding makes of it: scores are those of an index from which nothing was removed.
    copy_all(&ground.dir());
    assert_eq!(depeche(ground.folder.path(), &["reindex", "copie"]).status.code(), Some(0));
    let expected = answers(&Searcher::open(&copied).unwrap()).unwrap();
    let mut cures = BTreeMap::new();
    let is_tried = |case: &Case| matches!(case.fault, Fault::Missing | Fault::Flip(_));
    for case in ground.cases(&[], 5 * ground.files.len()).into_iter().filter(is_tried) {
        ground.damaged(&case, |dir| {
            let cure = check(dir, &mut |_| ()).unwrap().cure().unwrap();
            copy_all(dir);
            let arguments: &[&str] = match cure {
                Cure::Reindex => &["reindex", "copie"],
                Cure::Salvage | Cure::IndexAgain => &["reindex", "copie", "--salvage"],
            };
            let output = depeche(ground.folder.path(), arguments);
            *cures.entry(cure).or_insert(0) += 1;
            if cure == Cure::IndexAgain {
                // Nothing brings back a text that is gone; what it leaves is an error or a sound index.
                assert!(matches!(output.status.code(), Some(0..=2)), "{case:?}");
                return;
            }
            // Without the user's own forms, or what tells the articles of the last commit, that is told.
            let is_told = ["forms.tsv", "segments/meta.json"].map(Path::new).contains(&&*case.file)
                || cure == Cure::Salvage && case.file != Path::new("depeche.json");
            let code = Some(i32::from(is_told));
            assert_eq!(output.status.code(), code, "{case:?} {cure:?}: {}", err(&output));
            let report = check(&copied, &mut |_| ()).unwrap();
            assert!(report.sound && report.articles >= sound.articles, "{case:?}: {report:?}");
            if cure == Cure::Reindex {
                let said = answers(&Searcher::open(&copied).unwrap()).unwrap();
                assert!(said == expected, "{case:?}: another answer");
            }
        });
    }
    assert_eq!(cures.len(), 3, "{cures:?}");
}

/// The files of an index that grew in several runs; a bit of one of its segments is flipped.
#[test]
fn no_merge_makes_damage_sound() {
    let line =
        |n: usize| format!("{{\"id\":\"a{n}\",\"body\":\"Un accord numéro {n}, un refus.\"}}\n");
    let folder = indexed(&(0..3).map(line).collect::<String>());
    let (dir, index) = (folder.path(), folder.path().join("index"));
    let add = |from: usize| {
        fs::write(dir.join("y.jsonl"), (from..from + 3).map(line).collect::<String>()).unwrap();
        depeche(dir, &["index", "y.jsonl", "--threads", "1"])
    };
    assert_eq!(add(10).status.code(), Some(0));
    let path = fs::read_dir(index.join("segments")).unwrap().map(|entry| entry.unwrap().path());
    let path = path.into_iter().find(|path| path.extension().is_some_and(|e| e == "pos")).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[0] ^= 1;
    fs::write(&path, bytes).unwrap();
    let codes: Vec<Option<i32>> = (2..8).map(|run| add(run * 10).status.code()).collect();
    assert!(codes.contains(&Some(2)), "a merge met the damage and told it: {codes:?}");
    let report = check(&index, &mut |_| ()).unwrap();
    let name = Path::new("segments").join(path.file_name().unwrap());
    assert!(report.faults.iter().any(|fault| fault.file == name), "{report:?}");
    assert_eq!(depeche(dir, &["reindex"]).status.code(), Some(0));
    assert_eq!(check(&index, &mut |_| ()).unwrap().articles, 24);
}

/// Each file is sound in itself, but not the one that the commit names.
#[test]
fn a_file_of_another_index_is_noticed() {
    let folders = ["chien", "tigre"].map(|animal| {
        indexed(&format!("{{\"id\":\"a\",\"body\":\"Un texte sur le {animal}.\"}}\n"))
    });
    let file = |folder: &tempfile::TempDir, extension: &str| {
        let segments = folder.path().join("index/segments");
        let mut paths = fs::read_dir(segments).unwrap().map(|entry| entry.unwrap().path());
        paths.find(|path| path.extension().is_some_and(|e| e == extension)).unwrap()
    };
    for extension in ["idx", "term", "pos", "fieldnorm"] {
        fs::copy(file(&folders[1], extension), file(&folders[0], extension)).unwrap();
    }
    let verified = depeche(folders[0].path(), &["count", "tigre", "--verify"]);
    assert_eq!(verified.status.code(), Some(2), "{}", out(&verified));
    let report = check(&folders[0].path().join("index"), &mut |_| ()).unwrap();
    assert!(report.faults.iter().any(|fault| fault.kind == FaultKind::Checksum), "{report:?}");
}

#[test]
fn salvage_goes_on_after_a_length_that_is_wrong() {
    let line = |n: usize| {
        format!("{{\"id\":\"a{n}\",\"body\":\"{}\"}}\n", format!("accord {n}. ").repeat(40))
    };
    let folder = indexed(&(0..30).map(line).collect::<String>());
    let index = folder.path().join("index");
    let good = fs::read(index.join("text.bin")).unwrap();
    // The stored length of the first record: beyond the file, beyond reason, and within the file.
    for (byte, bit) in [(34, 6), (35, 6), (33, 0)] {
        let mut bytes = good.clone();
        bytes[byte] ^= 1 << bit;
        replace(&index.join("text.bin"), &bytes);
        let copied = folder.path().join(format!("copie{byte}"));
        copy(&index, &copied);
        copy(&index.join("segments"), &copied.join("segments"));
        let salvaged = depeche(folder.path(), &["reindex", copied.to_str().unwrap(), "--salvage"]);
        assert_eq!(salvaged.status.code(), Some(1), "{}", err(&salvaged));
        assert!(err(&salvaged).contains("articles 29 ; endroits illisibles, laissés de côté 1"));
        assert_eq!(fs::read(copied.join("text.damaged")).unwrap(), bytes);
        let report = check(&copied, &mut |_| ()).unwrap();
        assert!(report.sound && report.articles == 29, "{report:?}");
    }
}

#[test]
fn an_index_without_its_manifest_is_salvaged_also_after_a_rebuilding() {
    let folder = indexed("{\"id\":\"a\",\"body\":\"Un accord.\"}\n");
    let manifest = folder.path().join("index/depeche.json");
    for _ in 0..2 {
        fs::remove_file(&manifest).unwrap();
        let checked = depeche(folder.path(), &["check"]);
        assert_eq!(checked.status.code(), Some(1), "{}", err(&checked));
        assert!(out(&checked).contains("--salvage"), "{}", out(&checked));
        let refused = depeche(folder.path(), &["search", "accord"]);
        assert!(err(&refused).contains("depeche check"), "{}", err(&refused));
        let salvaged = depeche(folder.path(), &["reindex", "--salvage"]);
        assert_eq!(salvaged.status.code(), Some(0), "{}", err(&salvaged));
        assert_eq!(depeche(folder.path(), &["search", "accord"]).status.code(), Some(0));
    }
}

/// A damaged file is kept beside what could be read of it, and another time beside the first.
#[test]
fn what_salvage_cannot_read_is_kept() {
    let folder =
        indexed("{\"id\":\"a\",\"body\":\"Un accord.\"}\n{\"id\":\"b\",\"body\":\"Un refus.\"}\n");
    let (dir, index) = (folder.path(), folder.path().join("index"));
    let salvage = |data: &Path, bit: usize| {
        let mut bytes = fs::read(data.join("text.bin")).unwrap();
        bytes[bit] ^= 1;
        replace(&data.join("text.bin"), &bytes);
        let salvaged = depeche(dir, &["reindex", "--salvage"]);
        (salvaged.status.code(), err(&salvaged))
    };
    // The first bytes of the file say what it is, and no more: no article is lost with them.
    let (code, said) = salvage(&index, 3);
    assert_eq!((code, said.as_str()), (Some(0), "depeche: index reconstruit : articles 2\n"));
    assert_eq!(salvage(&index.join("rebuilt-1"), 60).0, Some(1));
    assert!(index.join("text.damaged").exists());
    let second = fs::read(index.join("rebuilt-2/text.bin")).unwrap();
    let (code, said) = salvage(&index.join("rebuilt-2"), 60);
    assert_eq!(code, Some(2), "nothing is left to salvage: {said}");
    fs::write(index.join("rebuilt-2/text.bin"), second).unwrap();
    assert_eq!(depeche(dir, &["search", "accord OU refus"]).status.code(), Some(0));
}

#[test]
fn a_tail_that_was_never_committed_is_no_damage() {
    let folder = indexed("{\"id\":\"a\",\"body\":\"Un accord.\"}\n");
    let path = folder.path().join("index/text.bin");
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend_from_slice(&[7; 500]);
    fs::write(&path, bytes).unwrap();
    let salvaged = depeche(folder.path(), &["reindex", "--salvage"]);
    assert_eq!(salvaged.status.code(), Some(0), "{}", err(&salvaged));
}

/// Of an interrupted salvage an empty text is left beside the damaged manifest and the good text.
#[test]
fn an_interrupted_salvage_hides_no_text() {
    let folder = indexed("{\"id\":\"a\",\"body\":\"Un accord.\"}\n");
    let index = folder.path().join("index");
    fs::write(index.join("depeche.json"), "{}").unwrap();
    fs::create_dir_all(index.join("rebuilt-1/segments")).unwrap();
    fs::write(index.join("rebuilt-1/text.bin"), "").unwrap();
    let checked = depeche(folder.path(), &["check"]);
    assert!(out(&checked).contains("1 texte intact"), "{}{}", out(&checked), err(&checked));
    let salvaged = depeche(folder.path(), &["reindex", "--salvage"]);
    assert_eq!(salvaged.status.code(), Some(0), "{}", err(&salvaged));
    assert_eq!(depeche(folder.path(), &["search", "accord"]).status.code(), Some(0));
}

#[test]
fn forms_outlive_a_lost_manifest_and_are_kept_where_they_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, index) = (folder.path(), folder.path().join("index"));
    fs::write(dir.join("x.jsonl"), "{\"id\":\"a\",\"body\":\"Il scrollait.\"}\n").unwrap();
    fs::write(dir.join("f.tsv"), "scrollait\tscroller\n").unwrap();
    depeche(dir, &["index", "x.jsonl", "--forms", "f.tsv"]);
    fs::remove_file(index.join("depeche.json")).unwrap();
    fs::write(index.join("forms.tsv"), "scrollait\tscroller\r\n").unwrap();
    assert_eq!(depeche(dir, &["reindex", "--salvage"]).status.code(), Some(0));
    assert_eq!(depeche(dir, &["search", "scroller"]).status.code(), Some(0));
    fs::write(index.join("forms.tsv"), "scrollait\tscrolles\n").unwrap();
    assert_eq!(depeche(dir, &["reindex", "--salvage"]).status.code(), Some(1));
    assert!(index.join("forms.damaged").exists());
    assert_eq!(depeche(dir, &["search", "scrollait"]).status.code(), Some(0));
}

/// The number appended to the longest identifier makes it longer than any that is accepted.
#[test]
fn the_longest_identifiers_may_be_equal() {
    let id = "x".repeat(depeche::MAX_ID_BYTES);
    let line = |body: &str| format!("{{\"id\":\"{id}\",\"body\":\"{body}\"}}\n");
    let folder = indexed(&(line("Un accord.") + &line("Un refus.")));
    let again = depeche(folder.path(), &["index", "x.jsonl"]);
    assert!(err(&again).contains("inchangés 2"), "{}", err(&again));
    assert_eq!(depeche(folder.path(), &["reindex"]).status.code(), Some(0));
    let salvaged = depeche(folder.path(), &["reindex", "--salvage"]);
    assert!(err(&salvaged).contains("articles 2"), "{}", err(&salvaged));
}

#[test]
fn a_folder_named_segments_is_somebody_s_until_it_holds_what_ours_do() {
    let folder = tempfile::tempdir().unwrap();
    let these = folder.path().join("these");
    fs::create_dir_all(these.join("segments")).unwrap();
    fs::write(these.join("segments/chapitre1.txt"), "Un accord.").unwrap();
    fs::write(folder.path().join("x.txt"), "Un accord.").unwrap();
    let refused = depeche(folder.path(), &["index", "x.txt", "--index", "these"]);
    assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    assert!(these.join("segments/chapitre1.txt").exists() && !these.join("text.bin").exists());
    fs::remove_file(these.join("segments/chapitre1.txt")).unwrap();
    fs::create_dir(these.join("segments/.git")).unwrap();
    let refused = depeche(folder.path(), &["index", "x.txt", "--index", "these"]);
    assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    assert!(these.join("segments/.git").exists());
}

#[test]
fn what_is_no_index_is_refused_and_what_hardly_is_one_named() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let refused = |path: &Path| {
        let output = depeche(dir, &["check", path.to_str().unwrap()]);
        assert_eq!((output.status.code(), out(&output)), (Some(2), String::new()));
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
    };
    fs::write(dir.join("x.txt"), "rien").unwrap();
    refused(&dir.join("absent"));
    refused(&dir.join("x.txt"));
    refused(dir);
    depeche::Index::create(&dir.join("vide")).unwrap();
    refused(&dir.join("vide"));

    // Names of an index, and nothing in them, or what no index has.
    let huge = [0xff; 4096];
    for bytes in [&b""[..], b"{}", b"[1]", &huge] {
        let dir = dir.join("faux");
        fs::create_dir_all(dir.join("segments")).unwrap();
        for file in ["depeche.json", "text.bin", "segments/meta.json"] {
            fs::write(dir.join(file), bytes).unwrap();
        }
        let report = check(&dir, &mut |_| ()).unwrap();
        assert!(report.fault_count >= 3, "{report:?}");
    }
}

#[test]
fn a_length_that_no_file_has_is_not_allocated() {
    let ground = Ground::new(&["reseaux"]);
    let mut bytes = ground.files[Path::new("text.bin")].clone();
    // The stored length of the first record: just below what is beyond reason; then its raw length.
    for at in [32, 36] {
        bytes[at..at + 4].copy_from_slice(&((1_u32 << 30) - 1).to_le_bytes());
        replace(&ground.dir().join("text.bin"), &bytes);
        let report = check(&ground.dir(), &mut |_| ()).unwrap();
        let fault = report.faults.first().unwrap();
        assert_eq!((fault.kind, fault.byte), (FaultKind::Record, Some(32)), "{report:?}");
        // The records after it are found by what the segments say.
        assert_eq!(report.fault_count, 1, "{report:?}");
    }
}

#[test]
fn two_articles_of_one_identifier_and_a_text_of_other_articles_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = ["Un accord.", "Un désaccord complet."].map(|text| {
        let name = text.len().to_string();
        let (texts, dir) = (folder.path().join(&name), folder.path().join(name + ".idx"));
        fs::create_dir(&texts).unwrap();
        fs::write(texts.join("a.txt"), text).unwrap();
        fs::write(texts.join("b.txt"), text).unwrap();
        index(&dir, &[texts], false);
        dir
    });
    // Every file is what was written, but not of one index.
    fs::copy(dirs[1].join("text.bin"), dirs[0].join("text.bin")).unwrap();
    let report = check(&dirs[0], &mut |_| ()).unwrap();
    let kinds: Vec<FaultKind> = report.faults.iter().map(|fault| fault.kind).collect();
    assert!(kinds.contains(&FaultKind::Address), "{report:?}");
}

#[test]
fn the_report_as_people_and_programs_read_it() {
    let folder = indexed("{\"id\":\"a\",\"body\":\"Un accord.\"}\n");
    let sound = depeche(folder.path(), &["check"]);
    assert_eq!(sound.status.code(), Some(0), "{}", err(&sound));
    assert!(out(&sound).starts_with("index : sain\n1 segment, 9 fichiers, "));
    let segments = folder.path().join("index/segments");
    fs::write(segments.join(".tmpXyz"), "reste").unwrap();
    let path = fs::read_dir(&segments).unwrap().map(|entry| entry.unwrap().path());
    let path = path.into_iter().find(|p| p.extension().is_some_and(|e| e == "pos")).unwrap();
    let name = format!("segments/{}", path.file_name().unwrap().to_string_lossy());
    let length = fs::metadata(&path).unwrap().len();
    fs::File::options().write(true).open(&path).unwrap().set_len(length - 1).unwrap();

    let damaged = depeche(folder.path(), &["check", "index"]);
    assert_eq!((damaged.status.code(), err(&damaged)), (Some(1), String::new()));
    let shown = out(&damaged);
    assert!(shown.starts_with("index : endommagé, 1 faute\n"), "{shown}");
    assert!(shown.contains(&format!("\n{name} : coupé, ou sa fin est écrasée\n")), "{shown}");
    assert!(shown.contains("\nremarque : segments/.tmpXyz, reste d’une écriture"), "{shown}");
    assert!(shown.ends_with("depeche reindex refait l’index à partir d’eux\n"), "{shown}");

    let json = out(&depeche(folder.path(), &["check", "--json", "--lang", "en"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["sound"], &json["fault_count"]), (&false.into(), &1.into()));
    let fault = &json["faults"][0];
    assert_eq!((&fault["file"], &fault["kind"]), (&name.into(), &"end".into()));
    assert_eq!(
        (&fault["cure"], &json["remarks"][0]["kind"]),
        (&"reindex".into(), &"leftover".into())
    );
}

/// In a batch, a query that the damage is in the way of is refused; the others are answered.
#[test]
fn a_damaged_article_costs_a_batch_one_query() {
    let folder = indexed(
        "{\"id\":\"a\",\"body\":\"Un accord.\"}\n{\"id\":\"b\",\"body\":\"Un refus net.\"}\n",
    );
    let path = folder.path().join("index/text.bin");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    fs::write(folder.path().join("q.txt"), "accord\nrefus\naccord\n").unwrap();
    let answered = depeche(folder.path(), &["batch", "q.txt"]);
    assert_eq!(answered.status.code(), Some(2));
    let lines: Vec<serde_json::Value> =
        out(&answered).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["article"], &lines[2]["article"]), (&"a".into(), &"a".into()));
    assert_eq!(lines[1]["error"]["kind"], "index");
    assert!(lines[1]["error"]["message"].as_str().unwrap().contains("depeche check"));
}

/// How a run of the program ended.
#[derive(PartialEq)]
enum Ended {
    Code(i32, Vec<u8>),
    /// Killed by a signal, by a panic, or by us after too long a time.
    Aborted,
}

fn run(mut command: Command) -> Ended {
    let file = tempfile::NamedTempFile::new().unwrap();
    command.stdout(file.reopen().unwrap()).stderr(Stdio::null()).stdin(Stdio::null());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if begun.elapsed() > LONGEST => {
                child.kill().unwrap();
                child.wait().unwrap();
                return Ended::Aborted;
            }
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    match status.code() {
        Some(code @ 0..=2) => Ended::Code(code, fs::read(file.path()).unwrap()),
        _ => Ended::Aborted,
    }
}

/// Whoever opens a pipe waits for its other end.
#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_is_a_fault_and_nobody_waits() {
    let ground = Ground::new(&["reseaux"]);
    let folder = ground.folder.path();
    for (file, bytes) in &ground.files {
        let path = ground.dir().join(file);
        fs::remove_file(&path).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let ended = |arguments: &[&str]| run(command(folder, arguments));
        let Ended::Code(1, said) = ended(&["check", "i", "--json"]) else { panic!("{file:?}") };
        let report: serde_json::Value = serde_json::from_slice(&said).unwrap();
        let faults = report["faults"].as_array().unwrap();
        let is_told = |fault: &serde_json::Value| {
            fault["file"] == *file.to_string_lossy() && fault["kind"] == "unreadable"
        };
        assert!(faults.iter().any(is_told), "{file:?}: {report}");
        assert!(ended(&["search", "accord", "--index", "i"]) != Ended::Aborted, "{file:?}");
        let verified = ended(&["search", "accord", "--index", "i", "--verify"]);
        assert!(matches!(verified, Ended::Code(2, _)), "{file:?}");
        replace(&path, bytes);
    }
}

/// The full numbers, against the program; `tests/faults/flips` runs it in a release build.
#[test]
#[ignore = "a thousand faults take minutes; a reduced table runs above"]
fn a_thousand_faults() {
    let ground = Ground::new(&["ia", "reseaux", "securite", "societe"]);
    let folder = ground.folder.path();
    fs::write(folder.join("q.txt"), QUERIES.join("\n")).unwrap();
    let batch = ["batch", "q.txt", "--hits", "50", "--index", "i", "--threads", "1"];
    let count = ["count", "accord", "invest*", "--by", "source", "--json", "--index", "i"];
    let lines = ["concordance", "~\"premier refus\" OU C++", "--json", "--index", "i"];
    let asked = [&batch[..], &count, &lines];
    let verify = |arguments: &[&str]| run(command(folder, &[arguments, &["--verify"]].concat()));
    let sound: Vec<Ended> = asked.iter().map(|arguments| verify(arguments)).collect();
    let is_answered = |ended: &Ended| matches!(ended, Ended::Code(0, said) if !said.is_empty());
    assert!(sound.iter().all(is_answered), "the sound index answers");
    let (mut passed, mut failed) = (0, 0);
    let (mut otherwise, mut errors, mut refused) = (0, 0, 0);
    for case in ground.cases(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16], 1000) {
        let mut faults = Vec::new();
        ground.damaged(&case, |_| {
            let checked = run(command(folder, &["check", "i", "--json"]));
            let name = case.file.to_string_lossy().into_owned();
            match checked {
                Ended::Code(1, said) if String::from_utf8_lossy(&said).contains(&name) => (),
                Ended::Code(..) => faults.push("check: not found"),
                Ended::Aborted => faults.push("check: aborted"),
            }
            for (arguments, sound) in asked.iter().zip(&sound) {
                match run(command(folder, arguments)) {
                    Ended::Aborted => faults.push("search: aborted"),
                    Ended::Code(2, _) => errors += 1,
                    ended => otherwise += usize::from(ended != *sound),
                }
                match verify(arguments) {
                    Ended::Aborted => faults.push("--verify: aborted"),
                    Ended::Code(2, _) => refused += 1,
                    ended if ended != *sound => faults.push("--verify: another answer"),
                    Ended::Code(..) => (),
                }
            }
        });
        match faults.is_empty() {
            true => passed += 1,
            false => failed += 1,
        }
        faults.iter().for_each(|fault| eprintln!("{case:?}: {fault}"));
    }
    eprintln!(
        "without --verify: {errors} errors, {otherwise} other answers; with: {refused} errors"
    );
    eprintln!("{passed} passed, {failed} failed");
    assert_eq!(failed, 0);
}
