//! The seam: what the engine finds, in the oracle's terms.

use depeche::{ConcordanceOptions, Query, SearchOptions, Searcher};

use super::{Found, Part};

/// Every match that the engine's concordance gives, in any order.
pub(super) fn found(searcher: &Searcher, query: &Query) -> Vec<Found> {
    let mut found = Vec::new();
    let options = ConcordanceOptions::default();
    let lines = searcher.concordance(query, &options, &mut |line| {
        found.push(Found {
            article: line.article.clone(),
            part: match line.part {
                depeche::Part::Title => Part::Title,
                depeche::Part::Body => Part::Body,
            },
            passage: line.passage,
            start: line.start,
            end: line.end,
            lit: line.matches.iter().map(|span| (span.start, span.end)).collect(),
        });
        Ok(())
    });
    assert_eq!(lines.unwrap().matches, found.len() as u64);
    found
}

/// The articles for which the engine says that a query is true, matches or not; None: not compared, since
/// a search also finds what a bare word hardly means.
pub(super) fn true_articles(searcher: &Searcher, query: &Query) -> Option<Vec<String>> {
    if has_bare_words(query) {
        return None;
    }
    let options = SearchOptions { limit: usize::MAX, ..SearchOptions::default() };
    let results = searcher.search(query, &options).unwrap();
    Some(results.hits.into_iter().map(|hit| hit.article).collect())
}

fn has_bare_words(query: &Query) -> bool {
    match query {
        Query::Words(_) => true,
        Query::And(queries) => queries.iter().any(has_bare_words),
        _ => false,
    }
}
