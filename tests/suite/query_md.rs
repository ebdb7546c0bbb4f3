//! QUERY.md says what is so: its queries parse, and find what it says that they find.

use std::fs;
use std::path::Path;

use depeche::render::{Language, concordance_totals};
use depeche::{ConcordanceOptions, parse};

use crate::support::indexed_corpus;

fn text() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("QUERY.md")).unwrap()
}

#[test]
fn the_queries_of_the_table_parse() {
    let text = text();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let cells: Vec<&str> = rows.map(|row| row.split(" | ").next().unwrap()).collect();
    assert!(cells.len() > 20);
    for query in cells.iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)) {
        assert!(parse(query).is_ok(), "{query}: {:?}", parse(query));
    }
}

#[test]
fn the_examples_find_what_is_said() {
    let (_folder, searcher) = indexed_corpus();
    let text = text();
    let examples = text.split("```exemples\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(examples.lines().count() > 10);
    for line in examples.lines() {
        let (query, expected) = line.split_once("  ").unwrap();
        let options = ConcordanceOptions::default();
        let found = searcher.concordance(&parse(query).unwrap(), &options, &mut |_| Ok(()));
        let said = concordance_totals(found.unwrap(), Language::French);
        assert_eq!(said, expected.trim(), "{query}");
    }
}
