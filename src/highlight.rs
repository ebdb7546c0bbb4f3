//! Query against text: which bytes match. Knows no index; what it lights is what was found.

use std::ops::Range;

use crate::analysis::{Analyzer, Form, NoVocabulary, Terms, Token, is_quantity};
use crate::query::Query;
use crate::resolve::{Bag, Phrase, Resolved};

/// The bytes of `text` that match `query`, sorted and apart from one another.
///
/// A phrase is one span from its first word to its last. Bare words are lit in all their forms, stop
/// words only where the whole query stands as typed. A query that `text` does not satisfy lights nothing.
///
/// ```
/// use depeche::{Analyzer, highlight, parse};
/// let analyzer = Analyzer::french();
/// let text = "Un droit de premier refus, de droit.";
/// let spans = highlight(&parse("\"droit de premier refus\"").unwrap(), &analyzer, text);
/// assert_eq!(spans.len(), 1);
/// assert_eq!(&text[spans[0].clone()], "droit de premier refus");
/// ```
pub fn highlight(query: &Query, analyzer: &Analyzer, text: &str) -> Vec<Range<usize>> {
    Matcher::new(Resolved::new(query, analyzer, &NoVocabulary)).matches(analyzer, text, text.len())
}

/// Which of the passages (`spans` tile the article) the phrase begins in and leaves: their numbers. The
/// tokens are those of the article from byte `base` on.
pub(crate) fn crossing_matches(
    phrase: &[String],
    tokens: &[Token],
    base: usize,
    spans: &[Range<usize>],
) -> Vec<usize> {
    let holder = |offset: usize| spans.partition_point(|span| span.end <= base + offset);
    let matches = every_phrase_match(phrase, tokens)
        .filter(|found| holder(found.start) != holder(found.end - 1));
    let mut begins: Vec<usize> = matches.map(|found| holder(found.start)).collect();
    begins.dedup();
    begins
}

/// A query made ready to be held against many texts.
pub(crate) struct Matcher {
    query: Resolved,
}

impl Matcher {
    pub(crate) fn new(query: Resolved) -> Self {
        Matcher { query }
    }

    /// The matching bytes of a text, sorted, overlaps joined. Words stand, and phrases begin, before
    /// `end`; a phrase may run on after it.
    pub(crate) fn matches(&self, analyzer: &Analyzer, text: &str, end: usize) -> Vec<Range<usize>> {
        let terms = if asks_for_forms(&self.query) { Terms::Both } else { Terms::Exact };
        let tokens = &analyzer.tokens_with(text, terms);
        let inside = tokens.partition_point(|token| token.offsets.start < end);
        joined(every_match(&self.query, tokens, inside))
    }

    /// The most words of a phrase of the query: how far beyond a passage one may run.
    pub(crate) fn longest_phrase(&self) -> usize {
        longest_phrase(&self.query)
    }
}

fn asks_for_forms(query: &Resolved) -> bool {
    match query {
        Resolved::Words(_) => true,
        Resolved::Phrase(_) => false,
        Resolved::All(queries) => queries.iter().any(asks_for_forms),
        Resolved::Rank { must, should } => asks_for_forms(must) || asks_for_forms(should),
    }
}

fn longest_phrase(query: &Resolved) -> usize {
    match query {
        Resolved::Words(_) => 0,
        Resolved::Phrase(phrase) => phrase.terms.len(),
        Resolved::All(queries) => queries.iter().map(longest_phrase).max().unwrap_or(0),
        Resolved::Rank { must, should } => longest_phrase(must).max(longest_phrase(should)),
    }
}

/// The matches that begin with one of the first `inside` tokens.
fn every_match(query: &Resolved, tokens: &[Token], inside: usize) -> Vec<Range<usize>> {
    match query {
        Resolved::Words(bag) => bag_matches(bag, &tokens[..inside]),
        Resolved::Phrase(Phrase { terms, .. }) => {
            let reach = tokens.len().min(inside + terms.len().saturating_sub(1));
            phrase_matches(terms, &tokens[..reach])
        }
        Resolved::All(queries) => {
            let each: Vec<_> = queries.iter().map(|q| every_match(q, tokens, inside)).collect();
            let failed = each.iter().any(Vec::is_empty);
            if failed { Vec::new() } else { each.concat() }
        }
        Resolved::Rank { must, should } => {
            let mut found = every_match(must, tokens, inside);
            if !found.is_empty() {
                found.extend(every_match(should, tokens, inside));
            }
            found
        }
    }
}

fn bag_matches(bag: &Bag, tokens: &[Token]) -> Vec<Range<usize>> {
    let terms = || bag.words.iter().flat_map(|word| &word.terms);
    let asked = |term: &String| terms().any(|asked| asked.term == *term);
    let mut found: Vec<Range<usize>> = Vec::new();
    for token in tokens {
        let lit = token.forms.iter().filter(|form| asked(&form.term));
        found.extend(lit.map(|form| with_sign(token, form)));
    }
    found.extend(phrase_matches(&bag.sequence, tokens));
    found
}

/// A quantity (`40 %`) is lit with its sign, which is a form of its own beside the number.
fn with_sign(token: &Token, form: &Form) -> Range<usize> {
    let is_quantity = is_quantity(&form.term);
    let is_sign = |other: &&Form| {
        is_quantity
            && other.words == 1
            && (other.offsets.end <= form.offsets.start || other.offsets.start >= form.offsets.end)
    };
    match token.forms.iter().find(is_sign) {
        Some(sign) => {
            form.offsets.start.min(sign.offsets.start)..form.offsets.end.max(sign.offsets.end)
        }
        None => form.offsets.clone(),
    }
}

/// Every place where the terms stand one after the other, overlapping ones joined later.
fn phrase_matches(terms: &[String], tokens: &[Token]) -> Vec<Range<usize>> {
    every_phrase_match(terms, tokens).collect()
}

fn every_phrase_match<'a>(
    terms: &'a [String],
    tokens: &'a [Token],
) -> impl Iterator<Item = Range<usize>> + 'a {
    // No window is as long as no terms: an empty phrase matches nothing.
    let windows = tokens.windows(terms.len().max(1)).filter(|_| !terms.is_empty());
    windows
        .filter(move |window| window.iter().zip(terms).all(|(token, term)| is_exactly(token, term)))
        .map(move |window| window[0].offsets.start..last_end(window, terms))
}

fn is_exactly(token: &Token, term: &str) -> bool {
    token.exact == term || token.symbol.as_deref() == Some(term)
}

/// Where the lit phrase ends: with the symbol of its last word (`C++`), if that was asked for.
fn last_end(window: &[Token], terms: &[String]) -> usize {
    let (Some(token), Some(term)) = (window.last(), terms.last()) else { return 0 };
    let symbol = token.symbol.as_ref().filter(|symbol| *symbol == term);
    let signs = symbol
        .map_or(0, |symbol| symbol.bytes().rev().take_while(u8::is_ascii_punctuation).count());
    token.offsets.end + signs
}

/// Spans sorted, overlapping ones made one.
fn joined(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn lit<'a>(query: &str, text: &'a str) -> Vec<&'a str> {
        let analyzer = Analyzer::french();
        let spans = highlight(&parse(query).unwrap(), &analyzer, text);
        spans.into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn what_is_lit() {
        let table: &[(&str, &str, &[&str])] = &[
            (
                "\"droit de premier refus\"",
                "Le DROIT de\npremier refus, de droit",
                &["DROIT de\npremier refus"],
            ),
            ("\"droit du premier refus\"", "droit de premier refus", &[]),
            ("équité", "l’équité et l'ÉQUITÉ", &["équité", "ÉQUITÉ"]),
            ("l'equite", "sur l’équité", &["équité"]),
            ("droits de refus", "le droit de dire, un refus", &["droit", "refus"]),
            ("droit de refus", "un droit de refus de tout", &["droit de refus"]),
            ("startup", "une start-up", &["start-up"]),
            ("\"start up\"", "une start-up", &["start-up"]),
            ("10000", "10 000 euros", &["10 000"]),
            ("\"000 euros\"", "10 000 euros", &["000 euros"]),
            ("C++", "du C et du C++.", &["C++"]),
            ("\"du C++\"", "du C et du C++.", &["du C++"]),
            ("\"du C\"", "du C et du C++.", &["du C", "du C"]),
            ("chat", "un châtiment, un chat", &["chat"]),
            ("\"droit\" \"devoir\"", "droit sans rien", &[]),
            ("\"droit\" devoir", "droit et devoirs", &["droit", "devoirs"]),
            ("\"devoir moral\" droit", "droit et devoirs", &[]),
            ("40 %", "pour 40 % des 40 ans", &["40 %"]),
            ("10 euros", "10 €, 10 euros et 10 ans", &["10 €", "10 euros"]),
            ("M€", "6 M€ ou 6 millions d’euros", &["M€", "millions d’euros"]),
            ("GPT4", "GPT 4, GPT-4 et GPT4", &["GPT 4", "GPT-4", "GPT4"]),
            ("ferme", "il ferme, ils ferment", &["ferme", "ferment"]),
            ("de la", "de la mer, de là", &["de la", "de là"]),
        ];
        for (query, text, expected) in table {
            assert_eq!(lit(query, text), *expected, "{query} / {text}");
        }
    }
}
