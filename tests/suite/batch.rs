//! Files of queries: every one answered, in order, whatever is wrong with the others.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Output, Stdio};

use depeche::render::{Batch, BatchForm};
use depeche::{Answer, BatchOptions, BatchReader, Index, SearchOptions, answer_all};
use serde_json::Value;

use crate::cli::{command, depeche, err, indexed, out};
use crate::support::{corpus, indexed_corpus};

const ARTICLES: &str = r#"{"id":"a","title":"Un accord","source":"Le Fil fictif","date":"2024-12-05","body":"Un accord exclusif est signé."}
{"id":"b c","source":"Autre","date":"2025","body":"Un accord non exclusif, puis un autre accord."}
"#;

/// The output of `batch -`.
fn batch(dir: &Path, queries: &[u8], arguments: &[&str]) -> Output {
    let mut child = command(dir, &[&["batch", "-"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(queries).unwrap();
    child.wait_with_output().unwrap()
}

fn objects(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(objects: &[Value]) -> Vec<&str> {
    objects.iter().map(|object| object["query_id"].as_str().unwrap()).collect()
}

/// Topics of the sample corpus, over and over, one in ten of them broken.
fn many_queries(copies: usize) -> String {
    let topics = std::fs::read_to_string(corpus().join("topics.tsv")).unwrap();
    let mut queries = String::new();
    for (i, topic) in topics.lines().cycle().take(40 * copies).enumerate() {
        let (_, query) = topic.split_once('\t').unwrap();
        let broken = if i % 10 == 3 { " \"ouvert" } else { "" };
        queries.push_str(&format!("q{i}\t{query}{broken}\n"));
    }
    queries
}

#[test]
fn any_number_of_threads_gives_the_same_bytes_in_order() {
    let (folder, _searcher) = indexed_corpus();
    let index = Index::open(&folder.path().join("index")).unwrap();
    let queries = many_queries(5);
    let written = |threads: usize, form: &BatchForm| {
        let batch = Batch { form: form.clone(), count_only: false };
        let options = BatchOptions { threads, ..BatchOptions::default() };
        let queries = BatchReader::new(queries.as_bytes(), None).unwrap();
        let mut all = Vec::new();
        let each = |answer: Answer| (answer.id.clone(), batch.answer(&answer).unwrap());
        answer_all(&index, queries, &options, each, &mut |written| {
            all.push(written);
            Ok(())
        })
        .unwrap();
        all
    };
    for form in [BatchForm::Json, BatchForm::Trec("t".into())] {
        let one = written(1, &form);
        let ids: Vec<&str> = one.iter().map(|(id, _)| id.as_str()).collect();
        let expected: Vec<String> = (0..200).map(|i| format!("q{i}")).collect();
        assert_eq!(ids, expected);
        for threads in [2, 5] {
            assert!(written(threads, &form) == one, "{threads} threads");
        }
    }
}

#[test]
fn an_error_of_the_reader_or_the_writer_ends_it() {
    let (folder, _searcher) = indexed_corpus();
    let index = Index::open(&folder.path().join("index")).unwrap();
    let options = BatchOptions { threads: 3, ..BatchOptions::default() };
    let gone = || std::io::Error::from(std::io::ErrorKind::BrokenPipe);
    let queries = many_queries(50);
    let mut taken = 0;
    let reader = BatchReader::new(queries.as_bytes(), None).unwrap();
    let ended = answer_all(&index, reader, &options, |answer| answer.id, &mut |_| {
        taken += 1;
        if taken == 5 { Err(gone()) } else { Ok(()) }
    });
    assert!(matches!(ended, Err(depeche::Error::Output { .. })));
    assert_eq!(taken, 5);

    let path = folder.path().to_owned();
    let broken = std::iter::once_with(|| Err(depeche::Error::Io { path, source: gone() }));
    let reader = BatchReader::new("accord\nrefus\n".as_bytes(), None).unwrap().chain(broken);
    let mut ids = Vec::new();
    let ended = answer_all(&index, reader, &options, |answer| answer.id, &mut |id| {
        ids.push(id);
        Ok(())
    });
    assert!(matches!(ended, Err(depeche::Error::Io { .. })));
    assert_eq!(ids, ["1", "2"]);
}

#[test]
fn a_thread_that_panics_is_not_waited_for() {
    let (folder, _searcher) = indexed_corpus();
    let index = Index::open(&folder.path().join("index")).unwrap();
    let options = BatchOptions { threads: 2, ..BatchOptions::default() };
    let queries = "accord\n".repeat(500);
    let each = |answer: Answer| assert!(answer.id != "7", "seen through");
    let all = || {
        let reader = BatchReader::new(queries.as_bytes(), None).unwrap();
        answer_all(&index, reader, &options, each, &mut |()| Ok(()))
    };
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(all)).is_err());
}

#[test]
fn hits_are_those_of_search_with_the_identifier_of_the_query() {
    let folder = indexed(ARTICLES);
    let dir = folder.path();
    std::fs::write(
        dir.join("q.tsv"),
        "\u{feff}q1\taccord exclusif\r\nq2\tzorglub\r\n\r\nq3\taccord",
    )
    .unwrap();
    let answered = depeche(dir, &["batch", "q.tsv"]);
    assert_eq!((answered.status.code(), err(&answered).as_str()), (Some(0), ""));
    let mut found = objects(&answered);
    assert_eq!(ids(&found), ["q1", "q1", "q2", "q3", "q3"]);
    assert_eq!(
        found[2],
        serde_json::json!({"query_id":"q2","query":"zorglub","passages":0,"articles":0})
    );
    let alone = objects(&depeche(dir, &["search", "accord exclusif", "--json"]));
    for (hit, alone) in found.iter_mut().zip(&alone) {
        hit.as_object_mut().unwrap().shift_remove("query_id");
        assert_eq!(hit, alone);
    }
}

#[test]
fn a_bad_query_is_one_record_with_its_place() {
    let folder = indexed(ARTICLES);
    let queries = b"accord\r\nun \"deux\r\nd\xe9j\xe0\nac*\n\naccord";
    let answered = batch(folder.path(), queries, &["--count-only"]);
    assert_eq!(answered.status.code(), Some(2));
    assert_eq!(err(&answered), "depeche: requêtes 5, refusées 2\n");
    let found = objects(&answered);
    assert_eq!(ids(&found), ["1", "2", "3", "4", "6"]);
    let error = &found[1]["error"];
    assert_eq!(
        (&error["kind"], &error["line"], &error["column"]),
        (&"query".into(), &2.into(), &4.into())
    );
    assert!(error["message"].as_str().unwrap().contains("never closed"));
    assert_eq!(error["expected"], error["message"]);
    assert_eq!(
        (&found[2]["error"]["kind"], &found[2]["error"]["line"]),
        (&"encoding".into(), &3.into())
    );
    assert_eq!((&found[3]["passages"], &found[4]["articles"]), (&2.into(), &2.into()));

    let run = batch(folder.path(), queries, &["--format", "trec", "--tag", "essai"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(out(&run).starts_with("1 Q0 "), "{}", out(&run));
    assert!(err(&run).contains("requête 2, ligne 2 : requête, colonne 4"), "{}", err(&run));
    assert!(err(&run).contains("requête 3, ligne 3 : la ligne n’est pas en UTF-8"));
}

#[test]
fn objects_have_options_of_their_own() {
    let folder = indexed(ARTICLES);
    let queries = r#"{"id":"a","query":"accord","hits":1}
{"id":"b","query":"accord","source":["autre"]}
{"id":"c","query":"accord","to":"2024","hits":0}
{"id":"d","query":"accord","sort":"oldest","limit":1}
{"id":"e","query":"accord","offset":1}
{"id":"f","query":"accord","form":"2024"}
"#;
    let answered = batch(folder.path(), queries.as_bytes(), &["--hits", "5", "--threads", "2"]);
    assert_eq!(answered.status.code(), Some(2));
    let found = objects(&answered);
    let articles = |id: &str| {
        let of_query = found.iter().filter(|object| object["query_id"] == id);
        of_query.map(|object| object["article"].as_str().unwrap_or("-")).collect::<Vec<_>>()
    };
    assert_eq!(articles("a").len(), 1);
    assert_eq!((articles("b"), articles("c")), (vec!["b c"], vec!["a"]));
    assert_eq!((articles("d"), articles("e").len()), (vec!["a"], 1));
    assert_eq!(found.last().unwrap()["error"]["kind"], "unknown_option");
}

#[test]
fn a_run_is_read_as_it_is_meant() {
    let folder = indexed(ARTICLES);
    let arguments = ["--format", "trec", "--tag", "mon essai", "--queries-format", "tsv"];
    let run = batch(folder.path(), b"q 1\taccord\n", &arguments);
    let lines = out(&run);
    let columns: Vec<Vec<&str>> = lines.lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(columns.len(), 2);
    for line in &columns {
        assert_eq!((line.len(), line[0], line[1], line[5]), (6, "q%201", "Q0", "mon%20essai"));
    }
    assert!(columns.iter().any(|line| line[2] == "b%20c"));
    let passages =
        batch(folder.path(), b"q1\taccord\n", &["--format", "trec", "--unit", "passage"]);
    assert!(out(&passages).contains(" a#0 "), "{}", out(&passages));

    let topics = std::fs::read_to_string(corpus().join("topics.tsv")).unwrap();
    let (corpus, _searcher) = indexed_corpus();
    let run = batch(corpus.path(), topics.as_bytes(), &["--format", "trec", "--hits", "0"]);
    let (mut last, mut query) = (f32::INFINITY, String::new());
    for line in out(&run).lines() {
        let columns: Vec<&str> = line.split(' ').collect();
        let score: f32 = columns[4].parse().unwrap();
        if query != columns[0] {
            (query, last) = (columns[0].to_owned(), f32::INFINITY);
        }
        assert!(score < last, "{line}");
        last = score;
    }
}

#[test]
fn rows_for_a_spreadsheet() {
    let folder = indexed(ARTICLES);
    let queries = b"id,query,hits\nx,accord,1\ny,zorglub,\nz,\"(\",\n";
    let arguments = ["--queries-format", "csv", "--format", "csv", "--separator", ",", "--no-bom"];
    let answered = batch(folder.path(), queries, &arguments);
    assert_eq!(answered.status.code(), Some(2));
    let text = out(&answered);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("query_id,query,rank,score,article,"), "{text}");
    assert!(lines[1].starts_with("x,accord,1,"), "{text}");
    assert_eq!(lines[2], "y,zorglub,,,,,,,,,,,,,");
    assert!(lines[3].contains("\"line 4, column "), "{text}");
    let counted = batch(folder.path(), b"accord\n", &["--format", "csv", "--count-only"]);
    assert_eq!(
        out(&counted),
        "\u{feff}query_id;query;passages;articles;error\r\n1;accord;2;2;\r\n"
    );
}

#[test]
fn questions_are_plain_text() {
    let folder = indexed(ARTICLES);
    let queries = "Un accord \"exclusif\nSAUF accord (\n?\n".as_bytes();
    assert_eq!(batch(folder.path(), queries, &[]).status.code(), Some(2));
    let plain = objects(&batch(folder.path(), queries, &["--plain", "--count-only"]));
    assert_eq!((&plain[0]["articles"], &plain[1]["articles"]), (&2.into(), &2.into()));
    assert_eq!(plain[2]["error"]["column"], 1);
}

#[test]
fn what_cannot_be_done_is_one_line() {
    let folder = indexed(ARTICLES);
    let dir = folder.path();
    std::fs::write(dir.join("q.csv"), "id;question\n1;accord\n").unwrap();
    std::fs::write(dir.join("q.txt"), "accord\n").unwrap();
    for (arguments, expected) in [
        (&["batch", "absent.txt"][..], "absent.txt : fichier ou dossier introuvable"),
        (&["batch", "q.csv"], "q.csv : aucune colonne ne s’appelle query ; il y a : id, question"),
        (&["batch", "q.txt", "--index", "ailleurs"], "aucun index"),
        (&["batch", "q.txt", "--format", "trec", "--count-only"], "ne va pas avec --format trec"),
        (&["batch", "q.txt", "--separator", "tab"], "--separator ne va pas avec --format json"),
        (&["batch", "q.txt", "--from", "2025", "--to", "2024"], "--from 2025 > --to 2024"),
    ] {
        let output = depeche(dir, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(expected), "{arguments:?}: {}", err(&output));
        assert_eq!(err(&output).lines().count(), 1, "{arguments:?}");
    }
    let none = batch(dir, b"", &[]);
    assert_eq!((none.status.code(), out(&none)), (Some(0), String::new()));
    let unknown = depeche(dir, &["batch", "q.txt", "--source", "fil"]);
    assert!(err(&unknown).contains("au plus près : Le Fil fictif"), "{}", err(&unknown));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = indexed(ARTICLES);
    std::fs::write(folder.path().join("q.txt"), "accord\n".repeat(2_000)).unwrap();
    let mut child = command(folder.path(), &["batch", "q.txt"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(first.starts_with("{\"query_id\":\"1\""), "{first}");
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""));
}

#[test]
fn the_options_of_all_queries_hold_for_each() {
    let (folder, _searcher) = indexed_corpus();
    let index = Index::open(&folder.path().join("index")).unwrap();
    let search = SearchOptions { limit: 2, ..SearchOptions::default() };
    let options = BatchOptions { search, ..BatchOptions::default() };
    let queries = BatchReader::new("OpenAI\nMicrosoft\n".as_bytes(), None).unwrap();
    let mut hits = Vec::new();
    let each = |answer: Answer| answer.results.unwrap().hits.len();
    answer_all(&index, queries, &options, each, &mut |found| {
        hits.push(found);
        Ok(())
    })
    .unwrap();
    assert_eq!(hits, [2, 2]);
}

#[test]
fn names_that_no_article_bears_are_told_with_the_query() {
    let folder = indexed(ARTICLES);
    let queries = "{\"query\":\"accord\",\"source\":\"Le Fil fictf\"}\n{\"query\":\"auteur:Zorglub ET accord\"}\n\
        {\"query\":\"zorglub\",\"source\":\"Autre\"}\n{\"query\":\"accord\",\"hits\":\"x\"}\n";
    let found = objects(&batch(folder.path(), queries.as_bytes(), &[]));
    let near = serde_json::json!([
        {"field": "source", "name": "Le Fil fictf", "nearest": ["Le Fil fictif"]}
    ]);
    assert_eq!(found[0]["unknown_names"], near);
    assert_eq!(found[1]["unknown_names"][0]["field"], "author");
    assert_eq!(found[2].get("unknown_names"), None);
    assert_eq!(found[3]["error"]["expected"], "a number, 0 or more");
}

/// `eval` and trec_eval refuse a run that has it twice.
#[test]
fn a_run_takes_one_query_of_an_identifier() {
    let folder = indexed(ARTICLES);
    let run = |queries: &str| batch(folder.path(), queries.as_bytes(), &["--format", "trec"]);
    let [expected, run] =
        ["q1\taccord\nq2\texclusif\n", "q1\taccord\nq1\trefus\nq2\texclusif\n"].map(run);
    assert_eq!(run.status.code(), Some(2));
    assert!(err(&run).contains("requête q1, ligne 2"), "{}", err(&run));
    assert_eq!(out(&run), out(&expected));
}
