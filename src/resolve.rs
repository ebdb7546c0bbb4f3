//! A query read by the analysis: the terms that it asks the index for. Searching and highlighting both
//! follow it, so that what is lit is what was found.

use crate::analysis::{Analyzer, Asked, Token, Vocabulary};
use crate::query::Query;

/// A query whose words have become terms.
#[derive(Clone, Debug)]
pub(crate) enum Resolved {
    Words(Bag),
    Phrase(Phrase),
    All(Vec<Resolved>),
    Rank { must: Box<Resolved>, should: Box<Resolved> },
}

/// Bare words as they are searched.
#[derive(Clone, Debug)]
pub(crate) struct Bag {
    /// The words, without stop words unless the query holds nothing else.
    pub(crate) words: Vec<BagWord>,
    /// The stop words left out, as typed.
    pub(crate) stop_words: Vec<String>,
    /// The exact terms of the whole query in order, if it has several words.
    pub(crate) sequence: Vec<String>,
    /// The first term of all forms of each word that has one, with its position.
    pub(crate) forms_sequence: Vec<(usize, String)>,
}

/// A bare word.
#[derive(Clone, Debug)]
pub(crate) struct BagWord {
    /// As it was typed.
    pub(crate) typed: String,
    /// Its terms of all forms, alternatives of one another, the likely ones first; at least one.
    pub(crate) terms: Vec<Asked>,
}

/// Words that must follow one another.
#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    /// Exact terms, one a word; a symbol that was typed counts.
    pub(crate) terms: Vec<String>,
    /// The folded words, without symbols.
    pub(crate) folded: Vec<String>,
}

impl Resolved {
    pub(crate) fn new(query: &Query, analyzer: &Analyzer, vocabulary: &dyn Vocabulary) -> Self {
        let resolved = |query: &Query| Resolved::new(query, analyzer, vocabulary);
        match query {
            Query::Words(text) => Resolved::Words(Bag::new(text, analyzer, vocabulary)),
            Query::Phrase(text) => Resolved::Phrase(Phrase::new(analyzer.phrase_tokens(text))),
            Query::All(queries) => Resolved::All(queries.iter().map(resolved).collect()),
            Query::Rank { must, should } => Resolved::Rank {
                must: Box::new(resolved(must)),
                should: Box::new(resolved(should)),
            },
        }
    }
}

impl Bag {
    fn new(text: &str, analyzer: &Analyzer, vocabulary: &dyn Vocabulary) -> Self {
        let tokens = analyzer.query_tokens_in(text, vocabulary);
        let only_stop_words = tokens.iter().all(|t| t.stop_word);
        let searched = tokens.iter().filter(|t| only_stop_words || !t.stop_word);
        let mut words: Vec<BagWord> = Vec::new();
        for token in searched {
            let Some(form) = token.forms.first() else { continue };
            let terms: Vec<Asked> = token.forms.iter().map(Asked::from).collect();
            if words.iter().all(|word| word.terms != terms) {
                words.push(BagWord { typed: text[form.offsets.clone()].to_owned(), terms });
            }
        }
        let left_out = |t: &&Token| !only_stop_words && t.stop_word && !t.forms.is_empty();
        let typed = |token: &Token| text[token.offsets.clone()].to_owned();
        let stop_words = tokens.iter().filter(left_out).map(typed).collect();
        // In free words l’équité asks for équité: the article before the first word is no part of it.
        let first = tokens.iter().position(|t| !t.clitic).unwrap_or(0);
        let mut sequence = exact_terms(&tokens[first.min(tokens.len())..]);
        if sequence.len() < 2 {
            sequence.clear();
        }
        let first_form =
            |token: Token| Some((token.position, token.forms.into_iter().next()?.term));
        let forms_sequence = tokens.into_iter().filter_map(first_form).collect();
        Bag { words, stop_words, sequence, forms_sequence }
    }
}

impl Phrase {
    fn new(tokens: Vec<Token>) -> Self {
        let terms = exact_terms(&tokens);
        Phrase { terms, folded: tokens.into_iter().map(|token| token.exact).collect() }
    }
}

fn exact_terms(tokens: &[Token]) -> Vec<String> {
    tokens.iter().map(|t| t.symbol.clone().unwrap_or_else(|| t.exact.clone())).collect()
}
