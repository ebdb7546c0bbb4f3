//! [`Query`] as text that parses to it.

use std::fmt::{self, Formatter, Write};

use super::chars::{is_one_word, is_word_char};
use super::{Phrase, Piece, Query, Within};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Query::Words(words) => f.write_str(words),
            Query::AllWords(_) => side_by_side(f, self),
            Query::And(queries) if matches!(queries.first(), Some(Query::Words(_))) => {
                side_by_side(f, self)
            }
            Query::Rank { must, should } => {
                side_by_side(f, must)?;
                write!(f, " {should}")
            }
            query => either(f, query),
        }
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let (Some(piece), None) = (bare_piece(self), self.slop) {
            return write!(f, "{piece}");
        }
        f.write_char('"')?;
        separated(f, &self.pieces, " ", |f, piece| write!(f, "{piece}"))?;
        f.write_char('"')?;
        self.slop.map_or(Ok(()), |slop| write!(f, "~{slop}"))
    }
}

/// The only piece of a phrase, if it is read alike without quotation marks.
fn bare_piece(phrase: &Phrase) -> Option<&Piece> {
    let [piece] = &phrase.pieces[..] else { return None };
    let is_plain =
        |word: &str| word.chars().all(|c| is_word_char(c) || matches!(c, '\'' | '’' | '-'));
    match piece {
        Piece::Exact(_) => None,
        // After a quotation ~5 would be its own.
        Piece::Forms(word) if word.starts_with(|c: char| c.is_ascii_digit()) => None,
        Piece::Letters(word) | Piece::Forms(word) => is_plain(word).then_some(piece),
        Piece::Pattern(_) | Piece::Fuzzy { .. } => Some(piece),
    }
}

/// As inside quotation marks.
impl fmt::Display for Piece {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Piece::Exact(words) | Piece::Pattern(words) => f.write_str(words),
            Piece::Letters(word) => write!(f, "={word}"),
            Piece::Forms(word) => write!(f, "~{word}"),
            Piece::Fuzzy { word, errors } => write!(f, "{word}~{errors}"),
        }
    }
}

fn separated<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    separator: &str,
    print: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(separator)?;
        }
        print(f, item)?;
    }
    Ok(())
}

fn bracketed(
    f: &mut Formatter<'_>,
    print: impl FnOnce(&mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_char('(')?;
    print(f)?;
    f.write_char(')')
}

/// With nothing but spaces between: the signs say what is required.
fn side_by_side(f: &mut Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::And(queries) => separated(f, queries, " ", item),
        other => item(f, other),
    }
}

fn item(f: &mut Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::Words(words) => f.write_str(words),
        Query::AllWords(_) => {
            f.write_char('+')?;
            signed(f, query)
        }
        Query::Not(query) => {
            f.write_char('-')?;
            signed(f, query)
        }
        // Bare words may follow.
        Query::Near { .. } => bracketed(f, |f| either(f, query)),
        other => operand(f, other),
    }
}

/// After a sign.
fn signed(f: &mut Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::Not(_) => bracketed(f, |f| item(f, query)),
        Query::AllWords(words) if is_plain_word(words) => f.write_str(words),
        Query::Phrase(phrase) if !begins_with_sign(phrase) => write!(f, "{phrase}"),
        Query::Title(_) | Query::Source(_) | Query::Author(_) | Query::Dates { .. } => {
            operand(f, query)
        }
        // Already in brackets.
        Query::And(_) | Query::Or(_) => operand(f, query),
        other => bracketed(f, |f| either(f, other)),
    }
}

/// Whether bare words are one that nothing before it reads otherwise.
fn is_plain_word(words: &str) -> bool {
    is_one_word(words) && words.starts_with(char::is_alphabetic)
}

/// Whether a phrase prints as a word that begins otherwise than with a letter, which a sign before it
/// could be part of.
fn begins_with_sign(phrase: &Phrase) -> bool {
    match bare_piece(phrase) {
        Some(Piece::Pattern(word) | Piece::Fuzzy { word, .. }) if phrase.slop.is_none() => {
            !word.starts_with(char::is_alphabetic)
        }
        _ => false,
    }
}

fn either(f: &mut Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::Or(queries) => separated(f, queries, " OU ", both),
        other => both(f, other),
    }
}

fn both(f: &mut Formatter<'_>, query: &Query) -> fmt::Result {
    let Query::And(queries) = query else { return negated(f, query) };
    for (i, query) in queries.iter().enumerate() {
        match query {
            Query::Not(_) if i > 0 => f.write_char(' ')?,
            _ if i > 0 => f.write_str(" ET ")?,
            _ => (),
        }
        negated(f, query)?;
    }
    Ok(())
}

fn negated(f: &mut Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::Not(query) => {
            f.write_str("SAUF ")?;
            negated(f, query)
        }
        Query::Near { left, right, within, ordered } => {
            near_operand(f, left, true)?;
            let name = if *ordered { "AVANT" } else { "PRES" };
            match within {
                Within::Words(distance) => write!(f, " {name}/{distance} ")?,
                Within::Sentence => write!(f, " {name}/PHRASE ")?,
                Within::Paragraph => write!(f, " {name}/PARAGRAPHE ")?,
            }
            near_operand(f, right, false)
        }
        other => operand(f, other),
    }
}

/// `PRES` in a row group from the left.
fn near_operand(f: &mut Formatter<'_>, query: &Query, is_left: bool) -> fmt::Result {
    match query {
        Query::Near { .. } if is_left => negated(f, query),
        Query::Near { .. } => bracketed(f, |f| negated(f, query)),
        other => operand(f, other),
    }
}

/// What needs no brackets beside an operator, or has them.
fn operand(f: &mut Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::Words(words) | Query::AllWords(words) => f.write_str(words),
        Query::Phrase(phrase) => write!(f, "{phrase}"),
        Query::Title(query) => title(f, query),
        // In quotation marks no name can be taken for anything else.
        Query::Source(name) => write!(f, "source:\"{name}\""),
        Query::Author(name) => write!(f, "auteur:\"{name}\""),
        Query::Dates { from, to } => {
            f.write_str("date:")?;
            if let (Some(from), true) = (from, from == to) {
                return write!(f, "{from}");
            }
            from.map_or(Ok(()), |from| write!(f, "{from}"))?;
            f.write_str("..")?;
            to.map_or(Ok(()), |to| write!(f, "{to}"))
        }
        Query::Near { .. } | Query::And(_) | Query::Or(_) | Query::Not(_) | Query::Rank { .. } => {
            bracketed(f, |f| either(f, query))
        }
    }
}

fn title(f: &mut Formatter<'_>, query: &Query) -> fmt::Result {
    f.write_str("titre:")?;
    match query {
        Query::AllWords(words) if is_plain_word(words) => f.write_str(words),
        Query::Phrase(phrase) if !begins_with_sign(phrase) => write!(f, "{phrase}"),
        other => bracketed(f, |f| either(f, other)),
    }
}
