//! The texts of the articles as streams of tokens, and where each term stands in them.

use std::collections::HashMap;

use depeche::{Analyzer, Article, Token, paragraph_starts, passages, sentence_starts};

/// A run of positions: the first, and the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A title or a body.
pub(super) struct Text {
    /// Their places in the list are their positions, their bytes those of the whole text.
    pub(super) tokens: Vec<Token>,
    /// The position where each passage begins; a title has none.
    pub(super) passages: Vec<usize>,
    /// The positions where sentences begin.
    pub(super) sentences: Vec<usize>,
    /// The positions where paragraphs begin.
    pub(super) paragraphs: Vec<usize>,
}

/// The title of an article (empty where it has none) and its body.
pub(super) fn read(article: &Article, analyzer: &Analyzer) -> [Text; 2] {
    [title(article.title.as_deref().unwrap_or(""), analyzer), body(&article.body, analyzer)]
}

fn title(title: &str, analyzer: &Analyzer) -> Text {
    Text {
        tokens: analyzer.tokens(title),
        passages: Vec::new(),
        sentences: Vec::new(),
        paragraphs: Vec::new(),
    }
}

fn body(body: &str, analyzer: &Analyzer) -> Text {
    let (mut tokens, mut starts) = (Vec::new(), Vec::new());
    for passage in passages(body) {
        starts.push(tokens.len());
        for mut token in analyzer.tokens(&body[passage.clone()]) {
            token.offsets = token.offsets.start + passage.start..token.offsets.end + passage.start;
            token.position = tokens.len();
            tokens.push(token);
        }
    }
    let first_at = |byte: usize| tokens.partition_point(|token: &Token| token.offsets.start < byte);
    let sentences = sentence_starts(body).into_iter().map(first_at).collect();
    let paragraphs = paragraph_starts(body).into_iter().map(first_at).collect();
    Text { tokens, passages: starts, sentences, paragraphs }
}

impl Text {
    /// In which passage a position is; None in a title.
    pub(super) fn passage(&self, position: usize) -> Option<usize> {
        self.passages.iter().rposition(|&start| start <= position)
    }

    /// The bytes from the first token of a span to the last.
    pub(super) fn bytes(&self, span: Span) -> (usize, usize) {
        (self.tokens[span.start].offsets.start, self.tokens[span.end - 1].offsets.end)
    }

    /// Bytes without the signs at their ends; signs alone (`%`, `€`) become the number that they belong to.
    pub(super) fn without_signs(
        &self,
        source: &str,
        (start, end): (usize, usize),
    ) -> (usize, usize) {
        let Some(bytes) = source.get(start..end) else { return (start, end) };
        let sign = |c: char| !c.is_alphanumeric();
        let (left, right) = (bytes.trim_start_matches(sign), bytes.trim_end_matches(sign));
        if left.is_empty() {
            return self.number_beside(source, (start, end));
        }
        (end - left.len(), start + right.len())
    }

    fn number_beside(&self, source: &str, (start, end): (usize, usize)) -> (usize, usize) {
        let before = self.tokens.iter().rfind(|token| token.offsets.end <= start);
        let after = self.tokens.iter().find(|token| token.offsets.start >= end);
        let touches = |token: &&Token| {
            let (from, to) = (token.offsets.end.min(end), token.offsets.start.max(start));
            source[from..to].chars().all(char::is_whitespace)
                && source[token.offsets.clone()].starts_with(|c: char| c.is_ascii_digit())
        };
        let number = before.filter(touches).or(after.filter(touches));
        number.map_or((start, end), |token| (token.offsets.start, token.offsets.end))
    }
}

/// Where a term stands: the number of the text, and its positions there.
pub(super) type Places = Vec<(usize, Span)>;

/// Where each term stands.
#[derive(Default)]
pub(super) struct Index {
    /// Folded words.
    pub(super) words: HashMap<String, Places>,
    /// Folded words with their symbols: `c++`.
    pub(super) symbols: HashMap<String, Places>,
    /// Terms of all forms.
    pub(super) forms: HashMap<String, Places>,
    /// The folded words, letter by letter.
    pub(super) letters: Vec<(String, Vec<char>)>,
}

impl Index {
    pub(super) fn new(texts: &[Text]) -> Self {
        let mut index = Self::default();
        for (number, text) in texts.iter().enumerate() {
            for (position, token) in text.tokens.iter().enumerate() {
                index.add(number, position, token);
            }
        }
        index.letters =
            index.words.keys().map(|word| (word.clone(), word.chars().collect())).collect();
        index.letters.sort();
        index
    }

    fn add(&mut self, text: usize, start: usize, token: &Token) {
        let place = (text, Span { start, end: start + 1 });
        self.words.entry(token.exact.clone()).or_default().push(place);
        if let Some(symbol) = &token.symbol {
            self.symbols.entry(symbol.clone()).or_default().push(place);
        }
        for form in &token.forms {
            let place = (text, Span { start, end: start + form.words });
            self.forms.entry(form.term.clone()).or_default().push(place);
        }
    }
}
