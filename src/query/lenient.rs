//! The best query that can be made of a text that holds errors, for a page that searches while one types.

use std::ops::Range;

use super::chars::{is_quote, is_space, is_word_char};
use super::operators::{Operator, operator};
use super::{Expected, MAX_QUERY_BYTES, ParseError, Query, parse};

/// Most repairs of one text.
const MOST_ROUNDS: usize = 16;
/// Most errors told of one text.
const MOST_ERRORS: usize = 8;

/// What [`parse_lenient`] makes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lenient {
    /// The best query that can be made of the text, if it holds a word to look for.
    pub query: Option<Query>,
    /// What is wrong with the text, and where, in the order of the text; a handful at most. Where there is
    /// nothing, the query is that of [`parse`].
    pub errors: Vec<ParseError>,
}

/// Reads a query, leaving out what cannot be read.
///
/// ```
/// use depeche::{parse, parse_lenient};
/// let lenient = parse_lenient("\"premier refus\" ET (Microsoft");
/// assert_eq!(lenient.query, parse("\"premier refus\" ET Microsoft").ok());
/// assert_eq!(lenient.errors[0].span, 19..20);
/// ```
pub fn parse_lenient(text: &str) -> Lenient {
    let (mut repaired, mut errors) = (text.to_owned(), Vec::new());
    let mut query = None;
    for _ in 0..MOST_ROUNDS {
        let mut error = match parse(&repaired) {
            Ok(read) => {
                query = Some(read);
                break;
            }
            Err(error) => error,
        };
        let next = repair(&repaired, &error);
        // Of a character that was blanked, an error may take a part.
        error.span = whole_chars(text, error.span);
        let is_new = errors.is_empty() || !is_consequence(text, &repaired, &error);
        let is_empty = error.expected == Expected::Word;
        if is_new && errors.len() < MOST_ERRORS {
            errors.push(error);
        }
        if is_empty {
            break;
        }
        let Some(next) = next.filter(|next| *next != repaired) else {
            query = plain_words(&repaired);
            break;
        };
        repaired = next;
    }
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    Lenient { query, errors }
}

fn whole_chars(text: &str, span: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(span.start)..text.ceil_char_boundary(span.end)
}

/// Whether an error is there only because of a repair beside it.
fn is_consequence(text: &str, repaired: &str, error: &ParseError) -> bool {
    let Range { start, end } = error.span;
    let before = |text: &str| text[..start].trim_end_matches(is_space).len();
    let after = |text: &str| text.len() - text[end..].trim_start_matches(is_space).len();
    match error.expected {
        Expected::Word => true,
        Expected::LeftOperand(_) => before(text) != before(repaired),
        Expected::RightOperand(_) | Expected::FieldValue(_) => after(text) != after(repaired),
        Expected::BracketContent => text[start..end] != repaired[start..end],
        _ => false,
    }
}

/// The text less what is wrong with it: spaces stand there instead, so that all else keeps its place. None
/// where no part of it is to blame.
fn repair(text: &str, error: &ParseError) -> Option<String> {
    let span = error.span.clone();
    let part = &text[span.clone()];
    let until =
        |sign: char| part.find(sign).map_or(span.end, |at| span.start + at + sign.len_utf8());
    match &error.expected {
        Expected::ShorterQuery => {
            let cut = &text[..text.floor_char_boundary(MAX_QUERY_BYTES)];
            let end = cut.rfind(is_space).unwrap_or(cut.len());
            Some(cut[..end].to_owned())
        }
        Expected::FewerBrackets | Expected::Word => None,
        Expected::PhraseWord => {
            let before = text[..span.start].char_indices().next_back().map_or(0, |(at, _)| at);
            let after = text[span.end..].chars().next().map_or(0, char::len_utf8);
            Some(blank(text, before..span.end + after))
        }
        Expected::NoBoost(_) | Expected::Errors { .. } => {
            let signs = part.rfind(['^', '~']).unwrap_or(0);
            Some(blank(text, span.start + signs..span.end))
        }
        Expected::LongerPattern(_)
        | Expected::PlainPattern { .. }
        | Expected::FuzzyWord { .. }
        | Expected::ShorterPattern { .. }
        | Expected::OneSign(_)
        | Expected::OneMark(_) => Some(blank_signs(text, span)),
        Expected::KnownField(_) => Some(blank(text, until(':') - 1..until(':'))),
        Expected::Date(_) | Expected::DateForm { .. } | Expected::DateOrder { .. } => {
            let name = text[..span.start].trim_end_matches(':');
            let name = name.trim_end_matches(is_word_char);
            Some(blank(text, name.len()..span.end))
        }
        Expected::DoubleQuotes { .. } => Some(blank_single_quotes(text, span)),
        Expected::PlainValue(_) => Some(blank(text, span.start..until(':'))),
        Expected::BesideNear { .. } => Some(blank_nears(text, span)),
        Expected::NearOperand(_) => Some(blank_near_of(text, span)),
        _ => Some(blank(text, span)),
    }
}

fn blank(text: &str, span: Range<usize>) -> String {
    [&text[..span.start], &" ".repeat(span.len()), &text[span.end..]].concat()
}

fn blank_single_quotes(text: &str, span: Range<usize>) -> String {
    let part = &text[span.clone()];
    let mut left = text[..span.start].to_owned();
    for c in part.chars() {
        match c {
            '\'' | '‘' | '’' | '‹' | '›' => left.push_str(&" ".repeat(c.len_utf8())),
            c => left.push(c),
        }
    }
    left + &text[span.end..]
}

/// Leaves the letters of a word out of which signs make something that cannot be read.
fn blank_signs(text: &str, span: Range<usize>) -> String {
    let mut word = String::with_capacity(span.len());
    let mut after_sign = false;
    for c in text[span.clone()].chars() {
        let is_sign = matches!(c, '*' | '?' | '~' | '=' | '^' | '+' | '-');
        after_sign = matches!(c, '~' | '^') || after_sign && c.is_ascii_digit();
        if is_sign || after_sign {
            word.push(' ');
        } else {
            word.push(c);
        }
    }
    [&text[..span.start], &word, &text[span.end..]].concat()
}

fn is_edge(c: char) -> bool {
    is_space(c) || is_quote(c) || matches!(c, '(' | ')')
}

fn is_near(run: &str) -> bool {
    matches!(operator(run), Some(Ok(Operator::Near { .. })))
}

/// Leaves out every `PRES` and `AVANT` of a part of the text.
fn blank_nears(text: &str, span: Range<usize>) -> String {
    let mut left = text[..span.start].to_owned();
    for piece in text[span.clone()].split_inclusive(is_edge) {
        let run = piece.trim_end_matches(is_edge);
        if is_near(run) {
            left.push_str(&" ".repeat(run.len()));
            left.push_str(&piece[run.len()..]);
        } else {
            left.push_str(piece);
        }
    }
    left + &text[span.end..]
}

/// Leaves out the `PRES` or `AVANT` that an operand stands beside.
fn blank_near_of(text: &str, operand: Range<usize>) -> String {
    let before = text[..operand.start].trim_end_matches(is_space);
    let run = before.rsplit(is_edge).next().unwrap_or(before);
    if is_near(run) {
        return blank(text, before.len() - run.len()..before.len());
    }
    let rest = text[operand.end..].trim_start_matches(is_space);
    let start = text.len() - rest.len();
    let run = rest.split(is_edge).next().unwrap_or(rest);
    if is_near(run) { blank(text, start..start + run.len()) } else { blank(text, operand) }
}

/// The words of a text of which nothing else can be read.
fn plain_words(text: &str) -> Option<Query> {
    let is_inner = |c: char| is_word_char(c) || matches!(c, '\'' | '’' | '-');
    let runs = text.split(|c| !is_inner(c)).map(|run| run.trim_matches(|c| !is_word_char(c)));
    let words = runs.filter(|run| !run.is_empty() && operator(run).is_none()).collect::<Vec<_>>();
    parse(&words.join(" ")).ok()
}
