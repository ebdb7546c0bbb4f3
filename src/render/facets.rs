//! All that a search found, counted by source, year and author.

use super::columns::{beginning, one_line, to_the_right};
use super::numbers::grouped;
use super::{Language, Style};
use crate::search::{Facet, Facets};

/// Rows of each table.
const MOST: usize = 10;
/// Columns of a number.
const NUMBER: usize = 10;

/// Three small tables, sources and authors with the largest first, the last years; what is beyond ten rows is
/// counted together.
pub fn facets(facets: &Facets, style: Style) -> Vec<String> {
    let pick = |french, english| style.language.pick(french, english);
    let tables = [
        ("source", pick("(sans source)", "(no source)"), &facets.source, false),
        (pick("année", "year"), pick("(sans date)", "(undated)"), &facets.year, true),
        (pick("auteur", "author"), pick("(sans auteur)", "(no author)"), &facets.author, false),
    ];
    let shown = tables.iter().filter(|(_, _, rows, _)| !rows.is_empty());
    let lines = shown.flat_map(|(heading, unknown, rows, is_row_of_years)| {
        table(heading, unknown, rows, *is_row_of_years, style)
    });
    lines.collect()
}

fn table(
    heading: &str,
    unknown: &str,
    rows: &[Facet],
    is_row_of_years: bool,
    style: Style,
) -> Vec<String> {
    let language = style.language;
    let line = |articles: &str, passages: &str, name: &str| {
        let numbers = to_the_right(articles, NUMBER) + &to_the_right(passages, NUMBER);
        format!("{numbers}  {}", beginning(name, style.width.saturating_sub(2 * NUMBER + 2)))
    };
    let row = |row: &Facet, name: &str| {
        line(&grouped(row.articles, language), &grouped(row.passages, language), name)
    };
    let named = |each: &Facet| {
        let name = each.key.as_deref().map(one_line);
        row(each, name.as_deref().map_or(unknown, str::trim))
    };
    let others = |rows: &[Facet]| {
        (!rows.is_empty()).then(|| row(&together(rows), &rest(rows.len(), language)))
    };
    let mut lines = vec![line("articles", "passages", heading)];
    if is_row_of_years {
        let (before, last) = rows.split_at(rows.len().saturating_sub(MOST));
        lines.extend(others(before));
        lines.extend(last.iter().map(named));
    } else {
        let (most, after) = rows.split_at(rows.len().min(MOST));
        lines.extend(most.iter().map(named));
        lines.extend(others(after));
    }
    lines
}

fn rest(count: usize, language: Language) -> String {
    let count = count as u64;
    match language {
        Language::French if count == 1 => "… 1 autre".to_owned(),
        Language::French => format!("… {} autres", grouped(count, language)),
        Language::English if count == 1 => "… 1 other".to_owned(),
        Language::English => format!("… {} others", grouped(count, language)),
    }
}

fn together(rows: &[Facet]) -> Facet {
    let sum = |of: fn(&Facet) -> u64| rows.iter().map(of).sum();
    Facet { key: None, articles: sum(|row| row.articles), passages: sum(|row| row.passages) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facet(key: Option<&str>, articles: u64) -> Facet {
        Facet { key: key.map(str::to_owned), articles, passages: articles * 2 }
    }

    #[test]
    fn the_largest_are_named_and_the_rest_counted() {
        let years: Vec<_> =
            (0..13).map(|i| facet(Some(&(2010 + i).to_string()), 1_300 - i)).collect();
        let source = vec![facet(Some("Le Fil\n\u{1b}fictif"), 9), facet(None, 2)];
        let all = Facets { source, year: years, author: Vec::new() };
        let lines = facets(&all, Style::default());
        assert_eq!(lines[0], "  articles  passages  source");
        assert_eq!(lines[1], "         9        18  Le Fil ␛fictif");
        assert_eq!(lines[2], "         2         4  (sans source)");
        assert_eq!(lines[3], "  articles  passages  année");
        assert_eq!(lines[4], "     3\u{202f}897     7\u{202f}794  … 3 autres");
        assert_eq!(lines.last().unwrap(), "     1\u{202f}288     2\u{202f}576  2022");
        assert_eq!(lines.len(), 3 + 1 + 10 + 1);
        assert!(
            facets(&all, Style { language: Language::English, ..Style::default() })[5]
                .contains("1,297")
        );
    }
}
