//! `depeche eval`: what it reads, what it writes, what it tells; its figures have their tests beside the code.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::corpus;

/// Two queries; the runs differ in the order of equal scores, and `b` has one query only.
const QRELS: &str = "q1 0 d1 2\nq1 0 d2 1\nq1 0 d3 0\nq2 0 d1 1\n";
const A: &str = "q1 Q0 d1 1 1.0 a\nq1 Q0 d3 2 1.0 a\nq2 Q0 d1 1 0.5 a\n";
const B: &str = "q1 Q0 d1 9 3 b\nq1 Q0 d2 8 2 b\n";

fn files(qrels: &str, runs: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("qrels"), qrels).unwrap();
    for (name, run) in runs {
        std::fs::write(folder.path().join(name), run).unwrap();
    }
    folder
}

fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_depeche"));
    command.arg("eval").args(arguments).current_dir(dir).env("DEPECHE_LANG", "fr");
    command
}

fn eval(dir: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    texts(&command(dir, arguments).output().unwrap())
}

fn texts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn means_and_queries_of_two_runs() {
    let folder = files(QRELS, &[("a.run", A), ("b.run", B)]);
    let (code, out, err) = eval(folder.path(), &["qrels", "a.run", "b.run", "--per-query"]);
    assert_eq!(code, Some(0), "{err}");
    let missing = "depeche: b.run : 1 requête sur 2 sans réponse (0 dans les moyennes, sauf avec --only-answered)\n";
    assert_eq!(err, missing);
    let lines: Vec<Vec<&str>> = out.lines().map(|line| line.split('\t').collect()).collect();
    let measures = ["run", "query", "queries", "ndcg@10", "map", "rr@10", "p@10", "r@100"];
    assert_eq!(lines[0][..8], measures);
    // Equal scores: d3 before d1. (2 / log2 3) / (2 + 1 / log2 3) = 0.4796.
    assert_eq!(
        lines[1][..8],
        ["a.run", "q1", "1", "0.4796", "0.2500", "0.5000", "0.1000", "0.5000"]
    );
    assert_eq!(
        lines[3][..8],
        ["a.run", "all", "2", "0.7398", "0.6250", "0.7500", "0.1000", "0.7500"]
    );
    assert_eq!(
        lines[5][..8],
        ["b.run", "q2", "1", "0.0000", "0.0000", "0.0000", "0.0000", "0.0000"]
    );
    assert_eq!(
        lines[6][..8],
        ["b.run", "all", "2", "0.5000", "0.5000", "0.5000", "0.1000", "0.5000"]
    );
    assert_eq!(lines[0][8..10], ["ndcg@10_difference", "ndcg@10_p"]);
    assert_eq!(lines[6][8..12], ["-0.2398", "1", "-0.1250", "1"]);
    assert!(lines.iter().all(|line| line.len() == 18) && lines.len() == 7);
}

#[test]
fn only_the_queries_answered_and_only_the_measures_asked_for() {
    let folder = files(QRELS, &[("b.run", B)]);
    let arguments =
        ["qrels", "b.run", "--only-answered", "--measure", "RR,ndcg@1,p@2,rr", "--json"];
    let (code, out, err) = eval(folder.path(), &arguments);
    assert_eq!(
        (code, err.contains("1 requête sur 2 sans réponse (hors des moyennes)")),
        (Some(0), true)
    );
    let expected = r#"{"run":"b.run","query":"all","mean":true,"queries":1,"measures":{"rr":1.0,"ndcg@1":1.0,"p@2":1.0},"against":null,"difference":null,"p":null}"#;
    assert_eq!(out.trim_end(), expected);
}

#[test]
fn what_windows_and_gzip_write_is_read_as_the_plain_file() {
    let windows =
        |text: &str| format!("\u{feff}{}\r\n\r\n", text.replace('\n', "\r\n").replace(' ', "\t"));
    let folder = files(QRELS, &[("a.run", A), ("a2.run", &windows(A)), ("q2", &windows(QRELS))]);
    let dir = folder.path();
    let file = std::fs::File::create(dir.join("a.run.gz")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    gzip.write_all(A.as_bytes()).unwrap();
    gzip.finish().unwrap();
    let values = |qrels: &str, run: &str| {
        let (code, out, err) = eval(dir, &[qrels, run, "--csv"]);
        assert_eq!((code, err.as_str()), (Some(0), ""));
        assert!(
            out.starts_with("\u{feff}run;query;queries;ndcg@10;map;rr@10;p@10;r@100\r\n"),
            "{out}"
        );
        out.replace(run, "")
    };
    let plain = values("qrels", "a.run");
    assert!(plain.ends_with(";all;2;0,7398;0,6250;0,7500;0,1000;0,7500\r\n"), "{plain}");
    assert_eq!(values("q2", "a2.run"), plain);
    assert_eq!(values("qrels", "a.run.gz"), plain);
}

#[test]
fn a_run_from_standard_input() {
    let folder = files(QRELS, &[]);
    let mut child = command(folder.path(), &["qrels", "-", "--measure", "map"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(A.as_bytes()).unwrap();
    let (code, out, _) = texts(&child.wait_with_output().unwrap());
    assert_eq!((code, out.as_str()), (Some(0), "run\tquery\tqueries\tmap\n-\tall\t2\t0.6250\n"));
    let (code, _, err) = eval(folder.path(), &["qrels", "-", "-"]);
    assert_eq!((code, err.as_str()), (Some(2), "depeche: - ne se lit qu’une fois\n"));
}

#[test]
fn what_cannot_be_read_is_one_line_with_its_place() {
    let folder = files(QRELS, &[("qrels.bad", "q1 0 d1 un\n"), ("empty", "\n")]);
    let dir = folder.path();
    for (run, expected) in [
        (
            "q1 Q0 d1 1 2 a\n\nq1 Q0 d2 2 a\n",
            "x.run : ligne 3, `qid Q0 docid rank score tag` est attendu, il y a 5 colonnes",
        ),
        (
            "q1 Q0 d1 1 2 a\nq1 Q0 d1 2 1 a\n",
            "x.run : ligne 2, le document \"d1\" est donné deux fois pour la requête \"q1\"",
        ),
        ("q1 Q0 d1 1 inf a\n", "x.run : ligne 1, le score \"inf\" n’est pas un nombre fini"),
        (QRELS, "x.run : ligne 1, `qid Q0 docid rank score tag` est attendu, il y a 4 colonnes"),
    ] {
        std::fs::write(dir.join("x.run"), run).unwrap();
        let (code, out, err) = eval(dir, &["qrels", "x.run"]);
        assert_eq!((code, out.as_str(), err), (Some(2), "", format!("depeche: {expected}\n")));
    }
    for (arguments, expected) in [
        (
            &["qrels.bad", "x.run"][..],
            "qrels.bad : ligne 1, la pertinence \"un\" n’est pas un nombre entier\n",
        ),
        (&["empty", "x.run"], "empty : aucun jugement\n"),
        (&["absent", "x.run"], "absent : fichier ou dossier introuvable\n"),
        (&["qrels"], "il manque <RUN>"),
        (&["qrels", "x.run", "--measure", "p"], "écrivez ndcg@10, ndcg, map"),
        (
            &["qrels.bad", "x.run", "--lang", "en"],
            "qrels.bad: line 1: the relevance \"un\" is not an integer\n",
        ),
    ] {
        let (code, _, err) = eval(dir, arguments);
        assert_eq!(
            (code, err.contains(expected), err.lines().count()),
            (Some(2), true, 1),
            "{err}"
        );
    }
}

#[test]
fn the_sample_judgments_in_their_own_order_are_the_best_ranking() {
    let qrels = corpus().join("qrels.txt");
    let judgments = std::fs::read_to_string(&qrels).unwrap();
    let line = |line: &str| match line.split(' ').collect::<Vec<_>>()[..] {
        [query, _, document, grade] => format!("{query} Q0 {document} 1 {grade} ideal\n"),
        _ => panic!("{line}"),
    };
    let run: String = judgments.lines().map(line).collect();
    let folder = files(&judgments, &[("ideal.run", &run)]);
    let (code, out, err) = eval(folder.path(), &["qrels", "ideal.run"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let mean = out.lines().last().unwrap();
    assert!(mean.starts_with("ideal.run\tall\t40\t1.0000\t1.0000\t1.0000\t"), "{mean}");
    assert!(mean.ends_with("\t1.0000"), "{mean}");
}
