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

/// Where the matches of the concordance and what the highlighter lights differ; not compared where bare
/// words are lit besides.
pub(super) fn unlike_the_highlights(
    searcher: &Searcher,
    query: &Query,
    found: &[Found],
) -> Option<String> {
    if has_bare_words(query) || matches!(query, Query::Rank { .. }) {
        return None;
    }
    let mut articles: Vec<&str> = found.iter().map(|f| f.article.as_str()).collect();
    articles.sort_unstable();
    articles.dedup();
    articles.into_iter().find_map(|id| {
        let article = searcher.article(id).unwrap();
        let lit = searcher.highlight(query, &article).unwrap();
        let title = article.title.as_deref().unwrap_or("");
        let parts = [(Part::Title, title, lit.title), (Part::Body, &article.body, lit.body)];
        parts.into_iter().find_map(|(part, text, lit)| {
            // The dot of an abbreviation may be lit or not.
            let trimmed = |(start, end): (usize, usize)| {
                (start, start + text[start..end].trim_end_matches('.').len())
            };
            let lit = joined(lit.iter().map(|span| trimmed((span.start, span.end))).collect());
            let here = found.iter().filter(|f| f.article == id && f.part == part);
            let told = joined(here.flat_map(|f| f.lit.iter().copied()).map(trimmed).collect());
            (lit != told)
                .then(|| format!("{id} {part:?}: lit {lit:?}, in the concordance {told:?}"))
        })
    })
}

/// Spans sorted, overlapping ones made one.
fn joined(mut spans: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    spans.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.0 < last.1 => last.1 = last.1.max(span.1),
            _ => apart.push(span),
        }
    }
    apart
}

fn has_bare_words(query: &Query) -> bool {
    match query {
        Query::Words(_) => true,
        Query::And(queries) => queries.iter().any(has_bare_words),
        _ => false,
    }
}
