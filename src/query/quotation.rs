//! What stands between quotation marks.

use std::ops::Range;

use super::chars::{count_words, has_word, is_letter, is_quote, is_space};
use super::words::{Mark, mark_of, marked, several_signs, unmarked};
use super::{Expected, MAX_PHRASE_WORDS, MAX_SLOP_WORDS, ParseError, Phrase, Piece};

/// A quotation as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quotation {
    /// Between its marks.
    pub(super) inner: Range<usize>,
    /// Before it, for every word of it.
    pub(super) mark: Option<Mark>,
    pub(super) slop: Option<u8>,
}

/// The words between quotation marks, and where they begin. Quotation marks inside part words like any
/// other sign.
fn runs(text: &str, span: Range<usize>) -> impl Iterator<Item = (usize, &str)> {
    let mut at = span.start;
    text[span].split(is_space_or_quote).filter_map(move |run| {
        let start = at;
        // The sign that parts them may be several bytes long.
        let end = start + run.len();
        at = end + text[end..].chars().next().map_or(0, char::len_utf8);
        (!run.is_empty()).then_some((start, run))
    })
}

fn is_space_or_quote(c: char) -> bool {
    c.is_whitespace() || is_quote(c)
}

/// The phrase that a quotation is.
pub(super) fn phrase(text: &str, quotation: &Quotation) -> Result<Phrase, ParseError> {
    let span = &quotation.inner;
    let most = if quotation.slop.is_some() { MAX_SLOP_WORDS } else { MAX_PHRASE_WORDS };
    let mut pieces = Vec::new();
    let mut count = 0;
    for (start, run) in runs(text, span.clone()) {
        count += count_words(run);
        if count > most {
            let expected = match quotation.slop {
                Some(_) => Expected::ShorterSlop,
                None => Expected::ShorterPhrase,
            };
            return Err(ParseError::new(expected, start..span.end));
        }
        push(&mut pieces, run, quotation.mark)
            .map_err(|expected| ParseError::new(expected, start..start + run.len()))?;
    }
    if pieces.is_empty() {
        return Err(ParseError::new(Expected::PhraseWord, span.clone()));
    }
    Ok(Phrase { pieces, slop: quotation.slop })
}

fn push(pieces: &mut Vec<Piece>, run: &str, mark: Option<Mark>) -> Result<(), Expected> {
    let run = run.trim_matches(is_space);
    if run.starts_with(['=', '~'])
        && let Some(expected @ Expected::OneMark(_)) = several_signs(run, None)
    {
        return Err(expected);
    }
    if let Some(own) = mark_of(run) {
        pieces.push(marked(&run[1..], own)?);
        return Ok(());
    }
    if let Some(piece) = unmarked(run, true)? {
        // A word is truncated or marked, not both.
        pieces.push(mark.map_or(Ok(piece), |mark| marked(run, mark))?);
        return Ok(());
    }
    if let Some(mark) = mark.filter(|_| has_word(run)) {
        let word = run.trim_start_matches(|c| !is_letter(c)).trim_end_matches(['?', '!', '*']);
        pieces.push(marked(word, mark)?);
        return Ok(());
    }
    match pieces.last_mut() {
        _ if run.is_empty() => (),
        Some(Piece::Exact(words)) => {
            words.push(' ');
            words.push_str(run);
        }
        // A sign alone is no piece.
        _ if has_word(run) => pieces.push(Piece::Exact(run.to_owned())),
        _ => (),
    }
    Ok(())
}

/// The value that a part of the text is, in quotation marks or not: its words as they stand.
pub(super) fn value(text: &str, span: Range<usize>) -> Result<String, ParseError> {
    let words: Vec<&str> = runs(text, span.clone()).map(|(_, run)| run).collect();
    let value = words.join(" ");
    if has_word(&value) { Ok(value) } else { Err(ParseError::new(Expected::PhraseWord, span)) }
}
