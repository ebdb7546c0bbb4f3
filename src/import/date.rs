//! Dates as the press and its tools write them.
//!
//! Only what can be read with certainty is a date: the day comes first in `05/03/2024` because
//! this is French press, `12/25/2024` is none, nor is a year of two digits, nor an interval. A
//! time and a zone may follow and change nothing: the civil date as written counts.

use serde_json::Number;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::article::PartialDate;

/// Longer values hold more than a date.
const MAX_LEN: usize = 120;

/// The months by number, folded, French and English.
const MONTHS: [&[&str]; 12] = [
    &["janvier", "janv", "jan", "january"],
    &["fevrier", "fevr", "fev", "february", "feb"],
    &["mars", "mar", "march"],
    &["avril", "avr", "april", "apr"],
    &["mai", "may"],
    &["juin", "june", "jun"],
    &["juillet", "juil", "juill", "july", "jul"],
    &["aout", "aou", "august", "aug"],
    &["septembre", "sept", "sep", "september"],
    &["octobre", "oct", "october"],
    &["novembre", "nov", "november"],
    &["decembre", "dec", "december"],
];

/// What may stand before the day and says nothing more.
const LEADING: &[&str] = &[
    "le",
    "du",
    "on",
    "the",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lun",
    "mar",
    "mer",
    "jeu",
    "ven",
    "sam",
    "dim",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
];

/// What may stand in a time of day or its zone.
const TIME_WORDS: &[&str] = &[
    "t", "z", "h", "heure", "heures", "min", "mn", "s", "am", "pm", "utc", "gmt", "cet", "cest",
    "est", "edt", "pst", "pdt", "europe", "paris",
];

/// Reads a date with certainty or not at all.
///
/// ```
/// use depeche::import::parse_date;
/// assert_eq!(parse_date("lundi 13 mars 2006, p. 4").unwrap().to_string(), "2006-03-13");
/// assert_eq!(parse_date("déc. 2024").unwrap().to_string(), "2024-12");
/// assert!(parse_date("hier").is_none());
/// ```
#[must_use]
pub fn parse_date(text: &str) -> Option<PartialDate> {
    if text.len() > MAX_LEN {
        return None;
    }
    let folded = fold(text);
    let tokens = tokens(&folded);
    let (date, rest) = leading_date(&tokens)?;
    is_time(rest).then_some(date)
}

/// The full date with which a passage of running text begins, whatever follows it.
pub(crate) fn date_before_text(folded: &str) -> Option<PartialDate> {
    let tokens = tokens(folded);
    leading_date(&tokens).map(|(date, _)| date).filter(|date| date.day().is_some())
}

/// A number as a date: `2024`, `20241205`, or seconds or milliseconds since 1970 in UTC.
#[expect(clippy::cast_possible_truncation, reason = "a number too large is no plausible date")]
pub(crate) fn date_of_number(number: &Number) -> Option<PartialDate> {
    const SECONDS: std::ops::RangeInclusive<i64> = 631_152_000..=4_102_444_799; // 1990 to 2099
    let number = number.as_i64().or_else(|| {
        // Some tools write the seconds with a fraction.
        number.as_f64().filter(|n| n.is_finite()).map(|n| n.floor() as i64)
    })?;
    let of_seconds = |seconds| {
        let stamp = jiff::Timestamp::from_second(seconds).ok()?;
        let date = jiff::tz::Offset::UTC.to_datetime(stamp).date();
        PartialDate::new(date.year(), Some(date.month()), Some(date.day()))
    };
    match number {
        1000..=2200 | 10_000_101..=22_001_231 => parse_date(&number.to_string()),
        n if SECONDS.contains(&n) => of_seconds(n),
        n if SECONDS.contains(&(n / 1000)) => of_seconds(n / 1000),
        _ => None,
    }
}

/// The date with which a file name begins: `2024-12-05`, `20241205` or `2024-12`; a year alone
/// may be anything.
pub(crate) fn date_in_name(name: &str) -> Option<PartialDate> {
    let digits = |range: std::ops::Range<usize>| {
        name.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let ends = |at: usize| !name.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let dash = |at: usize| name.as_bytes().get(at) == Some(&b'-');
    let year = digits(0..4)?;
    if let Some(rest) = digits(4..8).filter(|_| ends(8)) {
        return date_of(year, Some(&rest[..2]), Some(&rest[2..]));
    }
    let month = digits(5..7).filter(|_| dash(4) && ends(7))?;
    match digits(8..10).filter(|_| dash(7) && ends(10)) {
        Some(day) => date_of(year, Some(month), Some(day)),
        None if dash(7) && !ends(8) => None,
        None => date_of(year, Some(month), None),
    }
}

/// The date in the path of an address: `/2024/12/05/` or `2024-12-05`.
pub(crate) fn date_in_url(url: &str) -> Option<PartialDate> {
    let (_, path) = url.split_once("://")?;
    let path = path.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let of_folders = parts.windows(3).find_map(|part| match part {
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            date_of(year, Some(month), Some(day))
        }
        _ => None,
    });
    of_folders.or_else(|| parts.iter().find_map(|part| date_in_part(part)))
}

fn date_in_part(part: &str) -> Option<PartialDate> {
    let starts = part.char_indices().filter(|(at, c)| {
        c.is_ascii_digit() && !part[..*at].ends_with(|before: char| before.is_ascii_digit())
    });
    starts
        .filter_map(|(at, _)| {
            date_in_name(&part[at..]).filter(|_| part[at..].get(4..5) == Some("-"))
        })
        .find(|date| date.day().is_some())
}

/// The number of a month written as a word or a number.
pub(crate) fn month_number(text: &str) -> Option<i8> {
    let folded = fold(text.trim());
    let word = folded.trim_end_matches('.');
    let named = MONTHS.iter().position(|names| names.contains(&word)).map(|month| month + 1);
    named.and_then(|month| i8::try_from(month).ok()).or_else(|| word.parse().ok())
}

/// Without case and accents, for comparing words.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Number(&'a str),
    Word(&'a str),
    Mark(char),
    Space,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let same: fn(char) -> bool = if first.is_ascii_digit() {
            |c| c.is_ascii_digit()
        } else if first.is_alphabetic() {
            char::is_alphabetic
        } else {
            char::is_whitespace
        };
        let run = rest.find(|c| !same(c)).unwrap_or(rest.len());
        let len = if run == 0 { first.len_utf8() } else { run };
        let (part, after) = rest.split_at(len);
        tokens.push(match first {
            _ if run == 0 => Token::Mark(first),
            c if c.is_ascii_digit() => Token::Number(part),
            c if c.is_alphabetic() => Token::Word(part),
            _ => Token::Space,
        });
        rest = after;
    }
    tokens
}

type Tokens<'t, 'a> = &'t [Token<'a>];

fn leading_date<'t, 'a>(tokens: Tokens<'t, 'a>) -> Option<(PartialDate, Tokens<'t, 'a>)> {
    let mut rest = tokens;
    loop {
        // "mar" is March before it is mardi: a day of the week goes only where no date begins.
        if let Some(found) = numeric(rest).or_else(|| worded(rest)) {
            return Some(found);
        }
        match rest {
            [Token::Word(word), after @ ..] if LEADING.contains(word) => rest = skip_gap(after),
            _ => return None,
        }
    }
}

fn numeric<'t, 'a>(tokens: Tokens<'t, 'a>) -> Option<(PartialDate, Tokens<'t, 'a>)> {
    use Token::{Number, Space};
    let (date, rest) = match tokens {
        [Number(year), a, Number(month), b, Number(day), rest @ ..]
            if year.len() == 4 && a == b && (is_separator(*a) || *a == Space) =>
        {
            (date_of(year, Some(month), Some(day)), rest)
        }
        [Number(day), a, Number(month), b, Number(year), rest @ ..]
            if year.len() == 4 && a == b && is_separator(*a) =>
        {
            (date_of(year, Some(month), Some(day)), rest)
        }
        [Number(year), a, Number(month)] if year.len() == 4 && is_separator(*a) => {
            (date_of(year, Some(month), None), &[][..])
        }
        [Number(month), a, Number(year)] if year.len() == 4 && is_separator(*a) => {
            (date_of(year, Some(month), None), &[][..])
        }
        // 20241205, also with the time of day right behind it.
        [Number(all), rest @ ..] if matches!(all.len(), 8 | 12 | 14) => {
            (date_of(&all[..4], Some(&all[4..6]), Some(&all[6..8])), rest)
        }
        [Number(year)] => (date_of(year, None, None), &[][..]),
        _ => return None,
    };
    date.map(|date| (date, rest))
}

fn worded<'t, 'a>(tokens: Tokens<'t, 'a>) -> Option<(PartialDate, Tokens<'t, 'a>)> {
    use Token::{Number, Word};
    match tokens {
        // 1er mars 2019, 24 Dec 2000, 5th of March 2024
        [Number(day), rest @ ..] if day.len() <= 2 => {
            let [Word(month), rest @ ..] = skip_word(skip_gap(skip_ordinal(rest)), &["de", "of"])
            else {
                return None;
            };
            let [Number(year), rest @ ..] = skip_gap(rest) else { return None };
            of_words(year, month, Some(day)).map(|date| (date, rest))
        }
        [Word(month), rest @ ..] => match skip_word(skip_gap(rest), &["de", "of"]) {
            [Number(year), rest @ ..] if year.len() == 4 => {
                of_words(year, month, None).map(|date| (date, rest))
            }
            // December 24, 2000
            [Number(day), rest @ ..] if day.len() <= 2 => {
                let [Number(year), rest @ ..] = skip_gap(skip_ordinal(rest)) else { return None };
                of_words(year, month, Some(day)).map(|date| (date, rest))
            }
            _ => None,
        },
        _ => None,
    }
}

fn of_words(year: &str, month: &str, day: Option<&str>) -> Option<PartialDate> {
    let month = MONTHS.iter().position(|names| names.contains(&month))? + 1;
    date_of(year, Some(&month.to_string()), day)
}

/// A date of the calendar in the years when there were papers.
pub(crate) fn date_of(year: &str, month: Option<&str>, day: Option<&str>) -> Option<PartialDate> {
    let number = |digits: &str| digits.parse().ok().filter(|_| digits.len() <= 2);
    let year = year.parse().ok().filter(|n| year.len() == 4 && (1000..=2200).contains(n))?;
    let month = month.map_or(Some(None), |month| number(month).map(Some))?;
    let day = day.map_or(Some(None), |day| number(day).map(Some))?;
    PartialDate::new(year, month, day)
}

fn is_separator(token: Token<'_>) -> bool {
    matches!(token, Token::Mark('-' | '/' | '.'))
}

fn skip_gap<'t, 'a>(mut tokens: Tokens<'t, 'a>) -> Tokens<'t, 'a> {
    while let [Token::Space | Token::Mark(',' | '.' | '-'), rest @ ..] = tokens {
        tokens = rest;
    }
    tokens
}

fn skip_ordinal<'t, 'a>(tokens: Tokens<'t, 'a>) -> Tokens<'t, 'a> {
    match tokens {
        [Token::Word("er" | "st" | "nd" | "rd" | "th"), rest @ ..]
        | [Token::Space, Token::Word("er"), rest @ ..] => rest,
        _ => tokens,
    }
}

fn skip_word<'t, 'a>(tokens: Tokens<'t, 'a>, words: &[&str]) -> Tokens<'t, 'a> {
    match tokens {
        [Token::Word(word), rest @ ..] if words.contains(word) => skip_gap(rest),
        _ => tokens,
    }
}

/// Whether what follows a date is nothing, a time of day with its zone, or the page of the paper.
fn is_time(rest: Tokens<'_, '_>) -> bool {
    use Token::{Mark, Number, Space, Word};
    match rest {
        [] | [Mark('.') | Word("z")] => true,
        // T101500Z, T10:15:00
        [Word("t"), Number(time), zone @ ..] => matches!(time.len(), 2 | 4 | 6) && zone_fits(zone),
        [Space | Mark(','), ..] => match skip_word(skip_gap(rest), &["a", "at"]) {
            [] | [Word("p" | "pp" | "page"), ..] => true,
            [Number(hour), zone @ ..] if hour.len() <= 2 => {
                let sign = if let [Space, after @ ..] = zone { after } else { zone };
                let is_hour =
                    matches!(sign, [Mark(':') | Word("h" | "heure" | "heures" | "am" | "pm"), ..]);
                is_hour && zone_fits(zone)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether only minutes, seconds and a zone follow the hour.
fn zone_fits(zone: Tokens<'_, '_>) -> bool {
    use Token::{Mark, Number, Space, Word};
    zone.iter().enumerate().all(|(at, token)| match token {
        Number(number) => match at.checked_sub(1).map(|before| zone[before]) {
            Some(Mark('.')) => true,
            Some(Mark('+' | '-')) => matches!(number.len(), 2 | 4),
            _ => number.len() <= 2,
        },
        Word(word) => TIME_WORDS.contains(word),
        Mark(mark) => ":.,+-()[]/_".contains(*mark),
        Space => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        parse_date(text).map(|date| date.to_string()).unwrap_or_default()
    }

    #[test]
    fn dates_as_they_are_written() {
        for (text, expected) in [
            ("2024", "2024"),
            ("2024-12", "2024-12"),
            ("2024/12", "2024-12"),
            ("2024-12-05", "2024-12-05"),
            (" 2024-1-5 ", "2024-01-05"),
            ("2024/12/05", "2024-12-05"),
            ("2024.12.05", "2024-12-05"),
            ("20241205", "2024-12-05"),
            ("20241205T101500Z", "2024-12-05"),
            ("20241205101500", "2024-12-05"),
            ("2024-12-05T23:30:00-05:00", "2024-12-05"),
            ("2024-12-05T23:30:00.123456789Z", "2024-12-05"),
            ("2024-12-05T23:30+0100", "2024-12-05"),
            ("2024-12-05 23:30:00 +0100", "2024-12-05"),
            ("2024-12-05 23:30:00 UTC", "2024-12-05"),
            ("2024-12-05T10:00:00+01:00[Europe/Paris]", "2024-12-05"),
            ("2005-09-16 12:00:00 +02:00", "2005-09-16"),
            ("2006 03 13T00:00:00", "2006-03-13"),
            ("5 décembre 2024", "2024-12-05"),
            ("5 DECEMBRE 2024", "2024-12-05"),
            ("05 de\u{301}cembre 2024", "2024-12-05"),
            ("5\u{a0}décembre\u{202f}2024", "2024-12-05"),
            ("1er mars 2019", "2019-03-01"),
            ("1 er mars 2019", "2019-03-01"),
            ("Le 1er août 2019 à 10h30", "2019-08-01"),
            ("lundi 13 mars 2006", "2006-03-13"),
            ("Lundi 13 mars 2006, p. MDE6", "2006-03-13"),
            ("mar. 5 mars 2024", "2024-03-05"),
            ("sam. 6 juil. 2024 - 08:15", "2024-07-06"),
            ("sam. 6 juil. 2024, 08:15", "2024-07-06"),
            ("mars 2024", "2024-03"),
            ("déc. 2024", "2024-12"),
            ("12/03/2024", "2024-03-12"),
            ("12-03-2024", "2024-03-12"),
            ("12.03.2024", "2024-03-12"),
            ("1/3/2024 10:05", "2024-03-01"),
            ("03/2024", "2024-03"),
            ("December 24, 2000", "2000-12-24"),
            ("Dec. 24th, 2000", "2000-12-24"),
            ("24 Dec 2000", "2000-12-24"),
            ("05-Mar-2024", "2024-03-05"),
            ("Mar 5, 2024", "2024-03-05"),
            ("Tue, 05 Mar 2024 10:00:00 +0100", "2024-03-05"),
            ("Tue, 5 Mar 2024 10:00:00 GMT", "2024-03-05"),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_no_date() {
        for text in [
            "",
            "hier",
            "mars",
            "5 mars",
            "le 5",
            "12/25/2024",
            "05/03/24",
            "2024-13-01",
            "2023-02-29",
            "31 avril 2024",
            "0001-01-01",
            "9999-12-31",
            "2024-03-05/2024-03-06",
            "5 mars 2024 - 6 mars 2024",
            "du 5 au 6 mars 2024",
            "2024-03-05-12",
            "printemps 2024",
            "12345678",
            "vers 2024",
            "2024 ou 2025",
            "1,5",
            "é",
            "//",
            "202412",
            "T10:00",
        ] {
            assert_eq!(parsed(text), "", "{text}");
        }
        assert_eq!(parsed(&"2024 ".repeat(100)), "");
    }

    #[test]
    fn numbers_in_a_plausible_range() {
        for (number, expected) in [
            ("2024", "2024"),
            ("20241205", "2024-12-05"),
            ("1709632800", "2024-03-05"),
            ("1709632800.5", "2024-03-05"),
            ("1709632800000", "2024-03-05"),
            ("12", ""),
            ("-1", ""),
            ("1e300", ""),
            ("99999999", ""),
        ] {
            let number: Number = serde_json::from_str(number).unwrap();
            let date = date_of_number(&number).map(|date| date.to_string());
            assert_eq!(date.unwrap_or_default(), expected, "{number}");
        }
    }

    #[test]
    fn dates_of_names_and_addresses() {
        for (name, expected) in [
            ("2024-12-05-titre.md", "2024-12-05"),
            ("2024-12-05", "2024-12-05"),
            ("20241205_titre", "2024-12-05"),
            ("2024-12_bilan", "2024-12"),
            ("2024-bilan", ""),
            ("2024", ""),
            ("2024-12-5x", ""),
            ("202412051", ""),
            ("2024-13-05", ""),
            ("été-2024-12-05", ""),
            ("éé-éé", ""),
        ] {
            let date = date_in_name(name).map(|date| date.to_string());
            assert_eq!(date.unwrap_or_default(), expected, "{name}");
        }
        for (url, expected) in [
            ("https://exemple.fr/tech/2024/12/05/titre", "2024-12-05"),
            ("https://exemple.fr/2024/1/5", "2024-01-05"),
            ("https://exemple.fr/a/titre-2024-12-05.html?x=2020-01-01", "2024-12-05"),
            ("https://exemple.fr/a/titre-20241205-1.html", ""),
            ("https://exemple.fr/2024/12/titre", ""),
            ("/2024/12/05/", ""),
        ] {
            let date = date_in_url(url).map(|date| date.to_string());
            assert_eq!(date.unwrap_or_default(), expected, "{url}");
        }
    }
}
