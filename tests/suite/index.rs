//! Indexing: every record accounted for, nothing lost, bad input beside good.

use std::fs;
use std::io::Write;

use depeche::{Article, Error, Index, Origin, Outcome, Searcher, WriterOptions};

use crate::cli::{depeche, err};
use crate::support::{articles, index, search};

#[test]
fn again_on_the_same_folder_only_changes_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let (texts, dir) = (folder.path().join("textes"), folder.path().join("index"));
    fs::create_dir(&texts).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(texts.join(format!("{name}.txt")), format!("Le texte {name} parle de puces."))
            .unwrap();
    }
    let inputs = [texts.clone()];
    assert_eq!(index(&dir, &inputs, false).0.added, 3);
    assert_eq!(index(&dir, &inputs, false).0.unchanged, 3);
    fs::write(texts.join("b.txt"), "Le texte b parle de câbles.").unwrap();
    fs::remove_file(texts.join("c.txt")).unwrap();
    let (report, _) = index(&dir, &inputs, false);
    assert_eq!((report.replaced, report.unchanged, report.pruned), (1, 1, 0));
    assert_eq!(index(&dir, &inputs, true).0.pruned, 1);
    let searcher = Searcher::open(&dir).unwrap();
    assert_eq!(articles(&search(&searcher, "texte")), ["a", "b"]);
    assert_eq!(articles(&search(&searcher, "puces")), ["a"]);
}

#[test]
fn files_of_one_name_in_two_folders_stay_two_articles() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    for (year, text) in [("2019", "Un accord."), ("2020", "Un désaccord.")] {
        let texts = folder.path().join(year);
        fs::create_dir(&texts).unwrap();
        fs::write(texts.join("001.txt"), text).unwrap();
        assert_eq!(index(&dir, &[texts], true).0.added, 1);
    }
    let searcher = Searcher::open(&dir).unwrap();
    assert_eq!(searcher.stats().unwrap().articles, 2);
    assert_eq!(searcher.article("001~2").unwrap().body, "Un désaccord.");
}

#[test]
fn bad_records_are_named_and_good_ones_indexed() {
    let folder = tempfile::tempdir().unwrap();
    let (texts, dir) = (folder.path().join("textes"), folder.path().join("index"));
    fs::create_dir(&texts).unwrap();
    fs::write(texts.join("vide.txt"), "").unwrap();
    fs::write(texts.join("binaire.txt"), [0_u8, 1, 2, 0, 255, 0]).unwrap();
    fs::write(texts.join("image.png"), "x").unwrap();
    fs::write(texts.join("l.jsonl"), "{\"body\":\"un\"}\n{\"body\":\n{\"body\":\"trois\"}\n")
        .unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all("Un texte bien long. ".repeat(500).as_bytes()).unwrap();
    let whole = gz.finish().unwrap();
    fs::write(texts.join("tronque.txt.gz"), &whole[..whole.len() / 2]).unwrap();
    let (report, mut skips) = index(&dir, &[texts], false);
    skips.sort();
    let expected = [
        "binaire.txt:0 binary",
        "image.png:0 unknown_format",
        "l.jsonl:2 json",
        "tronque.txt.gz:0 gzip",
        "vide.txt:0 empty",
    ];
    assert_eq!((report.added, skips), (2, expected.map(str::to_owned).to_vec()));
}

/// One record never costs another one, whatever its fields hold.
#[test]
fn what_no_field_should_hold_costs_its_record_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let (texts, dir) = (folder.path().join("textes"), folder.path().join("index"));
    fs::create_dir(&texts).unwrap();
    let long = |len: usize| "x".repeat(len);
    let records = [
        (r#"{"body":"témoin"}"#.to_owned(), ""),
        (
            r#"{"title":12,"author":[3,{}],"source":{"a":1},"date":1e300,"body":"témoin"}"#.into(),
            "",
        ),
        (r#"{"body":{"a":{"b":"témoin"}}}"#.into(), "wrong_type"),
        (r#"{"body":12}"#.into(), "wrong_type"),
        (r#"[{"body":"témoin"}]"#.into(), "not_an_object"),
        (r#"{"date":"99999-01-01","body":"témoin \u0000 nul"}"#.into(), ""),
        (r#"{"body":"témoin \ud800 seul"}"#.into(), "json"),
        (format!(r#"{{"body":{}1{}}}"#, "[".repeat(500), "]".repeat(500)), "json"),
        (format!(r#"{{"id":"{}","body":"témoin"}}"#, long(70_000)), "refused"),
        (format!(r#"{{"source":"{}","body":"témoin"}}"#, long(70_000)), "refused"),
        (format!(r#"{{"author":"{}","body":"témoin"}}"#, long(5_000)), "refused"),
        (format!(r#"{{"title":"{}","body":"témoin"}}"#, long(17_000)), "refused"),
        (format!(r#"{{"title":"{}","body":"témoin {}"}}"#, long(9_000), long(70_000)), ""),
        (format!(r#"{{"x":[{}0],"body":"témoin"}}"#, "0,".repeat(1_000_001)), "json"),
        (r#"{"body":"témoin"}"#.into(), ""),
    ];
    let lines: Vec<&str> = records.iter().map(|(line, _)| line.as_str()).collect();
    fs::write(texts.join("l.jsonl"), lines.join("\n")).unwrap();
    let (report, skips) = index(&dir, &[texts], false);
    let expected: Vec<String> = (1..)
        .zip(&records)
        .filter(|(_, (_, key))| !key.is_empty())
        .map(|(line, (_, key))| format!("l.jsonl:{line} {key}"))
        .collect();
    assert_eq!(skips, expected);
    assert_eq!(report.added, records.len() - expected.len());
    let found = search(&Searcher::open(&dir).unwrap(), "témoin");
    assert_eq!(articles(&found).len(), report.added);
}

/// Several under way at once would fill the memory.
#[test]
fn a_very_long_article_is_committed_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::create(&folder.path().join("index")).unwrap();
    let mut writer = index.writer(WriterOptions::default()).unwrap();
    let origin = Origin { path: "-".to_owned() };
    let mut put = |id: &str, body: String| {
        let mut article = Article { id: id.to_owned(), body, ..Article::default() };
        writer.put(&mut article, &origin).unwrap();
        writer.commits()
    };
    assert_eq!(put("court", "Un texte.".to_owned()), 0);
    assert_eq!(put("long", format!("Un mot {}.", "x".repeat(4 << 20))), 1);
    assert_eq!(put("autre", "Un autre.".to_owned()), 1);
}

#[test]
fn a_second_writer_and_another_version_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let created = Index::create(&dir).unwrap();
    let writer = created.writer(WriterOptions::default()).unwrap();
    let second = Index::open(&dir).unwrap().writer(WriterOptions::default());
    assert!(matches!(second, Err(Error::Locked { .. })));
    drop(writer);
    let manifest = dir.join("depeche.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("words\": ", "words\": 9")).unwrap();
    assert!(matches!(Index::open(&dir), Err(Error::Damaged { .. })));
    // Without its checksum, which only this version writes.
    let (_, rest) = text.split_once(',').unwrap();
    fs::write(&manifest, format!("{{{}", rest.replace("\"format\": ", "\"format\": 99"))).unwrap();
    assert!(matches!(Index::open(&dir), Err(Error::NewerVersion { .. })));
    assert!(matches!(Index::open(folder.path()), Err(Error::NoIndex { .. })));
    assert!(matches!(Index::create(&dir), Err(Error::NotAnIndex { .. })));
}

/// Two files whose records bear the same identifiers, indexed one after the other, again and again.
#[test]
fn a_record_replaces_only_what_came_from_its_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, one, two) =
        (folder.path().join("i"), folder.path().join("un.jsonl"), folder.path().join("deux.jsonl"));
    std::fs::write(&one, r#"{"id":"1","body":"Le premier texte."}"#).unwrap();
    std::fs::write(&two, r#"{"id":"1","body":"Le second texte."}"#).unwrap();
    for (input, expected) in
        [(&one, (1, 0, 0)), (&two, (1, 0, 0)), (&two, (0, 0, 1)), (&one, (0, 0, 1))]
    {
        let (report, _) = index(&dir, std::slice::from_ref(input), false);
        assert_eq!((report.added, report.replaced, report.unchanged), expected);
    }
    let moved = folder.path().join("trois.jsonl");
    std::fs::rename(&one, &moved).unwrap();
    std::fs::write(&moved, r#"{"id":"1","body":"Le premier texte, revu."}"#).unwrap();
    let (report, _) = index(&dir, &[moved], false);
    assert_eq!((report.added, report.replaced), (0, 1), "the file was moved");
    let searcher = depeche::Searcher::open(&dir).unwrap();
    assert_eq!(searcher.article("1").unwrap().body, "Le premier texte, revu.");
    assert_eq!(searcher.article("1~2").unwrap().body, "Le second texte.");
}

/// What an index holds by identifier: the text, and the file it came from.
type Held = std::collections::HashMap<String, (String, String)>;

/// The identifier that an article gets by the rule as it is told: its own if that says the same; else the number
/// of what says the same; else its own if nobody else has it, else the number that its file has, else the first
/// that is not another's. One numbered before stays so.
fn expected_id(known: &Held, seen: &Held, article: &Article, origin: &str) -> String {
    let exists = |file: &String| std::path::Path::new(file).exists();
    let says =
        |id: &String| seen.get(id).or(known.get(id)).is_some_and(|(b, _)| *b == article.body);
    let has = |id: &String| {
        !seen.contains_key(id) && known.get(id).is_some_and(|(_, file)| file == origin)
    };
    let is_free =
        |id: &String| !seen.contains_key(id) && known.get(id).is_none_or(|(_, f)| !exists(f));
    let numbered = || (2..500).map(|number| format!("{}~{number}", article.id));
    let id = article.id.clone();
    let was_numbered = is_free(&id) && !has(&id) && !says(&id) && numbered().any(|id| has(&id));
    let is_another = !says(&id) && numbered().any(|id| says(&id));
    if !was_numbered && !is_another && (says(&id) || has(&id) || is_free(&id)) {
        return id;
    }
    let mine = numbered().find(says).or_else(|| numbered().find(has));
    mine.or_else(|| numbered().find(is_free)).unwrap()
}

#[test]
fn articles_of_one_identifier_are_numbered_by_the_rule() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    Index::create(&dir).unwrap();
    let files = ["un", "deux", "disparu"].map(|name| folder.path().join(name));
    fs::write(&files[0], "").unwrap();
    fs::write(&files[1], "").unwrap();
    let mut state = 6_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        ((state >> 33) % below) as usize
    };
    let mut known = Held::new();
    for run in 0..6 {
        let mut writer = Index::open(&dir).unwrap().writer(WriterOptions::default()).unwrap();
        let mut seen = Held::new();
        for record in 0..150 {
            let id = ["a", "a", "a", "a~2", "a~5", "b"][random(6)].to_owned();
            let mut article =
                Article { id, body: format!("Texte {}.", random(40)), ..Article::default() };
            let path = files[random(3)].to_string_lossy().into_owned();
            let expected = expected_id(&known, &seen, &article, &path);
            let outcome = writer.put(&mut article, &Origin { path: path.clone() }).unwrap();
            assert_eq!(article.id, expected, "run {run}, record {record}");
            seen.insert(article.id.clone(), (article.body.clone(), path.clone()));
            if !matches!(outcome, Outcome::Unchanged | Outcome::Repeated) {
                known.insert(format!("new {}", article.id), (article.body, path));
            }
        }
        writer.commit().unwrap();
        writer.finish().unwrap();
        let (new, old): (Vec<_>, Vec<_>) =
            known.drain().partition(|(id, _)| id.starts_with("new "));
        let new = new.into_iter().map(|(id, held)| (id["new ".len()..].to_owned(), held));
        known = old.into_iter().chain(new).collect();
    }
}

#[test]
fn a_bad_depecheignore_lets_nothing_in_and_prunes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (texts, dir) = (folder.path().join("textes"), folder.path().join("index"));
    fs::create_dir_all(texts.join("b")).unwrap();
    for name in ["a.txt", "b/c.txt", "b/secret.txt"] {
        fs::write(texts.join(name), format!("Le texte {name}.")).unwrap();
    }
    let ignored = texts.join("b/.depecheignore");
    fs::write(&ignored, "secret.txt\n").unwrap();
    assert_eq!(index(&dir, std::slice::from_ref(&texts), true).0.added, 2);
    fs::write(&ignored, "[\nsecret.txt\n").unwrap();
    let (report, skips) = index(&dir, &[texts], true);
    assert_eq!((report.unchanged, report.pruned), (1, 0));
    assert_eq!(skips, [".depecheignore:0 ignore_file"]);
}

/// What a disk that is not mounted gives.
#[test]
fn a_path_that_gives_nothing_is_not_pruned() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    for (name, text) in [("disque/a.txt", "Un accord."), ("autre/b.txt", "Un refus.")] {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::write(dir.join("autre/c.txt"), "Un droit.").unwrap();
    let run =
        |more: &[&str]| depeche(dir, &[&["index", "disque", "autre", "--prune"], more].concat());
    assert_eq!(run(&[]).status.code(), Some(0));
    fs::remove_file(dir.join("disque/a.txt")).unwrap();
    fs::remove_file(dir.join("autre/c.txt")).unwrap();
    let kept = run(&["--report", "r.jsonl"]);
    assert_eq!(kept.status.code(), Some(2));
    let said = err(&kept);
    assert!(said.contains("retirés 1"), "of the other path they are: {said}");
    assert!(said.contains("1 de l’index n’ont pas été retirés") && said.contains("--prune-empty"));
    assert!(fs::read_to_string(dir.join("r.jsonl")).unwrap().contains(r#""type":"not_pruned""#));
    assert_eq!(depeche(dir, &["search", "accord"]).status.code(), Some(0));
    assert!(err(&run(&["--prune-empty"])).contains("retirés 1"));
    assert_eq!(run(&[]).status.code(), Some(0), "nothing is left that could be removed");
    assert_eq!(depeche(dir, &["search", "accord"]).status.code(), Some(1));
}

/// The texts of an index that holds these articles and no others.
fn texts(index: &std::path::Path, ids: &[&str]) -> Vec<String> {
    let searcher = Searcher::open(index).unwrap();
    assert_eq!(searcher.stats().unwrap().articles, ids.len());
    ids.iter().map(|id| searcher.article(id).unwrap().body).collect()
}

/// The files of another path that bear the same names are no later versions of what is on the disk.
#[test]
fn articles_of_an_unmounted_disk_are_not_taken_over() {
    let ids = ["1", "2", "3", "4", "1~2", "2~2", "3~2", "4~2"];
    for order in [["disque", "autre"], ["autre", "disque"], ["autre", "."]] {
        for prune in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let dir = folder.path();
            let put = |name: &str, numbers: std::ops::RangeInclusive<u32>| {
                fs::create_dir_all(dir.join(name)).unwrap();
                for n in numbers {
                    let text = format!("Le texte {n} de {name}.");
                    fs::write(dir.join(format!("{name}/{n}.txt")), text).unwrap();
                }
            };
            let order: Vec<_> =
                order.iter().filter(|name| **name != ".").map(|name| dir.join(name)).collect();
            put("disque", 1..=4);
            put("autre", 1..=3);
            let both = [dir.join("disque"), dir.join("autre")];
            let at = dir.join("index");
            assert_eq!(index(&at, &both, false).0.added, 7);
            fs::rename(dir.join("disque"), dir.join("démonté")).unwrap();
            fs::create_dir(dir.join("disque")).unwrap();
            put("autre", 4..=4);
            let (report, _) = index(&at, &order, prune);
            let counts = |r: &depeche::Report| (r.added, r.replaced, r.unchanged, r.pruned);
            assert_eq!(counts(&report), (1, 0, 3, 0), "{order:?} {prune}");
            let held = texts(&at, &ids);
            assert!(held[..4].iter().all(|text| text.ends_with("de disque.")), "{held:?}");
            assert!(held[4..].iter().all(|text| text.ends_with("de autre.")), "{held:?}");
            fs::write(dir.join("autre/2.txt"), "Le texte 2, revu.").unwrap();
            assert_eq!(counts(&index(&at, &order, prune).0), (0, 1, 3, 0));
            fs::remove_dir(dir.join("disque")).unwrap();
            fs::rename(dir.join("démonté"), dir.join("disque")).unwrap();
            assert_eq!(counts(&index(&at, &both, true).0), (0, 0, 8, 0));
            assert_eq!(texts(&at, &ids)[5], "Le texte 2, revu.");
        }
    }
}

/// Each record keeps its number when what it was numbered after is gone for good.
#[test]
fn a_path_that_is_gone_is_pruned_if_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    for (name, text) in [("d2/1.txt", "Un accord."), ("d1/1.txt", "Un refus.")] {
        fs::create_dir_all(dir.join(name).parent().unwrap()).unwrap();
        fs::write(dir.join(name), text).unwrap();
    }
    let run = |more: &[&str]| depeche(dir, &[&["index", "d2/", "d1"], more].concat());
    assert_eq!(run(&[]).status.code(), Some(0));
    fs::remove_dir_all(dir.join("d2")).unwrap();
    let kept = run(&["--prune"]);
    assert_eq!(kept.status.code(), Some(2));
    let said = err(&kept);
    assert!(said.contains("retirés 0") && said.contains("1 de l’index n’ont pas été retirés"));
    let pruned = run(&["--prune", "--prune-empty"]);
    assert!(err(&pruned).contains("inchangés 1") && err(&pruned).contains("retirés 1"));
    assert_eq!(pruned.status.code(), Some(2), "what was named could not be read");
    assert!(err(&depeche(dir, &["index", "d1"])).contains("inchangés 1"));
    assert_eq!(texts(&dir.join("index"), &["1~2"]), ["Un refus."]);
    fs::remove_dir_all(dir.join("d1")).unwrap();
    assert_eq!(depeche(dir, &["index", "d1", "--prune"]).status.code(), Some(2));
    assert!(err(&depeche(dir, &["index", "d1", "--prune", "--prune-empty"])).contains("retirés 1"));
    assert!(texts(&dir.join("index"), &[]).is_empty());
}

/// One path in another, one named twice, one in trouble: each article is counted once.
#[test]
fn what_is_not_pruned_is_counted_by_path() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    for name in ["a/1.txt", "b/1.txt", "b/c/2.txt", "b/c/3.txt", "d/1.txt", "e.txt"] {
        fs::create_dir_all(dir.join(name).parent().unwrap()).unwrap();
        fs::write(dir.join(name), format!("Le texte {name}.")).unwrap();
    }
    let inputs = ["b/c", "b", "b/c", "a", "d", "e.txt"];
    let run = || {
        let paths = inputs.iter().map(|name| dir.join(name).into());
        let at = dir.join("index");
        let index = if Index::exists(&at) { Index::open(&at) } else { Index::create(&at) }.unwrap();
        let options = depeche::IndexingOptions { prune: true, ..Default::default() };
        let mut told = Vec::new();
        let inputs: Vec<depeche::import::Input> = paths.collect();
        let report = depeche::index_inputs(&index, &inputs, &options, &mut |event| {
            if let depeche::Event::NotPruned { path, articles, .. } = event {
                let name = path.strip_prefix(dir.canonicalize().unwrap()).unwrap();
                told.push(format!("{} {articles}", name.display()));
            }
        });
        (report.unwrap().pruned, told)
    };
    assert_eq!(run(), (0, Vec::new()));
    for name in ["b/1.txt", "b/c/2.txt", "b/c/3.txt", "d/1.txt"] {
        fs::remove_file(dir.join(name)).unwrap();
    }
    fs::write(dir.join("a/2.txt"), "Le texte a/2.").unwrap();
    fs::remove_file(dir.join("a/1.txt")).unwrap();
    fs::write(dir.join("e.txt"), "").unwrap();
    assert_eq!(run(), (1, ["b/c 4", "b 1", "d 1", "e.txt 1"].map(str::to_owned).to_vec()));
}

#[test]
fn a_report_never_takes_the_place_of_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::create_dir_all(dir.join("textes/b")).unwrap();
    let line = "{\"body\":\"Un accord.\"}\n";
    for name in ["x.jsonl", "textes/b/y.jsonl", "ailleurs.jsonl"] {
        fs::write(dir.join(name), line).unwrap();
    }
    fs::write(dir.join("formes.tsv"), "scrollait\tscroller\n").unwrap();
    fs::hard_link(dir.join("x.jsonl"), dir.join("autre nom.jsonl")).unwrap();
    let mut reports = vec![
        "x.jsonl",
        "./textes/b/y.jsonl",
        "textes/neuf.txt",
        "autre nom.jsonl",
        "formes.tsv",
        "ix/text.bin",
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../ailleurs.jsonl", dir.join("textes/lien.jsonl")).unwrap();
        reports.push("ailleurs.jsonl");
    }
    let inputs = ["index", "x.jsonl", "textes", "--index", "ix", "--forms", "formes.tsv"];
    for report in reports {
        for (language, said) in [("fr", "--report écri"), ("en", "--report would ")] {
            let more = ["--report", report, "--lang", language];
            let refused = depeche(dir, &[&inputs[..], &more].concat());
            assert_eq!(refused.status.code(), Some(2), "{report}");
            let message = err(&refused);
            let said = message.contains(said) || message.contains("--report écraserait");
            assert!(said && message.lines().count() == 1, "{report}: {message}");
        }
        assert!(!dir.join("ix").exists() && !dir.join("textes/neuf.txt").exists());
    }
    for name in ["x.jsonl", "textes/b/y.jsonl", "ailleurs.jsonl"] {
        assert_eq!(fs::read_to_string(dir.join(name)).unwrap(), line);
    }
    fs::write(dir.join("r.jsonl"), "un ancien compte rendu").unwrap();
    for _ in 0..2 {
        let indexed = depeche(dir, &[&inputs[..], &["--report", "r.jsonl"]].concat());
        assert_eq!(indexed.status.code(), Some(0), "{}", err(&indexed));
    }
}
