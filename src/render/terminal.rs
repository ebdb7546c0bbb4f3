//! Results for people: numbered passages, titles, sources, dates, whole sentences.

use std::io::{self, Write};
use std::ops::Range;

use super::facets::facets;
use super::numbers::{counted, decimal, grouped};
use super::safe::visible;
use super::words::{marked, wrapped};
use super::{Language, Style};
use crate::article::{Article, PartialDate};
use crate::search::{Highlight, Hit, Results, Span, Stats};
use crate::snippet::snippet;

const BOLD: &str = "\u{1b}[1m";
pub(super) const FAINT: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";
/// Columns before a passage.
const INDENT: &str = "   ";
/// Sources named by `stats`.
const MOST_SOURCES: usize = 20;

pub(super) fn results(results: &Results, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for hits in results.hits.chunk_by(|a, b| a.rank == b.rank) {
        heading(&hits[0], style, out)?;
        hits.iter().try_for_each(|hit| passage(hit, style, out))?;
        others(hits, style, out)?;
        writeln!(out)?;
    }
    if let Some(found) = results.facets.as_ref().filter(|_| results.articles > 0) {
        facets(found, style).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        writeln!(out)?;
    }
    writeln!(out, "{}", totals(results, style.language))
}

fn heading(hit: &Hit, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let title = match &hit.title {
        Some(title) => marked(title, &ranges(&hit.title_matches), style.color),
        None => visible(&hit.article).into_owned(),
    };
    writeln!(out, "{}. {}", hit.rank, painted(&title, BOLD, style))?;
    let date = hit.date.map(|d| date(d, style.language));
    let parts = [hit.source.clone(), date, hit.author.clone(), Some(hit.article.clone())];
    let line = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    writeln!(out, "{INDENT}{}", painted(&visible(&line), FAINT, style))
}

/// The text between codes that make it bold or faint; lit words inside it end those too, so they are
/// taken up again after each.
pub(super) fn painted(text: &str, code: &str, style: Style) -> String {
    if !style.color {
        return text.to_owned();
    }
    let resumed = text.replace(PLAIN, &format!("{PLAIN}{code}"));
    format!("{code}{resumed}{PLAIN}")
}

fn passage(hit: &Hit, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let start = hit.passage.start;
    let matches: Vec<Range<usize>> =
        hit.matches.iter().map(|m| m.start - start..m.end - start).collect();
    let text = &hit.passage.text;
    let shown = snippet(text, &matches);
    let (mut joined, mut lit) = (String::new(), Vec::new());
    let mut end = 0;
    for span in shown {
        if span.start > end && !text[end..span.start].trim().is_empty() {
            joined.push_str(if joined.is_empty() { "[…] " } else { " […] " });
        }
        let inside = matches.iter().filter(|m| m.start >= span.start && m.end <= span.end);
        lit.extend(
            inside.map(|m| m.start - span.start + joined.len()..m.end - span.start + joined.len()),
        );
        joined.push_str(&text[span.clone()]);
        end = span.end;
    }
    if !text[end..].trim().is_empty() {
        joined.push_str(" […]");
    }
    writeln!(out, "{}", wrapped(&joined, &lit, style.color, style.width, INDENT))
}

/// How many more passages of the article match than are shown.
fn others(hits: &[Hit], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let more = hits[0].article_passages.saturating_sub(hits.len());
    if more == 0 {
        return Ok(());
    }
    let language = style.language;
    let line = match language {
        Language::French => {
            format!(
                "et {} de cet article",
                counted(more as u64, "autre passage", "autres passages", language)
            )
        }
        Language::English => {
            format!(
                "and {} of this article",
                counted(more as u64, "other passage", "other passages", language)
            )
        }
    };
    writeln!(out, "{INDENT}{}", painted(&line, FAINT, style))
}

/// How many passages in how many articles: `2 passages dans 2 articles`.
pub fn totals(results: &Results, language: Language) -> String {
    let passages = counted(results.passages as u64, "passage", "passages", language);
    let articles = counted(results.articles as u64, "article", "articles", language);
    match (results.passages, language) {
        (0, Language::French) => "aucun passage".to_owned(),
        (0, Language::English) => "no passage".to_owned(),
        (_, Language::French) => format!("{passages} dans {articles}"),
        (_, Language::English) => format!("{passages} in {articles}"),
    }
}

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// A date as people write it: `21 janvier 2025`, in English as ISO 8601 has it.
pub fn date(date: PartialDate, language: Language) -> String {
    if language == Language::English {
        return date.to_string();
    }
    let month = date.month().and_then(|m| MONTHS.get(usize::from(m.unsigned_abs()) - 1));
    match (date.day(), month) {
        (Some(1), Some(month)) => format!("1er {month} {}", date.year()),
        (Some(day), Some(month)) => format!("{day} {month} {}", date.year()),
        (None, Some(month)) => format!("{month} {}", date.year()),
        _ => date.to_string(),
    }
}

/// An article with what matches in it, for people.
///
/// # Errors
/// The writer's.
pub fn article(
    article: &Article,
    lit: &Highlight,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if let Some(title) = &article.title {
        let title = marked(title, &ranges(&lit.title), style.color);
        writeln!(out, "{}", painted(&title, BOLD, style))?;
    }
    about(article, style, out)?;
    body(article, &lit.body, style, out)
}

/// Source, date, author, identifier and address.
fn about(article: &Article, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let day = article.date.map(|d| date(d, style.language));
    let parts = [article.source.clone(), day, article.author.clone(), Some(article.id.clone())];
    let line = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    writeln!(out, "{}", painted(&visible(&line), FAINT, style))?;
    if let Some(url) = &article.url {
        writeln!(out, "{}", painted(&visible(url), FAINT, style))?;
    }
    Ok(())
}

fn body(article: &Article, matches: &[Span], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let matches = ranges(matches);
    let mut at = 0;
    for line in article.body.split_inclusive('\n') {
        let span = at..at + line.len();
        let cut = |m: &Range<usize>| m.start.max(span.start) - at..m.end.min(span.end) - at;
        let inside = matches.iter().filter(|m| m.start < span.end && m.end > span.start);
        let lit: Vec<_> = inside.map(cut).collect();
        writeln!(
            out,
            "{}",
            wrapped(
                line.trim_end_matches(['\n', '\r']),
                &trimmed(line, lit),
                style.color,
                style.width,
                ""
            )
            .trim_end()
        )?;
        at = span.end;
    }
    Ok(())
}

/// Spans that end before the line's end.
fn trimmed(line: &str, spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let end = line.trim_end_matches(['\n', '\r']).len();
    let cut = spans.into_iter().map(|s| s.start..s.end.min(end));
    cut.filter(|s| s.start < s.end).collect()
}

fn ranges(spans: &[Span]) -> Vec<Range<usize>> {
    spans.iter().map(|s| s.start..s.end).collect()
}

/// What an index holds, for people.
///
/// # Errors
/// The writer's.
pub fn stats(stats: &Stats, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let language = style.language;
    let mut row = |french: &str, english: &str, value: String| {
        writeln!(out, "{:<12} {value}", language.pick(french, english))
    };
    row("articles", "articles", grouped(stats.articles as u64, language))?;
    row("passages", "passages", grouped(stats.passages as u64, language))?;
    row("mots", "words", grouped(stats.words, language))?;
    if let (Some(first), Some(last)) = (stats.first_day, stats.last_day) {
        let (first, last) = (date(first, language), date(last, language));
        row("dates", "dates", format!("{first} – {last}"))?;
    }
    row("sans date", "undated", grouped(stats.undated as u64, language))?;
    row("taille", "size", size(stats.bytes, language))?;
    row("segments", "segments", stats.segments.to_string())?;
    let count = stats.sources.len();
    row("sources", "sources", grouped(count as u64, language))?;
    for source in stats.sources.iter().take(MOST_SOURCES) {
        let name =
            source.source.as_deref().unwrap_or(language.pick("(sans source)", "(no source)"));
        writeln!(out, "{:>12} {}", grouped(source.articles as u64, language), visible(name))?;
    }
    if count > MOST_SOURCES {
        writeln!(
            out,
            "{:>12} {}",
            "…",
            language.pick("toutes avec --json", "all of them with --json")
        )?;
    }
    Ok(())
}

fn size(bytes: u64, language: Language) -> String {
    let mega = bytes as f64 / 1_000_000.0;
    let unit = language.pick("Mo", "MB");
    format!("{} {unit}", decimal(mega, 1, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_both_languages() {
        assert_eq!(date("2019-03-01".parse().unwrap(), Language::French), "1er mars 2019");
        assert_eq!(date("2022-05".parse().unwrap(), Language::French), "mai 2022");
        assert_eq!(date("2022-05".parse().unwrap(), Language::English), "2022-05");
    }
}
