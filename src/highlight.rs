//! Query against text: which bytes match. Knows no index; what it lights is what was found.

use std::ops::Range;

use crate::analysis::{Analyzer, Terms, Token};
use crate::query::Query;

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
    Matcher::new(query, analyzer).matches(analyzer, text, text.len())
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
    node: Node,
}

enum Node {
    Words(Bag),
    Phrase(Vec<String>),
    All(Vec<Node>),
    Rank { must: Box<Node>, should: Box<Node> },
}

/// Bare words as they are searched.
pub(crate) struct Bag {
    /// Each word's terms of all forms, alternatives of one another; stop words left out unless the query
    /// holds nothing else.
    pub(crate) words: Vec<Vec<String>>,
    /// The exact terms of the whole query in order, if it has several words.
    pub(crate) sequence: Vec<String>,
    /// The first term of all forms of each word that has one, with its position.
    pub(crate) forms_sequence: Vec<(usize, String)>,
}

impl Bag {
    pub(crate) fn new(text: &str, analyzer: &Analyzer) -> Self {
        let tokens = analyzer.query_tokens(text);
        let only_stop_words = tokens.iter().all(|t| t.stop_word);
        let searched = tokens.iter().filter(|t| only_stop_words || !t.stop_word);
        let mut words: Vec<Vec<String>> = Vec::new();
        for token in searched {
            let terms: Vec<String> = token.forms.iter().map(|form| form.term.clone()).collect();
            if !terms.is_empty() && !words.contains(&terms) {
                words.push(terms);
            }
        }
        // In free words l’équité asks for équité: the article before the first word is no part of it.
        let first = tokens.iter().position(|t| !t.elided).unwrap_or(0);
        let mut sequence = exact_terms(&tokens[first.min(tokens.len())..]);
        if sequence.len() < 2 {
            sequence.clear();
        }
        let first_form =
            |token: Token| Some((token.position, token.forms.into_iter().next()?.term));
        let forms_sequence = tokens.into_iter().filter_map(first_form).collect();
        Bag { words, sequence, forms_sequence }
    }
}

/// The exact terms of a phrase, one a word; a symbol that was typed counts.
pub(crate) fn exact_terms(tokens: &[Token]) -> Vec<String> {
    tokens.iter().map(|t| t.symbol.clone().unwrap_or_else(|| t.exact.clone())).collect()
}

impl Matcher {
    pub(crate) fn new(query: &Query, analyzer: &Analyzer) -> Self {
        Matcher { node: Node::new(query, analyzer) }
    }

    /// The matching bytes of a text, sorted, overlaps joined. Words stand, and phrases begin, before
    /// `end`; a phrase may run on after it.
    pub(crate) fn matches(&self, analyzer: &Analyzer, text: &str, end: usize) -> Vec<Range<usize>> {
        let terms = if self.node.asks_for_forms() { Terms::Both } else { Terms::Exact };
        let tokens = &analyzer.tokens_with(text, terms);
        let inside = tokens.partition_point(|token| token.offsets.start < end);
        joined(self.node.matches(tokens, inside))
    }

    /// The most words of a phrase of the query: how far beyond a passage one may run.
    pub(crate) fn longest_phrase(&self) -> usize {
        self.node.longest_phrase()
    }
}

impl Node {
    fn new(query: &Query, analyzer: &Analyzer) -> Self {
        match query {
            Query::Words(text) => Node::Words(Bag::new(text, analyzer)),
            Query::Phrase(text) => Node::Phrase(exact_terms(&analyzer.phrase_tokens(text))),
            Query::All(queries) => {
                Node::All(queries.iter().map(|query| Node::new(query, analyzer)).collect())
            }
            Query::Rank { must, should } => Node::Rank {
                must: Box::new(Node::new(must, analyzer)),
                should: Box::new(Node::new(should, analyzer)),
            },
        }
    }

    fn asks_for_forms(&self) -> bool {
        match self {
            Node::Words(_) => true,
            Node::Phrase(_) => false,
            Node::All(nodes) => nodes.iter().any(Node::asks_for_forms),
            Node::Rank { must, should } => must.asks_for_forms() || should.asks_for_forms(),
        }
    }

    fn longest_phrase(&self) -> usize {
        match self {
            Node::Words(_) => 0,
            Node::Phrase(terms) => terms.len(),
            Node::All(nodes) => nodes.iter().map(Node::longest_phrase).max().unwrap_or(0),
            Node::Rank { must, should } => must.longest_phrase().max(should.longest_phrase()),
        }
    }

    /// The matches that begin with one of the first `inside` tokens.
    fn matches(&self, tokens: &[Token], inside: usize) -> Vec<Range<usize>> {
        match self {
            Node::Words(bag) => bag_matches(bag, &tokens[..inside]),
            Node::Phrase(terms) => {
                let reach = tokens.len().min(inside + terms.len().saturating_sub(1));
                phrase_matches(terms, &tokens[..reach])
            }
            Node::All(nodes) => {
                let each: Vec<_> = nodes.iter().map(|node| node.matches(tokens, inside)).collect();
                let failed = each.iter().any(Vec::is_empty);
                if failed { Vec::new() } else { each.concat() }
            }
            Node::Rank { must, should } => {
                let mut found = must.matches(tokens, inside);
                if !found.is_empty() {
                    found.extend(should.matches(tokens, inside));
                }
                found
            }
        }
    }
}

fn bag_matches(bag: &Bag, tokens: &[Token]) -> Vec<Range<usize>> {
    let asked = |term: &String| bag.words.iter().any(|terms| terms.contains(term));
    let forms = tokens.iter().flat_map(|token| &token.forms);
    let mut found: Vec<_> = forms.filter(|f| asked(&f.term)).map(|f| f.offsets.clone()).collect();
    found.extend(phrase_matches(&bag.sequence, tokens));
    found
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
            ("de la", "de la mer, de là", &["de la", "de là"]),
        ];
        for (query, text, expected) in table {
            assert_eq!(lit(query, text), *expected, "{query} / {text}");
        }
    }
}
