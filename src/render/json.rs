//! One JSON object a line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::Style;
use super::safe::{is_safe, is_unsafe};
use crate::article::Article;
use crate::search::{Facets, Highlight, Results, Span};

pub(super) fn results(results: &Results, _: Style, out: &mut dyn Write) -> io::Result<()> {
    results.hits.iter().try_for_each(|hit| line(hit, out))?;
    results.facets.iter().try_for_each(|facets| line(&Last { facets }, out))
}

/// What follows the hits.
#[derive(Serialize)]
struct Last<'a> {
    facets: &'a Facets,
}

#[derive(Serialize)]
struct ShownArticle<'a> {
    #[serde(flatten)]
    article: &'a Article,
    matches: &'a [Span],
    title_matches: &'a [Span],
}

/// An article with what matches in it, as one line of JSON.
///
/// # Errors
/// The writer's.
pub fn article(article: &Article, lit: &Highlight, out: &mut dyn Write) -> io::Result<()> {
    line(&ShownArticle { article, matches: &lit.body, title_matches: &lit.title }, out)
}

/// Any value as one line of JSON that no terminal can mistake for commands.
///
/// # Errors
/// The writer's.
pub fn line<T: Serialize>(value: &T, mut out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, JsonFormatter);
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Writes compact JSON in which every character that could command a terminal is escaped.
pub struct JsonFormatter;

impl Formatter for JsonFormatter {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if is_safe(fragment) {
            return CompactFormatter.write_string_fragment(writer, fragment);
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(is_unsafe) {
            CompactFormatter.write_string_fragment(writer, &rest[..at])?;
            let Some(c) = rest[at..].chars().next() else { break };
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Facet;

    #[test]
    fn facets_come_last() {
        let mut found = Results { passages: 0, articles: 0, hits: Vec::new(), facets: None };
        let written = |found: &Results| {
            let mut out = Vec::new();
            results(found, Style::default(), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(&found), "");
        let facet = Facet { key: None, articles: 1, passages: 2 };
        found.facets = Some(Facets { source: vec![facet], ..Facets::default() });
        let expected = r#"{"facets":{"source":[{"key":null,"articles":1,"passages":2}],"year":[],"author":[]}}"#;
        assert_eq!(written(&found).trim_end(), expected);
    }

    #[test]
    fn what_is_escaped_reads_as_it_was() {
        let text = "é \"x\" \u{1b}[2J \u{9b} \u{202e} \u{e0041}";
        let mut out = Vec::new();
        line(&text, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(!written.trim_end().contains(is_unsafe), "{written}");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
