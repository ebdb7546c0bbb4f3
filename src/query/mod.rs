//! What is asked: a closed type that parses from text and prints as text that parses to itself.

mod parser;

use std::fmt;

pub use parser::{Expected, MAX_PHRASE_WORDS, MAX_QUERY_BYTES, ParseError, parse};

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
    /// Exactly these words in this order; accents, case and typography are forgiven.
    Phrase(String),
    /// Each of these is required.
    All(Vec<Query>),
    /// What is required, and what only raises the rank.
    Rank {
        /// Decides what is found.
        must: Box<Query>,
        /// Decides nothing but the order.
        should: Box<Query>,
    },
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Words(words) => f.write_str(words),
            Query::Phrase(words) => write!(f, "\"{words}\""),
            Query::All(queries) => {
                for (i, query) in queries.iter().enumerate() {
                    let space = if i == 0 { "" } else { " " };
                    write!(f, "{space}{query}")?;
                }
                Ok(())
            }
            Query::Rank { must, should } => write!(f, "{must} {should}"),
        }
    }
}
