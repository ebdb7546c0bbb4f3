//! The analyzer as tantivy calls it: one tokenizer a field, the same positions in both.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::analysis::{Analyzer, Terms};

#[derive(Clone)]
pub(crate) struct FieldTokenizer {
    analyzer: Analyzer,
    terms: Terms,
    /// Whether the first and the last word are marked.
    with_edges: bool,
    buffer: Buffer,
}

impl FieldTokenizer {
    pub(crate) fn new(analyzer: &Analyzer, terms: Terms) -> Self {
        let (analyzer, buffer) = (analyzer.clone(), Buffer::default());
        FieldTokenizer { analyzer, terms, with_edges: false, buffer }
    }

    /// For texts that run on from one to the next.
    pub(crate) fn of_passages(analyzer: &Analyzer, terms: Terms) -> Self {
        FieldTokenizer { with_edges: true, ..FieldTokenizer::new(analyzer, terms) }
    }
}

impl Tokenizer for FieldTokenizer {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        let FieldTokenizer { analyzer, terms, with_edges, buffer } = self;
        buffer.clear();
        let terms = *terms;
        analyzer.visit(text, terms, |token| {
            let position = token.position();
            if terms != Terms::Forms {
                token.exact().for_each(|term| buffer.push_word(position, term, 1));
            }
            token.each_form(|term, _, words| {
                buffer.push_word(position, term, words);
                if words > 1 {
                    buffer.push(position, &wide_term(term, words));
                }
            });
        });
        if *with_edges {
            buffer.mark_edges();
        }
        Stream { buffer, at: 0, token: Token::default() }
    }
}

/// The term that stands beside one that covers several words, and tells how many.
fn wide_term(term: &str, words: usize) -> String {
    format!("{term}{WIDE}{words}")
}

/// Parts a term from its number of words: no word holds it.
pub(crate) const WIDE: char = '>';

/// Marks the terms of a passage's first and last words, by which phrases are found that run on from one
/// passage into the next.
pub(crate) const FIRST: char = '<';
pub(crate) const LAST: char = '>';

/// Reads the field `bounds`: terms, each with its position.
#[derive(Clone, Default)]
pub(crate) struct BoundsTokenizer(Buffer);

impl Tokenizer for BoundsTokenizer {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        let buffer = &mut self.0;
        buffer.clear();
        for bound in text.split_ascii_whitespace() {
            let (term, position) = bound.split_at(1);
            buffer.push(position.parse().unwrap_or_default(), term);
        }
        Stream { buffer, at: 0, token: Token::default() }
    }
}

/// The terms of one text, kept between texts so that none is allocated.
#[derive(Clone, Default)]
struct Buffer {
    text: String,
    /// Position, and where the term ends in `text`.
    terms: Vec<(usize, usize)>,
    /// The terms, by number, of words that nothing precedes, and of those that no other ends after.
    first: Vec<usize>,
    last: Vec<usize>,
    /// The position after the last word.
    end: usize,
}

impl Buffer {
    fn clear(&mut self) {
        self.text.clear();
        self.terms.clear();
        self.first.clear();
        self.last.clear();
        self.end = 0;
    }

    /// A term that covers so many words.
    fn push_word(&mut self, position: usize, term: &str, words: usize) {
        let end = position + words;
        if position == 0 {
            self.first.push(self.terms.len());
        }
        if end > self.end {
            self.last.clear();
            self.end = end;
        }
        if end == self.end {
            self.last.push(self.terms.len());
        }
        self.push(position, term);
    }

    /// Adds the terms of the first and the last words once more, marked.
    fn mark_edges(&mut self) {
        let first = self.first.iter().map(|&term| (FIRST, term));
        let edges: Vec<_> = first.chain(self.last.iter().map(|&term| (LAST, term))).collect();
        for (mark, term) in edges {
            let (position, end) = self.terms[term];
            let start = term.checked_sub(1).map_or(0, |before| self.terms[before].1);
            self.text.push(mark);
            self.text.extend_from_within(start..end);
            self.terms.push((position, self.text.len()));
        }
    }

    fn push(&mut self, position: usize, term: &str) {
        self.text.push_str(term);
        self.terms.push((position, self.text.len()));
    }
}

pub(crate) struct Stream<'a> {
    buffer: &'a Buffer,
    at: usize,
    token: Token,
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some(&(position, end)) = self.buffer.terms.get(self.at) else { return false };
        let start = self.at.checked_sub(1).map_or(0, |before| self.buffer.terms[before].1);
        self.token.text.clear();
        self.token.text.push_str(&self.buffer.text[start..end]);
        self.token.position = position;
        self.at += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
