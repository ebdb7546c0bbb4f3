//! The analyzer as tantivy calls it: one tokenizer a field, the same positions in both.
//!
//! tantivy asks for the exact words of a text, then, on the same thread, for all forms of the same text. It is
//! analysed once: the forms wait until they are asked for.

use std::cell::RefCell;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::backlog::Backlog;
use crate::analysis::{Analyzer, Terms};

#[derive(Clone)]
pub(crate) struct FieldTokenizer {
    analyzer: Analyzer,
    field: TextField,
    /// Whether the first and the last word are marked.
    with_edges: bool,
    /// Told of what was read.
    backlog: Option<Backlog>,
    buffer: Buffer,
}

/// What a field holds of its text.
#[derive(Clone, Copy)]
pub(crate) enum TextField {
    /// Exact words; a field of all forms of the same text is read next.
    Exact,
    /// Exact words alone.
    ExactAlone,
    Forms,
}

impl FieldTokenizer {
    pub(crate) fn new(analyzer: &Analyzer, field: TextField) -> Self {
        let (analyzer, buffer) = (analyzer.clone(), Buffer::default());
        FieldTokenizer { analyzer, field, with_edges: false, backlog: None, buffer }
    }

    /// For texts that run on from one to the next.
    pub(crate) fn of_passages(analyzer: &Analyzer, field: TextField) -> Self {
        FieldTokenizer { with_edges: true, ..FieldTokenizer::new(analyzer, field) }
    }

    pub(super) fn telling(self, backlog: &Backlog) -> Self {
        FieldTokenizer { backlog: Some(backlog.clone()), ..self }
    }

    /// Reads the exact words, and the forms with them.
    fn read_both(&mut self, text: &str, forms: &mut WaitingForms) {
        forms.begin(text, &self.analyzer);
        let (exact, forms) = (&mut self.buffer, &mut forms.terms);
        self.analyzer.visit(text, Terms::Both, |token| {
            token.exact().for_each(|term| exact.push_word(token.position(), term, 1));
            token.each_form(|term, _, words| forms.push_form(token.position(), term, words));
        });
    }

    /// Takes the forms that wait, or reads them.
    fn take_forms(&mut self, text: &str, waiting: &mut WaitingForms) {
        if waiting.are_of(text, &self.analyzer) {
            std::mem::swap(&mut self.buffer, &mut waiting.terms);
            waiting.of = None;
            return;
        }
        let buffer = &mut self.buffer;
        self.analyzer.visit(text, Terms::Forms, |token| {
            token.each_form(|term, _, words| buffer.push_form(token.position(), term, words));
        });
    }
}

impl Tokenizer for FieldTokenizer {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        self.buffer.clear();
        match self.field {
            TextField::Exact => FORMS.with_borrow_mut(|forms| self.read_both(text, forms)),
            TextField::Forms => FORMS.with_borrow_mut(|forms| self.take_forms(text, forms)),
            TextField::ExactAlone => self.analyzer.visit(text, Terms::Exact, |token| {
                token.exact().for_each(|term| self.buffer.push_word(token.position(), term, 1));
            }),
        }
        if self.with_edges {
            self.buffer.mark_edges();
        }
        if let Some(backlog) = &self.backlog {
            backlog.done(text.len());
        }
        Stream { buffer: &self.buffer, at: 0, token: Token::default() }
    }
}

thread_local! {
    static FORMS: RefCell<WaitingForms> = RefCell::default();
}

/// The forms of the text whose exact words were read last.
#[derive(Default)]
struct WaitingForms {
    text: String,
    /// Whose rules they follow; none once they are taken.
    of: Option<Analyzer>,
    terms: Buffer,
}

impl WaitingForms {
    fn begin(&mut self, text: &str, analyzer: &Analyzer) {
        self.text.clear();
        self.text.push_str(text);
        self.of = Some(analyzer.clone());
        self.terms.clear();
    }

    fn are_of(&self, text: &str, analyzer: &Analyzer) -> bool {
        self.of.as_ref().is_some_and(|of| of.has_rules_of(analyzer)) && self.text == text
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

    /// A term of all forms.
    fn push_form(&mut self, position: usize, term: &str, words: usize) {
        self.push_word(position, term, words);
        if words > 1 {
            self.push(position, &wide_term(term, words));
        }
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
