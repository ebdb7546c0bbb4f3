//! Text to [`Query`]: quoted phrases are required, bare words rank. See QUERY.md.

use std::ops::Range;

use super::Query;

/// Longest query text, in bytes.
pub const MAX_QUERY_BYTES: usize = 16 * 1024;
/// Most words in one phrase.
pub const MAX_PHRASE_WORDS: usize = 256;

/// Why a query was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
pub struct ParseError {
    /// What was expected instead.
    pub expected: Expected,
    /// The bytes of the query text that are to blame.
    pub span: Range<usize>,
}

/// What a query lacks or holds too much of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Expected {
    /// No word in the query.
    #[error("a word was expected: the query holds none")]
    Word,
    /// A quotation that never closes.
    #[error("the quotation opened here is never closed: {0} was expected")]
    ClosingQuote(char),
    /// Quotation marks around nothing.
    #[error("words were expected between the quotation marks")]
    PhraseWord,
    /// More than [`MAX_PHRASE_WORDS`] words in one phrase.
    #[error("at most {MAX_PHRASE_WORDS} words fit in one phrase")]
    ShorterPhrase,
    /// More than [`MAX_QUERY_BYTES`] bytes.
    #[error("at most {MAX_QUERY_BYTES} bytes fit in one query")]
    ShorterQuery,
    /// An operator of other engines that this version does not know.
    #[error(
        "{0} is no operator here yet: leave it out, or search it as a word, in quotation marks"
    )]
    NoOperator(String),
}

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
pub fn parse(text: &str) -> Result<Query, ParseError> {
    if text.len() > MAX_QUERY_BYTES {
        let span = text.floor_char_boundary(MAX_QUERY_BYTES)..text.len();
        return Err(ParseError { expected: Expected::ShorterQuery, span });
    }
    let mut phrases = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if let Some(closing) = closing_quotes(text, at, c) {
            let open = at..at + c.len_utf8();
            let close = text[open.end..].find(|c| closing.contains(&c)).map(|i| open.end + i);
            let Some(close) = close else {
                return Err(ParseError {
                    expected: Expected::ClosingQuote(closing[0]),
                    span: open,
                });
            };
            let phrase = phrase(text, open.end..close)?;
            if !phrases.contains(&phrase) {
                phrases.push(phrase);
            }
            at = close + text[close..].chars().next().map_or(1, char::len_utf8);
        } else {
            let end = bare_end(text, at);
            words.extend(bare_words(text, at..end)?);
            at = end;
        }
    }
    build(phrases, words.join(" "))
        .ok_or(ParseError { expected: Expected::Word, span: 0..text.len() })
}

/// The marks that close the quotation that `c` opens at `at`, if it opens one. A straight quote inside
/// a word (13" screens) opens none.
fn closing_quotes(text: &str, at: usize, c: char) -> Option<&'static [char]> {
    match c {
        '«' => Some(&['»']),
        '“' | '„' => Some(&['”', '"', '“']),
        '"' | '”' | '＂' if !text[..at].ends_with(char::is_alphanumeric) => {
            Some(&['"', '”', '＂'])
        }
        _ => None,
    }
}

/// Where the bare text that begins at `from` ends: at the next quotation.
fn bare_end(text: &str, from: usize) -> usize {
    let mut marks = text[from..].char_indices().skip(1).map(|(i, c)| (from + i, c));
    marks.find(|&(at, c)| closing_quotes(text, at, c).is_some()).map_or(text.len(), |(at, _)| at)
}

fn phrase(text: &str, span: Range<usize>) -> Result<Query, ParseError> {
    // Quotation marks inside a phrase part words like any other sign.
    let cut = |c: char| c.is_whitespace() || matches!(c, '"' | '«' | '»' | '“' | '”' | '„' | '＂');
    let words =
        text[span.clone()].split(cut).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    let count = words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).count();
    match count {
        0 => Err(ParseError { expected: Expected::PhraseWord, span }),
        1..=MAX_PHRASE_WORDS => Ok(Query::Phrase(words)),
        _ => Err(ParseError { expected: Expected::ShorterPhrase, span }),
    }
}

/// The bare words of a span; a form that other engines read as an operator is refused, since reading
/// it as a word would be a silent other reading.
fn bare_words(text: &str, span: Range<usize>) -> Result<Vec<&str>, ParseError> {
    let mut words = Vec::new();
    for word in text[span].split_whitespace() {
        if is_operator(word) {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let expected = Expected::NoOperator(word.chars().take(40).collect());
            return Err(ParseError { expected, span: start..start + word.len() });
        }
        words.push(word);
    }
    Ok(words)
}

/// Operators in capitals, truncation at the end of a word, distance.
fn is_operator(word: &str) -> bool {
    let truncated = word.ends_with('*') && word.starts_with(char::is_alphanumeric);
    let distance = word.split_once('~').is_some_and(|(word, n)| {
        !word.is_empty() && !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())
    });
    truncated || distance || matches!(word, "ET" | "OU" | "SAUF" | "AND" | "OR" | "NOT")
}

fn build(phrases: Vec<Query>, words: String) -> Option<Query> {
    let must = match phrases.len() {
        0 | 1 => phrases.into_iter().next(),
        _ => Some(Query::All(phrases)),
    };
    let should = words.contains(char::is_alphanumeric).then_some(Query::Words(words));
    match (must, should) {
        (Some(must), Some(should)) => {
            Some(Query::Rank { must: Box::new(must), should: Box::new(should) })
        }
        (must, should) => must.or(should),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Query {
        Query::Words(text.into())
    }

    fn exactly(text: &str) -> Query {
        Query::Phrase(text.into())
    }

    #[test]
    fn what_is_read() {
        let ranked = |must, should| Query::Rank { must: Box::new(must), should: Box::new(should) };
        let table = [
            ("accord  exclusif", words("accord exclusif")),
            ("médaille d'or", words("médaille d'or")),
            ("médaille d’or ?", words("médaille d’or ?")),
            ("\"droit de premier refus\"", exactly("droit de premier refus")),
            ("«\u{a0}droit de\npremier refus\u{a0}»", exactly("droit de premier refus")),
            ("“premier refus”", exactly("premier refus")),
            ("\"a b\" \"c d\"", Query::All(vec![exactly("a b"), exactly("c d")])),
            ("Microsoft \"a b\" OpenAI", ranked(exactly("a b"), words("Microsoft OpenAI"))),
            ("écran 13\" mat", words("écran 13\" mat")),
            ("\"a b\" !", exactly("a b")),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_refused_and_where() {
        let table = [
            ("", 0..0, Expected::Word),
            ("  …!", 0..6, Expected::Word),
            ("a \"b c", 2..3, Expected::ClosingQuote('"')),
            ("«b", 0..2, Expected::ClosingQuote('»')),
            ("\"…\"", 1..4, Expected::PhraseWord),
            ("invest*", 0..7, Expected::NoOperator("invest*".into())),
            ("été ET hiver", 6..8, Expected::NoOperator("ET".into())),
        ];
        for (text, span, expected) in table {
            assert_eq!(parse(text), Err(ParseError { expected, span }), "{text}");
        }
        let long = "a".repeat(MAX_QUERY_BYTES + 1);
        assert_eq!(parse(&long).unwrap_err().expected, Expected::ShorterQuery);
        let phrase = format!("\"{}\"", "a ".repeat(MAX_PHRASE_WORDS + 1));
        assert_eq!(parse(&phrase).unwrap_err().expected, Expected::ShorterPhrase);
    }

    #[test]
    fn a_query_prints_as_text_that_parses_to_itself() {
        for text in [
            "accord exclusif",
            "« a b » c \"d e\"",
            "« il dit \"oui\" »",
            "\"a « b » c\"",
            "“a\" b”",
        ] {
            let query = parse(text).unwrap();
            assert_eq!(parse(&query.to_string()), Ok(query), "{text}");
        }
    }
}
