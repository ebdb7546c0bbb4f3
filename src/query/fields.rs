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

/// `title=x` as other engines write a field.
pub(super) fn equals_field(run: &str, next: Option<char>) -> Option<Expected> {
    let (name, value) = run.split_once('=')?;
    if name.len() > LONGEST_NAME {
        return None;
    }
    let plain: String = name.to_lowercase().chars().filter_map(without_accent).collect();
    let instead = match plain.as_str() {
        "titre" | "title" | "tit" | "lead" => "titre:",
        "source" | "journal" => "source:",
        "auteur" | "author" | "aut" => "auteur:",
        "date" => "date:",
        "text" => "\"…\"",
        _ => return None,
    };
    let begins = |c: char| c.is_alphabetic() || is_quote(c) || c == '(';
    let is_date = instead == "date:" && value.starts_with(|c: char| c.is_ascii_digit());
    let has_value = chars::first(value).or(next.filter(|_| value.is_empty())).is_some_and(begins);
    let value = match chars::first(value) {
        Some('(') | None => String::new(),
        Some(_) => excerpt(value),
    };
    let instead = if instead.ends_with(':') { format!("{instead}{value}") } else { instead.into() };
    let expected = Expected::Operator { found: excerpt(run), instead };
    (has_value || is_date).then_some(expected)
}

/// Longest date as other engines write it that is looked at, in bytes.
const LONGEST_DATE: usize = 48;

/// What a date is here that is written as elsewhere, and how many bytes of the text it takes.
pub(super) fn date_elsewhere(text: &str) -> Option<(usize, Expected)> {
    let start = &text[..text.floor_char_boundary(LONGEST_DATE)];
    let end = match chars::first(start)? {
        '[' | '{' => start.find([']', '}']).map(|at| at + 1)?,
        quote if is_quote(quote) => {
            let close = start.char_indices().skip(1).find(|&(_, c)| is_quote(c))?;
            close.0 + close.1.len_utf8()
        }
        _ => start
            .find(|c: char| chars::is_space(c) || is_quote(c) || c == ')' || c == '(')
            .unwrap_or(start.len()),
    };
    let found = &start[..end];
    let inner = found.trim_matches(|c| is_quote(c) || matches!(c, '[' | ']' | '{' | '}'));
    let inner = inner.trim_matches(chars::is_space);
    let instead = range_instead(inner).filter(|instead| dates(instead).is_ok())?;
    Some((end, Expected::DateForm { found: excerpt(found), instead }))
}

fn range_instead(text: &str) -> Option<String> {
    let bound = |text: &str| match text.trim() {
        "" | "*" => Some(String::new()),
        date => iso(date),
    };
    let year = |text: &str, by: i32| match text.parse::<i32>() {
        Ok(year) => Some((year + by).to_string()),
        Err(_) => iso(text),
    };
    if let Some((from, to)) = text.split_once(" TO ").or_else(|| text.split_once("..")) {
        return Some(format!("{}..{}", bound(from)?, bound(to)?));
    }
    if let Some(from) = text.strip_prefix(">=") {
        return Some(format!("{}..", iso(from)?));
    }
    if let Some(to) = text.strip_prefix("<=") {
        return Some(format!("..{}", iso(to)?));
    }
    if let Some(from) = text.strip_prefix('>') {
        return Some(format!("{}..", year(from, 1)?));
    }
    if let Some(to) = text.strip_prefix('<') {
        return Some(format!("..{}", year(to, -1)?));
    }
    iso(text)
}

/// `31/12/2024`, `2018-5` as dates are written here.
fn iso(text: &str) -> Option<String> {
    let mut parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let is_number = |part: &&str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(is_number) {
        return None;
    }
    if parts.first()?.len() < 4 {
        parts.reverse();
    }
    let (year, rest) = parts.split_first()?;
    let mut date = (year.len() == 4).then(|| (*year).to_owned())?;
    for part in rest {
        date += &format!("-{part:0>2}");
    }
    date.parse::<PartialDate>().is_ok().then_some(date)
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
