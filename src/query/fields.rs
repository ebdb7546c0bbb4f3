//! Names of fields, and dates.

use super::chars::{self, is_quote};
use super::error::excerpt;
use super::{Expected, Query};
use crate::article::PartialDate;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Source,
    Author,
    Date,
}

impl Field {
    /// As it is printed.
    pub(super) fn name(self) -> &'static str {
        match self {
            Field::Title => "titre:",
            Field::Source => "source:",
            Field::Author => "auteur:",
            Field::Date => "date:",
        }
    }
}

/// Longest name that a field could have, accents typed apart included, in bytes.
const LONGEST_NAME: usize = 24;

fn field(name: &str) -> Option<Field> {
    let plain: String = name.to_lowercase().chars().filter_map(without_accent).collect();
    match plain.as_str() {
        "titre" | "title" => Some(Field::Title),
        "source" | "journal" => Some(Field::Source),
        "auteur" | "author" => Some(Field::Author),
        "date" => Some(Field::Date),
        _ => None,
    }
}

fn without_accent(c: char) -> Option<char> {
    match c {
        'à' | 'â' | 'ä' => Some('a'),
        'é' | 'è' | 'ê' | 'ë' => Some('e'),
        'î' | 'ï' => Some('i'),
        'ô' | 'ö' => Some('o'),
        'ù' | 'û' | 'ü' => Some('u'),
        '\u{300}'..='\u{36f}' => None,
        c => Some(c),
    }
}

/// The field that a text begins with, and the bytes of its name and colon.
pub(super) fn field_of(text: &str) -> Option<(Field, usize)> {
    let start = &text[..text.floor_char_boundary(LONGEST_NAME + 1)];
    let (name, _) = start.split_once(':')?;
    Some((field(name)?, name.len() + 1))
}

/// The name at the start of a run, if it looks like that of a field; `next` follows the run.
pub(super) fn other_field(run: &str, next: Option<char>) -> Option<&str> {
    let (name, value) = run.split_once(':')?;
    let is_name = name.chars().all(|c| c.is_alphabetic() || c == '_') && name.chars().count() > 1;
    let begins = |c: char| c.is_alphabetic() || is_quote(c) || matches!(c, '(' | '[' | '{');
    let is_compared = value.starts_with(['<', '>']);
    let has_value = chars::first(value).or(next.filter(|_| value.is_empty())).is_some_and(begins);
    (is_name && (has_value || is_compared)).then_some(name)
}

/// A date, or a range of dates.
pub(super) fn dates(value: &str) -> Result<Query, Expected> {
    let error = || Expected::Date(excerpt(value));
    let date = |text: &str| text.parse::<PartialDate>().map_err(|_| error());
    let Some((from, to)) = value.split_once("..") else {
        let date = Some(date(value)?);
        return Ok(Query::Dates { from: date, to: date });
    };
    let bound = |text: &str| (!text.is_empty()).then(|| date(text)).transpose();
    match (bound(from)?, bound(to)?) {
        (None, None) => Err(error()),
        (Some(from), Some(to)) if from.first_day() > to.last_day() => {
            Err(Expected::DateOrder { from: from.to_string(), to: to.to_string() })
        }
        (from, to) => Ok(Query::Dates { from, to }),
    }
}
