//! What one query of a batch asks for otherwise than the others.

use std::str::FromStr;

use serde_json::Value;

use super::Refusal;
use crate::article::PartialDate;
use crate::search::{HitOrder, SearchOptions, Unit};

/// The names of the options that a query of a batch may have of its own; `hits` and `limit` are one.
pub const OWN_OPTIONS: [&str; 10] =
    ["hits", "limit", "offset", "per_article", "unit", "sort", "source", "author", "from", "to"];

/// Characters of a value that a refusal quotes.
const QUOTED: usize = 60;

/// Options of one query; what is `None` is as for all queries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnOptions {
    /// Hits returned; 0: all.
    pub hits: Option<usize>,
    /// Hits passed over first.
    pub offset: Option<usize>,
    /// Passages returned of each article.
    pub per_article: Option<usize>,
    /// What is ranked.
    pub unit: Option<Unit>,
    /// In which order.
    pub sort: Option<HitOrder>,
    /// Only these sources.
    pub source: Option<Vec<String>>,
    /// Only articles signed so.
    pub author: Option<Vec<String>>,
    /// From this date on.
    pub from: Option<PartialDate>,
    /// Up to this date.
    pub to: Option<PartialDate>,
}

impl OwnOptions {
    /// Sets an option by its name; nothing and the empty text leave it as it is for all.
    pub(super) fn set(&mut self, name: &str, value: &Value) -> Result<(), Refusal> {
        let is_empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        match name {
            _ if !OWN_OPTIONS.contains(&name) => {
                return Err(Refusal::UnknownOption { name: quoted(name) });
            }
            _ if is_empty => (),
            "hits" | "limit" => self.hits = Some(number(name, value)?),
            "offset" => self.offset = Some(number(name, value)?),
            "per_article" => self.per_article = Some(positive(name, value)?),
            "unit" => self.unit = Some(one_of(name, value, UNITS)?),
            "sort" => self.sort = Some(one_of(name, value, ORDERS)?),
            "source" => self.source = Some(names(name, value)?),
            "author" => self.author = Some(names(name, value)?),
            "from" => self.from = Some(date(name, value)?),
            _ => self.to = Some(date(name, value)?),
        }
        Ok(())
    }

    /// The options of a search: these, and those of all queries for the rest.
    pub(super) fn over(self, all: &SearchOptions) -> Result<SearchOptions, Refusal> {
        let mut options = all.clone();
        let filters = &mut options.filters;
        filters.from = self.from.or(filters.from);
        filters.to = self.to.or(filters.to);
        if let (Some(from), Some(to)) = (filters.from, filters.to)
            && from.first_day() > to.last_day()
        {
            let (name, found) = ("to".to_owned(), format!("{from} .. {to}"));
            return Err(Refusal::Value { name, found, expected: "a date that is not before from" });
        }
        set(&mut filters.source, self.source);
        set(&mut filters.author, self.author);
        set(&mut options.limit, self.hits.map(|hits| if hits == 0 { usize::MAX } else { hits }));
        set(&mut options.offset, self.offset);
        set(&mut options.per_article, self.per_article);
        set(&mut options.unit, self.unit);
        set(&mut options.sort, self.sort);
        Ok(options)
    }
}

fn set<T>(option: &mut T, own: Option<T>) {
    if let Some(own) = own {
        *option = own;
    }
}

const UNITS: (&[(&str, Unit)], &str) =
    (&[("article", Unit::Article), ("passage", Unit::Passage)], "article or passage");
const ORDERS: (&[(&str, HitOrder)], &str) = (
    &[("relevance", HitOrder::Relevance), ("date", HitOrder::Date), ("oldest", HitOrder::Oldest)],
    "relevance, date or oldest",
);

fn one_of<T: Copy>(
    name: &str,
    value: &Value,
    (known, expected): (&[(&str, T)], &'static str),
) -> Result<T, Refusal> {
    let text = value.as_str().unwrap_or_default().trim();
    let found = known.iter().find(|(known, _)| *known == text);
    found.map(|(_, value)| *value).ok_or_else(|| refused(name, value, expected))
}

/// Cells of a table hold their numbers as text.
fn read<T: FromStr>(value: &Value) -> Option<T> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn number(name: &str, value: &Value) -> Result<usize, Refusal> {
    read(value).ok_or_else(|| refused(name, value, "a number, 0 or more,"))
}

fn positive(name: &str, value: &Value) -> Result<usize, Refusal> {
    let found = read(value).filter(|number| *number > 0);
    found.ok_or_else(|| refused(name, value, "a number, 1 or more,"))
}

fn date(name: &str, value: &Value) -> Result<PartialDate, Refusal> {
    read(value).ok_or_else(|| refused(name, value, "a date (2024, 2024-12 or 2024-12-05)"))
}

/// One name, or a list of them.
fn names(name: &str, value: &Value) -> Result<Vec<String>, Refusal> {
    let one = |value: &Value| value.as_str().map(str::to_owned);
    let found = match value {
        Value::Array(values) => values.iter().map(one).collect(),
        value => one(value).map(|name| vec![name]),
    };
    found.ok_or_else(|| refused(name, value, "a name or a list of names"))
}

fn refused(name: &str, value: &Value, expected: &'static str) -> Refusal {
    let found = match value {
        Value::String(text) => format!("{:?}", quoted(text)),
        other => quoted(&other.to_string()),
    };
    Refusal::Value { name: name.to_owned(), found, expected }
}

fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn own(name: &str, value: &Value) -> Result<OwnOptions, String> {
        let mut own = OwnOptions::default();
        own.set(name, value).map_err(|refusal| refusal.to_string())?;
        Ok(own)
    }

    #[test]
    fn options_are_read_from_numbers_and_text() {
        for value in [json!(3), json!("3"), json!(" 3 ")] {
            assert_eq!(own("limit", &value).map(|own| own.hits), Ok(Some(3)), "{value}");
        }
        assert_eq!(own("unit", &json!("passage")).map(|own| own.unit), Ok(Some(Unit::Passage)));
        let sources = own("source", &json!(["Le Fil", "Autre"])).map(|own| own.source);
        assert_eq!(sources, Ok(Some(vec!["Le Fil".to_owned(), "Autre".to_owned()])));
        assert_eq!(own("from", &json!(2024)).map(|own| own.from), Ok("2024".parse().ok()));
        for value in [json!(null), json!("")] {
            assert_eq!(own("sort", &value), Ok(OwnOptions::default()));
        }
    }

    #[test]
    fn what_no_search_has_is_refused() {
        for (name, value, expected) in [
            ("autor", json!("x"), "\"autor\" is no option of a search"),
            ("hits", json!(-1), "hits: a number, 0 or more, was expected, not -1"),
            ("hits", json!([1]), "not [1]"),
            ("per_article", json!(0), "a number, 1 or more, was expected"),
            (
                "sort",
                json!("newest"),
                "sort: relevance, date or oldest was expected, not \"newest\"",
            ),
            ("to", json!("2024-13"), "not \"2024-13\""),
            ("author", json!(3), "a name or a list of names was expected"),
        ] {
            let refused = own(name, &value).unwrap_err();
            assert!(refused.contains(expected), "{refused}");
        }
    }

    #[test]
    fn own_options_come_before_those_of_all() {
        let all = SearchOptions { limit: 5, offset: 1, ..SearchOptions::default() };
        let own = OwnOptions { hits: Some(0), ..OwnOptions::default() };
        let options = own.over(&all).unwrap();
        assert_eq!((options.limit, options.offset), (usize::MAX, 1));
        let own = OwnOptions {
            from: "2025".parse().ok(),
            to: "2024".parse().ok(),
            ..OwnOptions::default()
        };
        assert_eq!(own.over(&all).unwrap_err().key(), "value");
    }
}
