//! Results to bytes. Only this module writes markup and escapes; it knows results and nothing of how they
//! were found.

mod batch;
mod chart;
mod checked;
mod columns;
mod concordance;
mod counts;
mod evaluation;
mod explain;
mod facets;
mod french;
mod json;
mod lines;
mod numbers;
mod safe;
mod sheet;
mod terminal;
mod words;

use std::io::{self, Write};

use crate::search::Results;

pub use batch::{Batch, BatchForm};
pub use chart::{Chart, chart};
pub use checked::checked;
pub use concordance::{Concordance, concordance_totals};
pub use counts::{Measure, count_totals, counts};
pub use evaluation::{evaluation_notes, evaluations};
pub use explain::{
    bare_words, explained_query, score_parts, truncated_word, unknown_name, words_that_rank,
};
pub use facets::facets;
pub use french::{french_detail, french_io};
pub use json::{JsonFormatter, article as article_json, line as json_line};
pub use safe::visible;
pub use sheet::Sheet;
pub use terminal::{article, date, stats, totals};

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

/// How concordances, counts and evaluations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Terminal,
    /// For pipes, tabs between.
    Lines,
    /// For spreadsheets.
    Csv(Sheet),
    /// One JSON object a line.
    Json,
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
