//! Results to bytes. Only this module writes markup and escapes; it knows results and nothing of how they
//! were found.

mod json;
mod lines;
mod safe;
mod terminal;
mod words;

use std::io::{self, Write};

use crate::article::{Article, PartialDate};
use crate::search::{Results, Span, Stats};

pub use json::JsonFormatter;
pub use safe::visible;

/// The language of labels and messages; keys of JSON are never translated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// French.
    #[default]
    French,
    /// English.
    English,
}

impl Language {
    /// The text of this language.
    pub fn pick<'a>(self, french: &'a str, english: &'a str) -> &'a str {
        match self {
            Language::French => french,
            Language::English => english,
        }
    }
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Of labels and dates.
    pub language: Language,
    /// Columns of the terminal.
    pub width: usize,
    /// Lit words in colour; where not, they stand between `**`.
    pub color: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style { language: Language::default(), width: 80, color: false }
    }
}

/// One way to write results.
pub type Render = fn(&Results, Style, &mut dyn Write) -> io::Result<()>;

/// Every way to write results, by name.
pub const RENDERERS: &[(&str, Render)] =
    &[("terminal", terminal::results), ("lines", lines::results), ("json", json::results)];

/// The renderer of a name in [`RENDERERS`].
///
/// ```
/// assert!(depeche::render::renderer("json").is_some());
/// ```
pub fn renderer(name: &str) -> Option<Render> {
    RENDERERS.iter().find(|(n, _)| *n == name).map(|(_, render)| *render)
}

/// An article with what matches in it, for people.
///
/// # Errors
/// The writer's.
pub fn article(
    article: &Article,
    title_matches: &[Span],
    matches: &[Span],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    terminal::article(article, title_matches, matches, style, out)
}

/// An article with what matches in it, as one line of JSON.
///
/// # Errors
/// The writer's.
pub fn article_json(
    article: &Article,
    title_matches: &[Span],
    matches: &[Span],
    out: &mut dyn Write,
) -> io::Result<()> {
    json::article(article, title_matches, matches, out)
}

/// What an index holds, for people.
///
/// # Errors
/// The writer's.
pub fn stats(stats: &Stats, style: Style, out: &mut dyn Write) -> io::Result<()> {
    terminal::stats(stats, style, out)
}

/// Any value as one line of JSON that no terminal can mistake for commands.
///
/// # Errors
/// The writer's.
pub fn json_line<T: serde::Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    json::line(value, out)
}

/// How many passages in how many articles: `2 passages dans 2 articles`.
pub fn totals(results: &Results, language: Language) -> String {
    terminal::totals(results, language)
}

/// A date as people write it: `21 janvier 2025`, in English as ISO 8601 has it.
pub fn date(date: PartialDate, language: Language) -> String {
    terminal::date(date, language)
}
