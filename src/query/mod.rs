//! What is asked: a closed type that parses from text and prints as text that parses to itself. See QUERY.md.

mod chars;
mod error;
mod fields;
mod lenient;
mod lexer;
mod meaning;
mod near;
mod operators;
mod parser;
mod plain;
mod print;
mod quotation;
mod words;

#[cfg(test)]
mod tests;

use crate::article::PartialDate;

pub use error::{Expected, ParseError};
pub use lenient::{Lenient, parse_lenient};
pub use parser::parse;
pub use plain::parse_plain;

/// Longest query text, in bytes.
pub const MAX_QUERY_BYTES: usize = 16 * 1024;
/// Most brackets (and `SAUF` before a word) inside one another.
pub const MAX_DEPTH: usize = 50;
/// Most words, phrases and values in one query.
pub const MAX_CLAUSES: usize = 1024;
/// Most words in one phrase.
pub const MAX_PHRASE_WORDS: usize = 256;
/// Most words in one phrase whose words may stand apart (`"a b"~5`).
pub const MAX_SLOP_WORDS: usize = 16;
/// Largest distance of `PRES/n` and of `"a b"~n`.
pub const MAX_DISTANCE: u8 = 100;

/// A query. Planning, printing and highlighting are exhaustive matches over it.
///
/// ```
/// use depeche::{Query, parse};
/// let query = parse("« droit de premier refus » Microsoft").unwrap();
/// assert_eq!(query.to_string(), "\"droit de premier refus\" Microsoft");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Bare words, ranked, each in all its forms; stop words aside, any of them makes a hit.
    Words(String),
    /// Bare words beside an operator: each of them is required, in any of its forms.
    AllWords(String),
    /// Words that stand in this order one after the other (or, with `slop`, near each other).
    Phrase(Phrase),
    /// Two things near each other. Operands: `AllWords` of one word, `Phrase`, `Near`, `Or` of these.
    Near {
        /// One of them; where `ordered`, the first.
        left: Box<Query>,
        /// The other.
        right: Box<Query>,
        /// How near.
        within: Within,
        /// Whether the left one ends before the right one begins.
        ordered: bool,
    },
    /// Each of these is required, in one article. At least two, none of them an `And`. Begins with
    /// `Words` only at the outermost, where `Not`s alone follow.
    And(Vec<Query>),
    /// At least one of these is required. At least two, none of them an `Or`.
    Or(Vec<Query>),
    /// Articles that this does not match.
    Not(Box<Query>),
    /// What is required, and bare words that only raise the rank. Only the outermost.
    Rank {
        /// Decides what is found. Not a `Not`, nor an `And` of these alone.
        must: Box<Query>,
        /// Decides nothing but the order.
        should: String,
    },
    /// In the title only.
    Title(Box<Query>),
    /// The source, by name.
    Source(String),
    /// Signed by these words.
    Author(String),
    /// Published between these, each included whole. At least one is given.
    Dates {
        /// The earliest.
        from: Option<PartialDate>,
        /// The latest; not before `from`.
        to: Option<PartialDate>,
    },
}

/// The words of a quotation, or a single word with a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// At least one; never two `Exact` one after the other.
    pub pieces: Vec<Piece>,
    /// How many other words may stand among them, in any order; in a row and in order where none is said.
    pub slop: Option<u8>,
}

/// A part of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words as they stand; accents, case and typography forgiven. May hold several words, a space between each.
    Exact(String),
    /// A word letter for letter: accents and case count (mark `=`).
    Letters(String),
    /// A word in all its forms (mark `~`).
    Forms(String),
    /// A word with `*` (any letters, or none) and `?` (one letter).
    Pattern(String),
    /// A word with up to so many typing errors.
    Fuzzy {
        /// 3 letters or digits at least, 64 characters at most.
        word: String,
        /// 1 or 2.
        errors: u8,
    },
}

/// How near two things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// At most so many words between them, up to [`MAX_DISTANCE`].
    Words(u8),
    /// In one sentence.
    Sentence,
    /// In one paragraph.
    Paragraph,
}
