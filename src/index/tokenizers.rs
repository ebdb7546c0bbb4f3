//! The analyzer as tantivy calls it: one tokenizer a field, the same positions in both.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::analysis::{Analyzer, Terms};

#[derive(Clone)]
pub(crate) struct FieldTokenizer {
    analyzer: Analyzer,
    terms: Terms,
    buffer: Buffer,
}

impl FieldTokenizer {
    pub(crate) fn new(analyzer: &Analyzer, terms: Terms) -> Self {
        FieldTokenizer { analyzer: analyzer.clone(), terms, buffer: Buffer::default() }
    }
}

impl Tokenizer for FieldTokenizer {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        let FieldTokenizer { analyzer, terms, buffer } = self;
        buffer.clear();
        let terms = *terms;
        analyzer.visit(text, terms, |token| {
            let position = token.position();
            if terms != Terms::Forms {
                token.exact().for_each(|term| buffer.push(position, term));
            }
            token.each_form(|term, _, _| buffer.push(position, term));
        });
        Stream { buffer, at: 0, token: Token::default() }
    }
}

/// The terms of one text, kept between texts so that none is allocated.
#[derive(Clone, Default)]
struct Buffer {
    text: String,
    /// Position, and where the term ends in `text`.
    terms: Vec<(usize, usize)>,
}

impl Buffer {
    fn clear(&mut self) {
        self.text.clear();
        self.terms.clear();
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
