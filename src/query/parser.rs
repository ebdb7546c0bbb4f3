//! Tokens to [`Query`]: one function for each rule of the grammar, tightest last.
//!
//! ```text
//! query    := and { OU and }
//! and      := not { [ET] SAUF not | ET not }
//! not      := SAUF not | sequence
//! sequence := near { near }
//! near     := atom { (PRES/… | AVANT/…) atom }
//! atom     := [ + | - ] unit
//! unit     := word | quotation | ( query ) | field value
//! ```

use std::ops::Range;

use super::chars::{has_word, is_letter, is_one_word, single_quotes};
use super::error::excerpt;
use super::fields::Field;
use super::lexer::{Spanned, Token, range, tokens};
use super::meaning::{self, Node, and, depth, outermost, push_and, push_or, required};
use super::operators::{Operator, foreign_between, is_range};
use super::quotation::{Quotation, phrase, value};
use super::{Expected, MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_BYTES, ParseError, Phrase, Query};

/// A query prints as text of at most so many times its length.
const MOST_GROWTH: usize = 8;

pub(super) type Result<T> = std::result::Result<T, ParseError>;

/// Reads a query.
///
/// # Errors
/// Says where the text cannot be read and what was expected there; nothing is guessed.
///
/// ```
/// use depeche::{Query, parse};
/// assert_eq!(parse("médaille d'or"), Ok(Query::Words("médaille d'or".into())));
/// assert_eq!(parse("\"premier").unwrap_err().span, 0..1);
/// ```
pub fn parse(text: &str) -> Result<Query> {
    if text.len() > MAX_QUERY_BYTES {
        let span = text.floor_char_boundary(MAX_QUERY_BYTES)..text.len();
        return Err(ParseError::new(Expected::ShorterQuery, span));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser {
        text,
        tokens: &tokens,
        at: 0,
        depth: 0,
        clauses: 0,
        in_title: false,
        items: Vec::new(),
    };
    if tokens.is_empty() {
        return Err(ParseError::new(Expected::Word, 0..text.len()));
    }
    let query = outermost(parser.or()?);
    if let Some((_, span)) = tokens.get(parser.at) {
        return Err(ParseError::new(Expected::OpeningBracket, span.clone()));
    }
    fits(&query, text)?;
    Ok(query)
}

/// Whether the query prints as text that can be read again.
fn fits(query: &Query, text: &str) -> Result<()> {
    if depth(query) > MAX_DEPTH {
        return Err(ParseError::new(Expected::FewerBrackets, 0..text.len()));
    }
    if text.len() > MAX_QUERY_BYTES / MOST_GROWTH && query.to_string().len() > MAX_QUERY_BYTES {
        return Err(ParseError::new(Expected::ShorterQuery, 0..text.len()));
    }
    Ok(())
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Spanned],
    pub(super) at: usize,
    /// Brackets and prefix `SAUF` around the cursor.
    depth: usize,
    clauses: usize,
    in_title: bool,
    /// The tokens that the items of the last sequence begin at, and the one after it.
    items: Vec<usize>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    pub(super) fn operator(&self) -> Option<Operator> {
        match self.peek() {
            Some(Token::Operator(operator)) => Some(*operator),
            _ => None,
        }
    }

    fn eats(&mut self, operator: Operator) -> bool {
        let is_next = self.operator() == Some(operator);
        self.at += usize::from(is_next);
        is_next
    }

    /// The bytes of token `i`; the end of the text after the last.
    pub(super) fn span(&self, i: usize) -> Range<usize> {
        self.tokens.get(i).map_or(self.text.len()..self.text.len(), |(_, span)| span.clone())
    }

    /// The bytes of the tokens from `from` to the cursor.
    pub(super) fn since(&self, from: usize) -> Range<usize> {
        self.span(from).start..self.span(self.at.max(from + 1) - 1).end
    }

    pub(super) fn quoted(&self, span: Range<usize>) -> String {
        excerpt(&self.text[span])
    }

    fn or(&mut self) -> Result<Node> {
        let first = self.and()?;
        if self.operator() != Some(Operator::Or) {
            return Ok(first);
        }
        let mut queries = Vec::new();
        push_or(&mut queries, required(first));
        while self.eats(Operator::Or) {
            push_or(&mut queries, required(self.and()?));
        }
        Ok(Node::Built(Query::Or(queries)))
    }

    fn and(&mut self) -> Result<Node> {
        let first = self.not()?;
        if !matches!(self.operator(), Some(Operator::And | Operator::Not)) {
            return Ok(first);
        }
        let mut queries = Vec::new();
        push_and(&mut queries, required(first));
        loop {
            let is_and = self.eats(Operator::And);
            let from = self.at;
            if self.eats(Operator::Not) {
                let operand = self.not()?;
                queries.push(self.excluded(operand, from)?);
            } else if is_and {
                push_and(&mut queries, required(self.not()?));
            } else {
                return Ok(Node::Built(and(queries)));
            }
        }
    }

    fn not(&mut self) -> Result<Node> {
        let from = self.at;
        if !self.eats(Operator::Not) {
            return self.sequence();
        }
        self.deeper(from)?;
        let operand = self.not()?;
        self.depth -= 1;
        Ok(Node::Built(self.excluded(operand, from)?))
    }

    fn deeper(&mut self, token: usize) -> Result<()> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(ParseError::new(Expected::FewerBrackets, self.span(token)))
    }

    /// What `SAUF` or `-` at token `from` excludes.
    fn excluded(&self, operand: Node, from: usize) -> Result<Query> {
        let query = required(operand);
        if let Query::AllWords(words) = &query
            && !is_one_word(words)
        {
            let is_sign = matches!(self.tokens[from].0, Token::Sign { .. });
            return Err(one_excluded(self.text, self.since(from), words, is_sign));
        }
        if let (Token::Operator(_), [first, second, .., _]) = (&self.tokens[from].0, &*self.items)
            && !matches!(query, Query::AllWords(_))
        {
            let text = |from: usize, to: usize| &self.text[self.span(from).start..to];
            let end = self.since(from).end;
            let one = text(*first, self.span(second - 1).end);
            let expected = Expected::OneExcluded {
                found: self.quoted(self.since(from)),
                either: excerpt(&format!("SAUF ({})", text(*first, end))),
                quoted: excerpt(&format!("SAUF {one} ET {}", text(*second, end))),
            };
            return Err(ParseError::new(expected, self.since(from)));
        }
        Ok(Query::Not(Box::new(query)))
    }

    fn sequence(&mut self) -> Result<Node> {
        let first = self.at;
        let (mut items, mut starts) = (Vec::new(), Vec::new());
        while items.is_empty() || self.begins_item() {
            starts.push(self.at);
            items.push(self.near()?);
        }
        starts.push(self.at);
        self.none_beside_near(&starts)?;
        self.items = starts;
        let node = meaning::sequence(items);
        if node.words_follow(is_range) {
            let span = self.since(first);
            let start = self.tokens[first..self.at].iter().find_map(|(token, span)| match token {
                Token::Word(word) if word.starts_with(['[', '{']) => Some(span.start),
                _ => None,
            });
            let text = &self.text[start.unwrap_or(span.start)..];
            return Err(ParseError::new(range(text, &self.text[span.clone()]), span));
        }
        self.none_elsewhere(&node, first)?;
        Ok(node)
    }

    /// Refuses bare words side by side that other engines read otherwise. What is refused depends on the
    /// bare words and their order, and on whether there is anything else, which printing keeps.
    fn none_elsewhere(&self, node: &Node, first: usize) -> Result<()> {
        let (words, is_all) = node.bare();
        let last = words.len().saturating_sub(1);
        let place = |word: &str| {
            let mut tokens = self.tokens[first..self.at].iter();
            let found = tokens.find(|(token, _)| matches!(token, Token::Word(w) if w == word));
            found.map_or_else(|| self.since(first), |(_, span)| span.clone())
        };
        if words.first() == Some(&"NON") {
            let expected =
                Expected::Operator { found: "NON".to_owned(), instead: "SAUF".to_owned() };
            return Err(ParseError::new(expected, place("NON")));
        }
        let mut before = "";
        for (i, word) in words.iter().enumerate() {
            let is_between = !is_all || i > 0 && i < last;
            if let Some(expected) = foreign_between(word, before).filter(|_| is_between) {
                return Err(ParseError::new(expected, place(word)));
            }
            before = word;
        }
        let Some((from, to)) = single_quotes(&words) else { return Ok(()) };
        let (open, close) = (place(words[from]), place(words[to]));
        let span = open.start..close.end.max(open.end);
        Err(double_quotes(&words[from..=to], span))
    }

    fn begins_item(&self) -> bool {
        !matches!(self.peek(), None | Some(Token::Close | Token::Operator(_)))
    }

    pub(super) fn atom(&mut self) -> Result<Node> {
        let from = self.at;
        let Some(Token::Sign { excludes }) = self.peek() else { return self.unit() };
        self.at += 1;
        let unit = self.unit()?;
        Ok(Node::Built(if *excludes { self.excluded(unit, from)? } else { required(unit) }))
    }

    fn unit(&mut self) -> Result<Node> {
        let from = self.at;
        let Some(token) = self.peek() else { return Err(self.missing()) };
        match token {
            Token::Word(word) => {
                self.at += 1;
                self.clause(from)?;
                Ok(Node::Word(word.clone()))
            }
            Token::Open => self.bracket(),
            Token::Field(field) => self.field(*field),
            Token::Piece(_) | Token::Quotation(_) | Token::Dates(_) => {
                self.at += 1;
                self.clause(from)?;
                Ok(Node::Built(self.leaf(token, from)?))
            }
            Token::Close | Token::Operator(_) | Token::Sign { .. } => Err(self.missing()),
        }
    }

    fn leaf(&self, token: &Token, at: usize) -> Result<Query> {
        Ok(match token {
            Token::Quotation(quotation) => Query::Phrase(phrase(self.text, quotation)?),
            Token::Piece(piece) => {
                Query::Phrase(Phrase { pieces: vec![piece.clone()], slop: None })
            }
            Token::Dates(dates) if !self.in_title => dates.clone(),
            _ => return Err(self.not_in_title(at)),
        })
    }

    fn not_in_title(&self, at: usize) -> ParseError {
        let span = self.span(at);
        ParseError::new(Expected::TitleContent(self.quoted(span.clone())), span)
    }

    fn clause(&mut self, token: usize) -> Result<()> {
        self.clauses += 1;
        if self.clauses <= MAX_CLAUSES {
            return Ok(());
        }
        Err(ParseError::new(Expected::FewerClauses, self.span(token).start..self.text.len()))
    }

    fn bracket(&mut self) -> Result<Node> {
        let open = self.at;
        self.deeper(open)?;
        self.at += 1;
        let node = self.or()?;
        if self.peek().is_none() {
            return Err(ParseError::new(Expected::ClosingBracket, self.span(open)));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(node)
    }

    fn field(&mut self, field: Field) -> Result<Node> {
        let name = self.at;
        if self.in_title {
            return Err(self.not_in_title(name));
        }
        self.at += 1;
        let is_value = matches!(
            self.peek(),
            Some(Token::Word(_) | Token::Piece(_) | Token::Quotation(_) | Token::Open)
        );
        if !is_value || self.span(self.at).start != self.span(name).end {
            let expected = Expected::FieldValue(self.quoted(self.span(name)));
            return Err(ParseError::new(expected, self.span(name)));
        }
        self.none_in_single_quotes()?;
        if field != Field::Title {
            return Ok(Node::Built(self.names(field, name)?));
        }
        self.in_title = true;
        let value = required(self.unit()?);
        self.in_title = false;
        Ok(Node::Built(Query::Title(Box::new(value))))
    }

    /// Refuses a value of several words in single quotation marks at the cursor.
    fn none_in_single_quotes(&self) -> Result<()> {
        let words = self.tokens[self.at..].iter().map_while(|(token, _)| match token {
            Token::Word(word) => Some(word.as_str()),
            _ => None,
        });
        let words: Vec<&str> = words.collect();
        match single_quotes(&words) {
            Some((0, to)) => {
                let span = self.span(self.at).start..self.span(self.at + to).end;
                Err(double_quotes(&words[..=to], span))
            }
            _ => Ok(()),
        }
    }

    /// The value of `source:` or `auteur:`: a name, or several in brackets.
    fn names(&mut self, field: Field, name: usize) -> Result<Query> {
        let open = self.at;
        if !matches!(self.peek(), Some(Token::Open)) {
            return self.name(field, name);
        }
        self.at += 1;
        let mut names = vec![self.name(field, name)?];
        while self.eats(Operator::Or) {
            names.push(self.name(field, name)?);
        }
        match self.peek() {
            Some(Token::Close) => self.at += 1,
            None => return Err(ParseError::new(Expected::ClosingBracket, self.span(open))),
            Some(_) => return Err(self.no_name(name)),
        }
        if names.len() > 1 {
            return Ok(Query::Or(names));
        }
        Ok(meaning::and(names))
    }

    fn name(&mut self, field: Field, name: usize) -> Result<Query> {
        let at = self.at;
        let span = match self.peek() {
            Some(Token::Word(_)) => self.span(at),
            Some(Token::Quotation(Quotation { inner, mark: None, slop: None })) => inner.clone(),
            _ => return Err(self.no_name(name)),
        };
        let text = value(self.text, span)?;
        let is_bare = matches!(self.peek(), Some(Token::Word(_)));
        self.at += 1;
        // source:Le Monde would be the source “Le” and a word.
        if is_bare && self.is_capital_word() {
            return Err(self.no_name(name));
        }
        self.clause(at)?;
        Ok(if field == Field::Source { Query::Source(text) } else { Query::Author(text) })
    }

    fn is_capital_word(&self) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word.starts_with(char::is_uppercase))
    }

    fn no_name(&self, name: usize) -> ParseError {
        let (field, value) = (self.span(name), self.span(self.at));
        ParseError::new(Expected::PlainValue(self.quoted(field.clone())), field.start..value.end)
    }

    /// Nothing where something is expected: the operator or bracket to blame.
    fn missing(&self) -> ParseError {
        let blame = |expected: fn(String) -> Expected, i: usize| {
            ParseError::new(expected(self.quoted(self.span(i))), self.span(i))
        };
        let before = self.at.checked_sub(1);
        match (before.map(|i| (i, &self.tokens[i].0)), self.peek()) {
            (Some((i, Token::Operator(_) | Token::Sign { .. })), _) => {
                blame(Expected::RightOperand, i)
            }
            (_, Some(Token::Operator(_) | Token::Sign { .. })) => {
                blame(Expected::LeftOperand, self.at)
            }
            (Some((i, Token::Open)), Some(Token::Close)) => ParseError::new(
                Expected::BracketContent,
                self.span(i).start..self.span(self.at).end,
            ),
            (Some((i, Token::Open)), None) => {
                ParseError::new(Expected::ClosingBracket, self.span(i))
            }
            (_, Some(_)) => ParseError::new(Expected::OpeningBracket, self.span(self.at)),
            (_, None) => ParseError::new(Expected::Word, 0..self.text.len()),
        }
    }
}

fn double_quotes(words: &[&str], span: Range<usize>) -> ParseError {
    let found = words.join(" ");
    let instead = excerpt(found.trim_matches(|c| !is_letter(c)));
    ParseError::new(Expected::DoubleQuotes { found: excerpt(&found), instead }, span)
}

fn one_excluded(text: &str, span: Range<usize>, words: &str, is_sign: bool) -> ParseError {
    let operator = if is_sign { "-" } else { "SAUF " };
    let expected = Expected::OneExcluded {
        found: excerpt(&text[span.clone()]),
        either: excerpt(&format!("{operator}({})", alternatives(words))),
        quoted: excerpt(&format!("{operator}\"{words}\"")),
    };
    ParseError::new(expected, span)
}

/// The words with `OU` between each; the signs that belong to one stay beside it.
fn alternatives(words: &str) -> String {
    words.split(' ').fold(String::new(), |mut joined, word| {
        if !joined.is_empty() {
            joined.push_str(if has_word(word) { " OU " } else { " " });
        }
        joined + word
    })
}
