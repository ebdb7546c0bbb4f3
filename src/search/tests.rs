//! What is passed over changes nothing that is said: the hits, their scores, the totals.

use std::path::{Path, PathBuf};

use super::{SearchOptions, Searcher};
use crate::import::Input;
use crate::{Index, IndexingOptions, WriterOptions, index_inputs, parse};

/// Files indexed one after the other by some threads, searched with passages passed over from the first on.
fn searcher(folder: &Path, files: &[PathBuf], threads: usize) -> Searcher {
    let index = Index::create(&folder.join("index")).unwrap();
    let options = IndexingOptions {
        writer: WriterOptions { threads, ..WriterOptions::default() },
        ..IndexingOptions::default()
    };
    for file in files {
        index_inputs(&index, &[Input::Path(file.clone())], &options, &mut |_| ()).unwrap();
    }
    let mut searcher = Searcher::new(&index).unwrap();
    searcher.least_documents = 0;
    searcher
}

fn corpus() -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    ["ia", "reseaux", "securite", "societe"].map(|part| corpus.join(part)).into()
}

/// A file of articles by their bodies.
fn articles(folder: &Path, bodies: &[(&str, String)]) -> Vec<PathBuf> {
    let line = |(id, body): &(&str, String)| {
        format!("{}\n", serde_json::json!({ "id": id, "title": "Titre", "body": body }))
    };
    let file = folder.join("articles.jsonl");
    std::fs::write(&file, bodies.iter().map(line).collect::<String>()).unwrap();
    vec![file]
}

/// The same hits are found where all is counted and where nothing is.
fn finds_the_same(searcher: &Searcher, query: &str, limit: usize, per_article: usize) {
    let counted = SearchOptions { limit, per_article, ..SearchOptions::default() };
    let quick = SearchOptions { totals: false, ..counted.clone() };
    let query = parse(query).unwrap();
    let [counted, quick] =
        [counted, quick].map(|options| searcher.search(&query, &options).unwrap());
    assert_eq!(quick.hits, counted.hits, "{query}, {limit}, {per_article}");
}

#[test]
fn passages_passed_over_are_not_among_the_best() {
    let folder = tempfile::tempdir().unwrap();
    let searcher = searcher(folder.path(), &corpus(), 2);
    for query in [
        "\"de la\"",
        "\"les données\"",
        "~\"le site\"",
        "~\"pouvoir être\"",
        "de PRES/2 la",
        "le AVANT/9 de",
        "(le OU la) PRES/4 (de OU entreprise)",
        "(le PRES/3 de) PRES/6 la",
        "\"de la\"~2",
        "le PRES/PHRASE de",
        "=La OU \"de la\"",
        "\"dans le* de\"",
        "\"zzz de\"",
    ] {
        for limit in [1, 3, 10, 100] {
            for per_article in [1, 3] {
                finds_the_same(&searcher, query, limit, per_article);
            }
        }
    }
}

#[test]
fn a_match_that_runs_on_counts_where_the_one_before_is_still_to_be_shown() {
    let folder = tempfile::tempdir().unwrap();
    let fill = |words: usize| "pomme poire ".repeat(words / 2);
    let twice = |words| format!("alpha beta pomme alpha beta {}.", fill(words));
    let runs_on = format!("{}alpha.\n\nbeta {}.", fill(148), fill(148));
    let both = format!("alpha beta {}alpha.\n\nbeta {}.", fill(122), fill(148));
    let bodies = [("f", twice(170)), ("g", twice(172)), ("x", runs_on), ("y", both)];
    let searcher = searcher(folder.path(), &articles(folder.path(), &bodies), 1);
    for limit in [1, 2, 3, 4] {
        finds_the_same(&searcher, "\"alpha beta\"", limit, 1);
    }
}

#[test]
fn matches_run_on_over_any_number_of_passages_without_words() {
    let folder = tempfile::tempdir().unwrap();
    let signs =
        "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -\n\n";
    let body = format!("alpha pomme.\n\n{}poire beta.", signs.repeat(20_000));
    let searcher = searcher(folder.path(), &articles(folder.path(), &[("a", body)]), 1);
    let found = |query: &str| {
        let options = SearchOptions { texts: false, ..SearchOptions::default() };
        searcher.search(&parse(query).unwrap(), &options).unwrap().articles
    };
    assert_eq!(
        ["alpha AVANT/5 beta", "\"pomme poire\"", "alpha AVANT/1 beta"].map(found),
        [1, 1, 0]
    );
}

#[test]
fn a_word_that_stands_twice_at_one_place_is_one_match() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = [
        ("twice", "GNU/agent/client est public."),
        ("once", "agent client est public."),
        ("wide", "Un agent/agents autre, un client/clients autre, des agent.e.s, des client.e.s."),
    ];
    let bodies = bodies.map(|(id, body)| (id, body.to_owned()));
    let searcher = searcher(folder.path(), &articles(folder.path(), &bodies), 1);
    let query = parse("~\"agents clients\"").unwrap();
    let results = searcher.search(&query, &SearchOptions::default()).unwrap();
    let score = |id: &str| results.hits.iter().find(|hit| hit.article == id).unwrap().score;
    assert!((score("twice") / score("once") - 1.0).abs() < 0.2, "{results:?}");
}

#[test]
fn totals_of_bare_words_do_not_depend_on_how_many_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let body = |i: usize| format!("{}{}.", "lampe ".repeat(1 + i % 3), "autre ".repeat(i * 7 % 50));
    let names: Vec<String> = (0..3_000).map(|i| i.to_string()).collect();
    let bodies: Vec<(&str, String)> =
        names.iter().enumerate().map(|(i, name)| (name.as_str(), body(i))).collect();
    let searcher = searcher(folder.path(), &articles(folder.path(), &bodies), 1);
    let totals = |limit: usize| {
        let options =
            SearchOptions { limit, texts: false, facets: true, ..SearchOptions::default() };
        let results = searcher.search(&parse("lampe").unwrap(), &options).unwrap();
        (results.passages, results.articles, results.facets)
    };
    assert_eq!((totals(1).0, totals(1).1), (3_000, 3_000));
    assert_eq!(totals(1), totals(10_000));
}
