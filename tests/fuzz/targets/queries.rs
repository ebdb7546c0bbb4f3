//! Files of queries: each format by its name, and whatever the first bytes show.

use std::io::Read;

use depeche::{BatchQuery, BatchReader, QueryFormat};

use super::slow::Slow;
use super::{Target, seeds};

pub(super) fn targets() -> Vec<Target> {
    let target = |name, format: Option<QueryFormat>| {
        let case = move |bytes: &[u8]| case(bytes, format);
        Target { name, seeds: seeds(SEEDS), tokens: TOKENS, case: Box::new(case) }
    };
    vec![
        target("queries_lines", Some(QueryFormat::Lines)),
        target("queries_tsv", Some(QueryFormat::Tsv)),
        target("queries_csv", Some(QueryFormat::Csv)),
        target("queries_jsonl", Some(QueryFormat::Jsonl)),
        target("queries_trec", Some(QueryFormat::Trec)),
        target("queries_any", None),
    ]
}

/// However the bytes come, the queries are the same.
fn case(bytes: &[u8], format: Option<QueryFormat>) {
    let whole = read(bytes, format);
    let slow = read(Slow::new(bytes), format);
    assert_eq!(whole, slow, "read slowly");
}

fn read(input: impl Read + Send, format: Option<QueryFormat>) -> Vec<String> {
    let queries = match BatchReader::new(input, format) {
        Ok(queries) => queries,
        Err(error) => return vec![error.to_string()],
    };
    let mut last = 0;
    let mut each = |query: BatchQuery| {
        assert!(query.line > 0 && query.line >= last, "lines go back");
        last = query.line;
        is_sound(&query);
        format!("{query:?}")
    };
    queries.map(|query| query.map_or_else(|error| error.to_string(), &mut each)).collect()
}

fn is_sound(query: &BatchQuery) {
    assert!(!query.id.trim().is_empty(), "no identifier: {query:?}");
    if let Err(refusal) = &query.own {
        assert!(!refusal.to_string().is_empty() && !refusal.key().is_empty());
        assert_ne!(refusal.column(&query.text), Some(0), "columns count from 1");
    }
}

const SEEDS: &[&str] = &[
    "premier refus\n\ncapital ET OpenAI\r\n\"fin\n",
    "q1\tpremier refus\nq2\tcapital\n\tsans nom\nrien",
    "id;query;hits;from\r\nq1;\"un \"\"deux\"\"\";5;2024\r\n;quatre;;\r\n",
    "query,source\n\"a, b\",Le Fil\nc\n",
    "{\"id\":\"q1\",\"query\":\"un\",\"hits\":3,\"source\":[\"A\",\"B\"]}\n{\"id\":7,\"text\":\"deux\",\"from\":\"2024\"}\n{\n",
    "<?xml version=\"1.0\"?><top>\n<num> Number: 301\n<title> Topic: Crime &amp; argent\n<desc>x\n</top>\n<top><num>2<title>b</top>",
];

const TOKENS: &[&str] = &[
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\0",
    "\u{feff}",
    "\t",
    ";",
    ",",
    "\"",
    "\"\"",
    "'",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[",
    "{\"a\":",
    "\"query\":",
    "\"id\":",
    "\"hits\":",
    "\"limit\":-1",
    "\"offset\":1e99",
    "\"unit\":",
    "\"passage\"",
    "\"sort\":\"date\"",
    "\"source\":[",
    "\"from\":\"2024\"",
    "\"to\":2023",
    "null",
    "true",
    "id,query\n",
    "query\n",
    "<top>",
    "</top>",
    "<TOP>",
    "<num>",
    "Number:",
    "<title>",
    "</title>",
    "Topic:",
    "<desc>",
    "<",
    ">",
    "</",
    "&amp;",
    "&lt;",
    "&#0;",
    "é",
    "🎉",
    "\u{85}",
    "\u{2028}",
    " ET ",
    "999999999999999999999",
];
