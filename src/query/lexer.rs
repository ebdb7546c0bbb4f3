//! Text to tokens: where words, quotations and signs begin and end. Linear in the text.

use std::ops::Range;

use super::chars::{
    closing_quotes, first, has_word, is_combining, is_letter, is_quote, is_space, last,
};
use super::error::excerpt;
use super::fields::{Field, date_elsewhere, dates, equals_field, field_of, other_field};
use super::operators::{Operator, distance, foreign, operator};
use super::quotation::Quotation;
use super::words::{Mark, mark_of, marked, several_signs, unmarked};
use super::{Expected, ParseError, Piece, Query};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    /// `+` or `-` before a unit.
    Sign {
        excludes: bool,
    },
    /// A name and its colon; the value follows.
    Field(Field),
    /// `date:` with its value.
    Dates(Query),
    Operator(Operator),
    /// A bare word, with the signs that belong to it after a space (`40 %`).
    Word(String),
    Piece(Piece),
    Quotation(Quotation),
}

pub(super) type Spanned = (Token, Range<usize>);

/// The tokens of a query text.
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned>, ParseError> {
    let lexer = Lexer { text, at: 0, glued: false, tokens: Vec::new(), pairs: Pairs::default() };
    lexer.all()
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Whether a closing bracket or quotation mark stands directly before: signs are punctuation there.
    glued: bool,
    tokens: Vec<Spanned>,
    pairs: Pairs,
}

impl Lexer<'_> {
    fn all(mut self) -> Result<Vec<Spanned>, ParseError> {
        while let Some(c) = first(&self.text[self.at..]) {
            let end = self.at + c.len_utf8();
            if is_space(c) {
                self.at = end;
                self.glued = false;
            } else if let Some(closing) = closing_quotes(None, c) {
                self.quotation(self.at, None, closing)?;
            } else if c == '(' && !self.belongs_to_word(self.at, self.at) {
                self.push(Token::Open, end);
                self.glued = false;
            } else if c == ')' {
                self.push(Token::Close, end);
                self.glued = true;
            } else if !self.sign(c)? {
                self.run()?;
            }
        }
        Ok(self.tokens)
    }

    fn push(&mut self, token: Token, end: usize) {
        self.tokens.push((token, self.at..end));
        self.at = end;
    }

    fn error<T>(&self, expected: Expected, end: usize) -> Result<T, ParseError> {
        Err(ParseError::new(expected, self.at..end))
    }

    /// A quotation that opens at the cursor, its mark at `start` before it.
    fn quotation(
        &mut self,
        start: usize,
        mark: Option<Mark>,
        closing: &[char],
    ) -> Result<(), ParseError> {
        let open = self.at;
        let from = open + first(&self.text[open..]).map_or(0, char::len_utf8);
        let Some(length) = self.text[from..].find(closing) else {
            return self.error(Expected::ClosingQuote(closing[0]), from);
        };
        let inner = from..from + length;
        let close = inner.end + first(&self.text[inner.end..]).map_or(0, char::len_utf8);
        self.at = close;
        self.foreign_slop()?;
        let slop = self.slop()?;
        self.tokens.push((Token::Quotation(Quotation { inner, mark, slop }), start..self.at));
        self.glued = true;
        Ok(())
    }

    /// `/5` or `@5` directly after a quotation.
    fn foreign_slop(&self) -> Result<(), ParseError> {
        let rest = &self.text[self.at..];
        let Some(after) = rest.strip_prefix(['/', '@']) else { return Ok(()) };
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        if digits == 0 {
            return Ok(());
        }
        let instead = format!("\"…\"~{}", excerpt(&after[..digits]));
        let found = excerpt(&rest[..=digits]);
        self.error(Expected::Operator { found, instead }, self.at + 1 + digits)
    }

    /// Whether a run is the `~5` of the quotation before it, a space between.
    fn is_loose_slop(&self, run: &str) -> bool {
        let of_quotation =
            matches!(self.tokens.last(), Some((Token::Quotation(Quotation { slop: None, .. }), _)));
        let digits = run.strip_prefix('~').map(|rest| rest.trim_end_matches(['.', ',', ';']));
        of_quotation && digits.is_some_and(|digits| distance(digits).is_some())
    }

    /// `~5` directly after a quotation.
    fn slop(&mut self) -> Result<Option<u8>, ParseError> {
        let rest = &self.text[self.at..];
        let Some(after) = rest.strip_prefix('~') else { return Ok(None) };
        let goes_on = |c: char| is_letter(c) || is_combining(c) || c == '.';
        let run = &after[..after.find(|c| !goes_on(c)).unwrap_or(after.len())];
        let end = self.at + 1 + run.len();
        let Some(slop) = distance(run.trim_end_matches('.')) else {
            return self.error(Expected::Slop, end);
        };
        self.at = end;
        Ok(Some(slop))
    }

    /// A sign or a mark at the start of a word; false where it is none.
    fn sign(&mut self, c: char) -> Result<bool, ParseError> {
        let after = self.at + c.len_utf8();
        let next = first(&self.text[after..]);
        if c == '~' && self.glued && next.is_some_and(|c| c.is_ascii_digit()) {
            return self.error(Expected::Slop, after);
        }
        let before_group = next.is_some_and(|c| c == '(' || closing_quotes(None, c).is_some());
        if self.glued && !(matches!(c, '+' | '-') && before_group) {
            // Read there, it would mean something else where the word is printed after a space.
            if matches!(c, '+' | '-' | '=' | '~' | '!' | '–' | '−') {
                self.at = after;
                return Ok(true);
            }
            return Ok(false);
        }
        if let ('+' | '-', true) = (c, next.is_some_and(|c| self.takes_sign(after, c))) {
            self.push(Token::Sign { excludes: c == '-' }, after);
            return Ok(true);
        }
        let Some(mark) = Mark::of(c) else { return Ok(false) };
        if next == Some('(') && !self.belongs_to_word(after, after) {
            return self.error(Expected::MarkedWord(c), after);
        }
        let Some(closing) = next.and_then(|next| closing_quotes(None, next)) else {
            return Ok(false);
        };
        let start = self.at;
        self.at = after;
        self.quotation(start, Some(mark), closing)?;
        Ok(true)
    }

    /// Whether a sign means something before what begins at `at` with `c`.
    fn takes_sign(&self, at: usize, c: char) -> bool {
        let rest = &self.text[at..];
        let second = first(&rest[c.len_utf8()..]);
        match c {
            '(' => true,
            '*' | '?' | '#' | '@' | '.' => second.is_some_and(char::is_alphabetic),
            '=' | '~' => second.is_some_and(|c| is_letter(c) || is_quote(c)),
            _ => c.is_alphabetic() && is_letter(c) || closing_quotes(None, c).is_some(),
        }
    }

    /// Whether the bracket at `at` in the run that begins at `start` is part of a word: `étudiant(e)s`,
    /// `(e)s`. An operator before or after it stands alone.
    fn belongs_to_word(&mut self, start: usize, at: usize) -> bool {
        let text = self.text;
        let Some(close) = self.pairs.close_of(text, start, at) else { return false };
        if last(&text[start..at]).is_some_and(|c| is_letter(c) || is_combining(c)) {
            return operator(&text[start..at]).is_none();
        }
        let rest = &text[close + 1..];
        let inner = &text[at + 1..close];
        let next = rest.split(|c| is_space(c) || matches!(c, '(' | ')') || is_quote(c)).next();
        !inner.is_empty()
            && inner.chars().all(char::is_alphabetic)
            && first(rest).is_some_and(char::is_alphabetic)
            && next.is_none_or(|next| operator(next).is_none())
    }

    /// Where the run of characters that begins at the cursor ends: at white space, a quotation, a bracket
    /// that is none of the word's.
    fn run_end(&mut self) -> usize {
        let start = self.at;
        let (mut before, mut open) = (None, 0_usize);
        for (i, c) in self.text[start..].char_indices() {
            let at = start + i;
            let after_operator = || operator(&self.text[start..at]).is_some();
            let ends = match c {
                // Within a bracket of the word all brackets are of it.
                '(' if open > 0 || self.belongs_to_word(start, at) => {
                    open += 1;
                    false
                }
                ')' if open > 0 => {
                    open -= 1;
                    false
                }
                '(' | ')' => true,
                c if is_quote(c) => closing_quotes(before, c).is_some() || after_operator(),
                c => c.is_whitespace(),
            };
            if ends && at > start {
                return at;
            }
            before = Some(c);
        }
        self.text.len()
    }

    fn run(&mut self) -> Result<(), ParseError> {
        if let Some((field, length)) = field_of(&self.text[self.at..]) {
            return self.field(field, self.at + length);
        }
        let end = self.run_end();
        let run = self.text[self.at..end].trim_end_matches(is_space);
        let next = first(&self.text[end..]);
        if self.is_value() && run.starts_with(['[', '{']) && !run.contains([']', '}']) {
            let name = self.tokens.last().map_or(0, |(_, span)| span.start);
            return self.error(range(&self.text[name..], run), end);
        }
        if self.is_loose_slop(run) {
            return self.error(Expected::Slop, end);
        }
        let read = match operator(run) {
            Some(operator) => operator.map(|operator| Some(Token::Operator(operator))),
            None if let Some(expected) = several_signs(run, next) => Err(expected),
            None if let Some(expected) = equals_field(run, next) => Err(expected),
            None => match (foreign(run, next), other_field(run, next)) {
                (Some(expected), _) => Err(expected),
                (_, Some(name)) => Err(Expected::KnownField(excerpt(name))),
                (None, None) => word(run),
            },
        };
        match read {
            Err(expected) => return self.error(expected, end),
            Ok(Some(token)) => self.push(token, end),
            Ok(None) => self.loose_sign(run, end),
        }
        self.glued = false;
        Ok(())
    }

    /// Whether a field stands directly before the cursor.
    fn is_value(&self) -> bool {
        matches!(self.tokens.last(), Some((Token::Field(_), span)) if span.end == self.at)
    }

    /// A field whose value begins at `from`.
    fn field(&mut self, field: Field, from: usize) -> Result<(), ParseError> {
        self.glued = false;
        if field != Field::Date {
            self.push(Token::Field(field), from);
            return Ok(());
        }
        let end = self.run_end();
        let value = self.text[from..end].trim_end_matches(is_space);
        if value.is_empty()
            && let Some((length, expected)) = date_elsewhere(&self.text[from..])
        {
            return Err(ParseError::new(expected, from..from + length));
        }
        if value.is_empty() {
            return self.error(Expected::FieldValue(field.name().to_owned()), end);
        }
        match dates(value) {
            Ok(dates) => self.push(Token::Dates(dates), end),
            Err(expected) => {
                let found = date_elsewhere(&self.text[from..]);
                let (length, expected) = found.unwrap_or((end - from, expected));
                return Err(ParseError::new(expected, from..from + length));
            }
        }
        Ok(())
    }

    /// Signs without a word: those of quantities and ranges belong to the bare word before them (`40 %`,
    /// `5 – 10`), since the analysis reads them together; others are left out.
    fn loose_sign(&mut self, run: &str, end: usize) {
        let of_quantity = run.starts_with(['%', '‰', '€', '$', '£', '¥']);
        let of_range = run.chars().all(|c| matches!(c, '-' | '–' | '—' | '/'));
        if let Some((Token::Word(word), span)) = self.tokens.last_mut()
            && (of_quantity || of_range && last(word).is_some_and(|c| c.is_ascii_digit()))
            && self.text[span.end..self.at].chars().all(is_space)
        {
            word.push(' ');
            word.push_str(run);
            span.end = end;
        }
        self.at = end;
    }
}

/// A range of other engines, `[2020 TO 2024]`, as the value of a field or alone; `text` begins with the
/// name or the range.
pub(super) fn range(text: &str, found: &str) -> Expected {
    let (name, rest) = match field_of(text) {
        Some((field, length)) => (field.name(), &text[length..]),
        None => ("", text),
    };
    let inner = rest.strip_prefix(['[', '{']).and_then(|rest| rest.split([']', '}']).next());
    let bounds = inner.and_then(|inner| inner.split_once(" TO "));
    let instead = match bounds.map(|(from, to)| (from.trim(), to.trim())) {
        Some((from, to)) if !name.is_empty() => {
            format!("{name}({} ET {})", excerpt(from), excerpt(to))
        }
        Some((from, to)) if dates(&format!("{from}..{to}")).is_ok() => format!("date:{from}..{to}"),
        _ => format!("{name}\"…\""),
    };
    Expected::Operator { found: excerpt(found), instead }
}

/// The token that a word is; none where it holds neither letter nor digit.
fn word(run: &str) -> Result<Option<Token>, Expected> {
    if let Some(mark) = mark_of(run) {
        return marked(&run[1..], mark).map(|piece| Some(Token::Piece(piece)));
    }
    Ok(match unmarked(run, false)? {
        Some(piece) => Some(Token::Piece(piece)),
        None => has_word(run).then(|| Token::Word(run.to_owned())),
    })
}

/// The brackets that close in the same run in which they open; each run is looked through once.
#[derive(Default)]
struct Pairs {
    until: usize,
    /// Where each opens and closes, sorted.
    pairs: Vec<(usize, usize)>,
}

impl Pairs {
    fn close_of(&mut self, text: &str, start: usize, at: usize) -> Option<usize> {
        if at >= self.until {
            self.look_through(text, start);
        }
        let i = self.pairs.binary_search_by_key(&at, |&(open, _)| open).ok()?;
        Some(self.pairs[i].1)
    }

    fn look_through(&mut self, text: &str, start: usize) {
        self.pairs.clear();
        let (mut open, mut before) = (Vec::new(), None);
        self.until = text.len();
        for (i, c) in text[start..].char_indices() {
            let at = start + i;
            if c.is_whitespace() || closing_quotes(before, c).is_some() {
                self.until = at;
                break;
            }
            match c {
                '(' => open.push(at),
                ')' => self.pairs.extend(open.pop().map(|open| (open, at))),
                _ => (),
            }
            before = Some(c);
        }
        self.pairs.sort_unstable();
    }
}
