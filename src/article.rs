//! What was published: an article and the date it bears.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One published text, the unit of import.
///
/// ```
/// use depeche::Article;
/// let article = Article {
///     title: Some("Fin d’exclusivité".into()),
///     date: "2025-01-21".parse().ok(),
///     ..Article::new("a1", "Microsoft garde un droit de premier refus.")
/// };
/// assert_eq!(article.date.unwrap().to_string(), "2025-01-21");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Unique within an index.
    pub id: String,
    /// The headline, where the record gives one.
    pub title: Option<String>,
    /// The date of publication, as precise as the record knows it.
    pub date: Option<PartialDate>,
    /// The title of the paper, site or agency.
    pub source: Option<String>,
    /// Who signed, as written.
    pub author: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// The text as imported, unchanged; offsets everywhere are bytes of it.
    pub body: String,
}

impl Article {
    /// An article of which only the identifier and the text are known.
    pub fn new(id: impl Into<String>, body: impl Into<String>) -> Self {
        Article { id: id.into(), body: body.into(), ..Article::default() }
    }
}

/// A civil date known to the day, to the month or only to the year.
///
/// ```
/// use depeche::PartialDate;
/// let month: PartialDate = "2024-02".parse().unwrap();
/// assert_eq!(month.last_day() - month.first_day(), 28);
/// assert!("2023-02-29".parse::<PartialDate>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl PartialDate {
    /// A date, if the calendar has it; a day needs its month. Years run from 1 to 9999.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        if !(1..=9999).contains(&year) || (day.is_some() && month.is_none()) {
            return None;
        }
        jiff::civil::Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        Some(PartialDate { year, month, day })
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month (1 to 12), if known.
    pub fn month(self) -> Option<i8> {
        self.month
    }

    /// The day of the month, if known.
    pub fn day(self) -> Option<i8> {
        self.day
    }

    /// The first day it may mean, in days since 1970-01-01.
    pub fn first_day(self) -> i64 {
        days_since_epoch(self.civil())
    }

    /// The last day it may mean, in days since 1970-01-01.
    pub fn last_day(self) -> i64 {
        let first = self.civil();
        days_since_epoch(match (self.month, self.day) {
            (None, _) => first.last_of_year(),
            (Some(_), None) => first.last_of_month(),
            (Some(_), Some(_)) => first,
        })
    }

    /// The date of a day counted from 1970-01-01, if years 1 to 9999 have it.
    pub(crate) fn from_day(day: i64) -> Option<Self> {
        let days = jiff::Span::new().try_days(day).ok()?;
        let date = jiff::civil::date(1970, 1, 1).checked_add(days).ok()?;
        PartialDate::new(date.year(), Some(date.month()), Some(date.day()))
    }

    fn civil(self) -> jiff::civil::Date {
        jiff::civil::date(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }
}

fn days_since_epoch(date: jiff::civil::Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from((date - epoch).get_days())
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// Not a date of the form `2024`, `2024-12` or `2024-12-05`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a date: write 2024, 2024-12 or 2024-12-05")]
pub struct DateError(pub String);

impl FromStr for PartialDate {
    type Err = DateError;

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; other ways to write a date are the importers' business.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let error = || DateError(text.chars().take(40).collect());
        let mut parts = text.trim().split('-');
        let year = number(parts.next(), 4).ok_or_else(error)?;
        let (month, day) = (parts.next(), parts.next());
        if parts.next().is_some() {
            return Err(error());
        }
        let month = month.map(|m| number(Some(m), 2).ok_or_else(error)).transpose()?;
        let day = day.map(|d| number(Some(d), 2).ok_or_else(error)).transpose()?;
        PartialDate::new(year, month.map(|m| m as i8), day.map(|d| d as i8)).ok_or_else(error)
    }
}

fn number(digits: Option<&str>, len: usize) -> Option<i16> {
    let digits = digits.filter(|d| d.len() == len && d.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok()
}

impl Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_prints_as_it_was_read() {
        for text in ["2024", "2024-12", "2024-02-29", "1999-01-01"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_the_calendar_lacks_is_refused() {
        for text in ["", "24", "2024-13", "2023-02-29", "2024-1-5", "2024-01-05-02", "0000", "hier"]
        {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_partial_date_covers_all_its_days() {
        let year: PartialDate = "1970".parse().unwrap();
        assert_eq!((year.first_day(), year.last_day()), (0, 364));
        let before: PartialDate = "1969-12-31".parse().unwrap();
        assert_eq!(before.first_day(), -1);
    }
}
