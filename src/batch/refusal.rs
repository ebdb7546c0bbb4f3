//! Why one query of a batch has no answer.

use super::OWN_OPTIONS;
use crate::error::Error;
use crate::query::ParseError;

/// Why one query of a batch has no answer; the others have theirs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Its text is no query.
    #[error("{0}")]
    Query(ParseError),
    /// Its truncated words stand for too many, or its frequent ones are related too often.
    #[error("{0}")]
    TooMuch(Error),
    /// The index could not answer it: it is damaged, or cannot be read.
    #[error("{0}")]
    Index(Error),
    /// Its line is not in UTF-8.
    #[error("the line is not valid UTF-8")]
    Encoding,
    /// More than [`MAX_BATCH_RECORD`](super::MAX_BATCH_RECORD) bytes.
    #[error("the record is larger than {limit} bytes")]
    TooLong {
        /// The most bytes it may have.
        limit: usize,
    },
    /// Its line is no JSON object.
    #[error("not a valid JSON object: {detail}")]
    Json {
        /// The column of the line, in characters from 1.
        column: usize,
        /// What is wrong.
        detail: String,
    },
    /// Its row cannot be read.
    #[error("not a valid CSV row: {detail}")]
    Csv {
        /// What is wrong.
        detail: String,
    },
    /// No query where one was expected.
    #[error("there is no query: {expected} was expected")]
    NoQuery {
        /// Where.
        expected: &'static str,
    },
    /// No search has such an option.
    #[error("{name:?} is no option of a search; there is: {}", OWN_OPTIONS.join(", "))]
    UnknownOption {
        /// As written.
        name: String,
    },
    /// An option cannot have this value.
    #[error("{name}: {expected} was expected, not {found}")]
    Value {
        /// The option.
        name: String,
        /// As written.
        found: String,
        /// What it takes.
        expected: &'static str,
    },
}

impl Refusal {
    /// A name for scripts that never changes.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Refusal::Query(_) => "query",
            Refusal::TooMuch(Error::TooManyComparisons { .. }) => "too_many_comparisons",
            Refusal::TooMuch(_) => "too_many_words",
            Refusal::Index(_) => "index",
            Refusal::Encoding => "encoding",
            Refusal::TooLong { .. } => "too_long",
            Refusal::Json { .. } => "json",
            Refusal::Csv { .. } => "csv",
            Refusal::NoQuery { .. } => "no_query",
            Refusal::UnknownOption { .. } => "unknown_option",
            Refusal::Value { .. } => "value",
        }
    }

    /// What was expected instead, in English, where that can be told.
    #[must_use]
    pub fn expected(&self) -> Option<String> {
        match self {
            Refusal::Query(error) => Some(error.expected.to_string()),
            Refusal::NoQuery { expected } => Some((*expected).to_owned()),
            Refusal::UnknownOption { .. } => Some(OWN_OPTIONS.join(", ")),
            Refusal::Value { expected, .. } => Some(expected.trim_end_matches(',').to_owned()),
            Refusal::Encoding => Some("UTF-8".to_owned()),
            _ => None,
        }
    }

    /// Where it is, in characters from 1, if that can be told: in the text of the query; of broken JSON, in
    /// its line.
    #[must_use]
    pub fn column(&self, text: &str) -> Option<usize> {
        let characters = |bytes: usize| text[..text.floor_char_boundary(bytes)].chars().count();
        match self {
            Refusal::Query(error) => Some(characters(error.span.start) + 1),
            Refusal::Encoding => text.find('\u{fffd}').map(|at| characters(at) + 1),
            Refusal::Json { column, .. } => Some(*column),
            _ => None,
        }
    }
}
