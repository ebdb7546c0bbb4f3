//! Counts of queries side by side: a table with bars for people, rows, objects and lines for programs.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::columns::{beginning, one_line, to_the_left, to_the_right};
use super::concordance::concordance_totals;
use super::numbers::{counted, decimal};
use super::safe::visible;
use super::sheet::{Rows, rounded};
use super::terminal::{FAINT, painted};
use super::{Form, Language, Sheet, Style, json};
use crate::search::{Count, CountedGroup, Counts, Grouping, Matches};

/// Names of the cells of a row; never translated.
const HEADER: [&str; 9] = [
    "query",
    "group",
    "articles_total",
    "words_total",
    "matches",
    "passages",
    "articles",
    "per_article",
    "per_100k_words",
];
/// What the bars of each query are made of: to be told apart without colour.
const FILLS: [char; 8] = ['█', '▒', '░', '▓', '=', '#', '-', '+'];
/// Eighths of a full bar.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// The shortest and the longest room for bars, in columns.
const BARS: (usize, usize) = (12, 60);
/// Columns between two others.
const GAP: usize = 2;

/// What is drawn of counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Matches.
    #[default]
    Matches,
    /// Passages with a match.
    Passages,
    /// Articles with a match.
    Articles,
    /// Matches per article of the group.
    PerArticle,
    /// Matches per 100,000 words of the group.
    Per100k,
}

impl Measure {
    /// The value of one query in a group; none where there is nothing to divide by.
    pub fn of(self, group: &CountedGroup, query: usize) -> Option<f64> {
        let count = group.counts.get(query)?;
        match self {
            Measure::Matches => Some(count.matches as f64),
            Measure::Passages => Some(count.passages as f64),
            Measure::Articles => Some(count.articles as f64),
            Measure::PerArticle => group.per_article(query),
            Measure::Per100k => group.per_100k_words(query),
        }
    }

    /// Its name and unit, in full.
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Measure::Matches => language.pick("occurrences", "matches"),
            Measure::Passages => language.pick("passages trouvés", "passages found"),
            Measure::Articles => language.pick("articles trouvés", "articles found"),
            Measure::PerArticle => language.pick("occurrences par article", "matches per article"),
            Measure::Per100k => {
                language.pick("occurrences pour 100\u{202f}000 mots", "matches per 100,000 words")
            }
        }
    }

    /// Its name over a column.
    fn heading(self, language: Language) -> &'static str {
        match self {
            Measure::Matches => self.label(language),
            Measure::Passages => "passages",
            Measure::Articles => "articles",
            Measure::PerArticle => language.pick("par article", "per article"),
            Measure::Per100k => language.pick("/100\u{202f}000 mots", "/100,000 words"),
        }
    }

    /// A value as people write it: what is too small for its decimals is not said to be nothing.
    pub(super) fn shown(self, value: Option<f64>, language: Language) -> String {
        let places = match self {
            Measure::PerArticle => 3,
            Measure::Per100k => 2,
            _ => 0,
        };
        let least = 0.1f64.powi(places as i32);
        match value {
            None => "–".to_owned(),
            Some(0.0) => "0".to_owned(),
            Some(value) if value < least / 2.0 => {
                format!("<\u{a0}{}", decimal(least, places, language))
            }
            Some(value) => decimal(value, places, language),
        }
    }

    /// Whether it is divided by the size of the group.
    pub(super) fn is_rate(self) -> bool {
        matches!(self, Measure::PerArticle | Measure::Per100k)
    }
}

/// Writes counts; the measure is what the bars of a terminal show.
///
/// # Errors
/// The writer's.
pub fn counts(
    counts: &Counts,
    measure: Measure,
    form: Form,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match form {
        Form::Terminal => table(counts, measure, style, out),
        Form::Lines => lines(counts, out),
        Form::Csv(sheet) => rows(counts, sheet, out),
        Form::Json => objects(counts, out),
    }
}

/// What was counted of each query: `accord : 1 234 occurrences dans 56 articles`.
pub fn count_totals(counts: &Counts, language: Language) -> Vec<String> {
    let colon = language.pick(" :", ":");
    let each = counts.queries.iter().zip(&counts.total.counts).map(|(query, count)| {
        let Count { matches, articles, .. } = *count;
        let totals = concordance_totals(Matches { matches, articles }, language);
        format!("{}{colon} {totals}", visible(query))
    });
    each.collect()
}

/// The name of a group for people.
pub(super) fn name(key: Option<&str>, by: Grouping, language: Language) -> String {
    match (key, by) {
        (Some(key), _) => one_line(key).trim().to_owned(),
        (None, Grouping::Month | Grouping::Year) => {
            language.pick("(sans date)", "(undated)").to_owned()
        }
        (None, Grouping::Source) => language.pick("(sans source)", "(no source)").to_owned(),
        (None, Grouping::Author) => language.pick("(sans auteur)", "(no author)").to_owned(),
    }
}

/// One group and query, for programs.
#[derive(Serialize)]
struct Row<'a> {
    query: &'a str,
    by: Grouping,
    group: Option<&'a str>,
    total: bool,
    articles_total: u64,
    words_total: u64,
    matches: u64,
    passages: u64,
    articles: u64,
    per_article: Option<f64>,
    per_100k_words: Option<f64>,
}

/// Every group with every query; the total is a group without a name.
fn each<'a>(
    counts: &'a Counts,
    group: &'a CountedGroup,
    total: bool,
) -> impl Iterator<Item = Row<'a>> {
    let queries = counts.queries.iter().zip(&group.counts).enumerate();
    queries.map(move |(i, (query, count))| Row {
        query,
        by: counts.by,
        group: group.key.as_deref().filter(|_| !total),
        total,
        articles_total: group.articles,
        words_total: group.words,
        matches: count.matches,
        passages: count.passages,
        articles: count.articles,
        per_article: group.per_article(i).map(rounded),
        per_100k_words: group.per_100k_words(i).map(rounded),
    })
}

fn of_groups(counts: &Counts) -> impl Iterator<Item = Row<'_>> {
    counts.groups.iter().flat_map(|group| each(counts, group, false))
}

fn objects(counts: &Counts, out: &mut dyn Write) -> io::Result<()> {
    of_groups(counts)
        .chain(each(counts, &counts.total, true))
        .try_for_each(|row| json::line(&row, out))
}

/// Group, query, and the numbers in the order of the rows; the decimal mark is the point.
fn lines(counts: &Counts, out: &mut dyn Write) -> io::Result<()> {
    let sheet = Sheet { separator: b'\t', ..Sheet::default() };
    of_groups(counts).try_for_each(|row| {
        let mut cells = cells(&row, sheet);
        cells.swap(0, 1);
        writeln!(out, "{}", cells.map(|cell| visible(&cell).into_owned()).join("\t"))
    })
}

fn rows(counts: &Counts, sheet: Sheet, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Rows::new(sheet, &HEADER, out)?;
    of_groups(counts).try_for_each(|row| rows.row(&cells(&row, sheet)))?;
    rows.end()
}

fn cells<'a>(row: &Row<'a>, sheet: Sheet) -> [Cow<'a, str>; HEADER.len()] {
    let count = |n: u64| Cow::from(n.to_string());
    [
        Cow::from(row.query),
        Cow::from(row.group.unwrap_or("")),
        count(row.articles_total),
        count(row.words_total),
        count(row.matches),
        count(row.passages),
        count(row.articles),
        Cow::from(sheet.number(row.per_article)),
        Cow::from(sheet.number(row.per_100k_words)),
    ]
}

/// A table for people: its columns and their widths.
struct Table<'a> {
    counts: &'a Counts,
    measure: Measure,
    style: Style,
    name: usize,
    columns: Vec<(Measure, usize)>,
    bar: usize,
    /// The value of the longest bar.
    most: f64,
}

fn table(counts: &Counts, measure: Measure, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let table = Table::new(counts, measure, style);
    if counts.queries.len() > 1 {
        legend(counts, style, out)?;
    }
    writeln!(out, "{}", painted(&table.heading(), FAINT, style))?;
    // Sources and authors without a match are counted, months and years shown: gaps tell something there.
    let is_period = matches!(counts.by, Grouping::Month | Grouping::Year);
    let is_shown =
        |group: &&CountedGroup| is_period || group.counts.iter().any(|count| count.articles > 0);
    for group in counts.groups.iter().filter(is_shown) {
        let name = name(group.key.as_deref(), counts.by, style.language);
        table.group(&name, group, true, out)?;
    }
    let hidden = counts.groups.iter().filter(|group| !is_shown(group)).count();
    if hidden > 0 {
        writeln!(
            out,
            "{}",
            painted(&without_match(hidden, counts.by, style.language), FAINT, style)
        )?;
    }
    // Beside the total all others would be too short to see.
    table.group("total", &counts.total, false, out)
}

fn without_match(groups: usize, by: Grouping, language: Language) -> String {
    let (one, many) = match by {
        Grouping::Author => (
            language.pick("autre signature sans occurrence", "other author without a match"),
            language.pick("autres signatures sans occurrence", "other authors without a match"),
        ),
        _ => (
            language.pick("autre source sans occurrence", "other source without a match"),
            language.pick("autres sources sans occurrence", "other sources without a match"),
        ),
    };
    counted(groups as u64, one, many, language)
}

/// Which bars are whose.
fn legend(counts: &Counts, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let entry = |(i, query): (usize, &String)| {
        beginning(&format!("{} {}", fill(i), one_line(query)), style.width)
    };
    let entries: Vec<_> = counts.queries.iter().enumerate().map(entry).collect();
    let line = entries.join("   ");
    let lines = if line.width() <= style.width { vec![line] } else { entries };
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn fill(query: usize) -> char {
    FILLS[query % FILLS.len()]
}

impl<'a> Table<'a> {
    fn new(counts: &'a Counts, measure: Measure, style: Style) -> Self {
        let language = style.language;
        let names =
            counts.groups.iter().map(|g| name(g.key.as_deref(), counts.by, language).width());
        let longest = names.max().unwrap_or(0).max("total".len()).min(style.width / 3);
        let mark = if counts.queries.len() > 1 { GAP } else { 0 };
        let columns = columns(counts, measure, style, longest + mark);
        let used: usize = columns.iter().map(|(_, width)| width + GAP).sum();
        let room = style.width.saturating_sub(longest + mark + used + GAP);
        let queries = 0..counts.queries.len();
        let values = counts
            .groups
            .iter()
            .flat_map(|group| queries.clone().filter_map(|query| measure.of(group, query)));
        let most = values.fold(0.0, f64::max);
        Table { counts, measure, style, name: longest, columns, bar: room.min(BARS.1), most }
    }

    fn heading(&self) -> String {
        let language = self.style.language;
        let mut line = " ".repeat(self.name + if self.counts.queries.len() > 1 { GAP } else { 0 });
        for (measure, width) in &self.columns {
            line.push_str(&to_the_right(measure.heading(language), width + GAP));
        }
        let label = beginning(self.measure.heading(language), self.bar);
        format!("{line}{}{label}", " ".repeat(GAP)).trim_end().to_owned()
    }

    /// A line for each query.
    fn group(
        &self,
        name: &str,
        group: &CountedGroup,
        bars: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for query in 0..self.counts.queries.len() {
            let name = if query == 0 { beginning(name, self.name) } else { String::new() };
            let mut line = to_the_left(&name, self.name);
            if self.counts.queries.len() > 1 {
                line.push(' ');
                line.push(fill(query));
            }
            for (measure, width) in &self.columns {
                let value = measure.shown(measure.of(group, query), self.style.language);
                line.push_str(&to_the_right(&value, width + GAP));
            }
            let value = self.measure.of(group, query).filter(|_| bars);
            let bar = bar(value.unwrap_or(0.0), self.most, self.bar, fill(query));
            writeln!(out, "{}", format!("{line}{}{bar}", " ".repeat(GAP)).trim_end())?;
        }
        Ok(())
    }
}

/// The columns for which there is room beside the bars, that of the measure first of all.
fn columns(counts: &Counts, measure: Measure, style: Style, used: usize) -> Vec<(Measure, usize)> {
    let all = || counts.groups.iter().chain([&counts.total]);
    let width = |column: Measure| {
        let queries = 0..counts.queries.len();
        let cell = |(group, query)| column.shown(column.of(group, query), style.language).width();
        let cells = all().flat_map(|group| queries.clone().map(move |query| (group, query)));
        cells.map(cell).max().unwrap_or(0).max(column.heading(style.language).width())
    };
    let mut columns = Vec::new();
    let mut used = used + GAP + BARS.0;
    for column in [measure, Measure::Matches, Measure::Articles, Measure::Per100k] {
        let needed = width(column) + GAP;
        let known = columns.iter().any(|(known, _)| *known == column);
        if !known && (columns.is_empty() || used + needed <= style.width) {
            used += needed;
            columns.push((column, needed - GAP));
        }
    }
    columns.sort_by_key(|(column, _)| *column);
    columns
}

/// A bar in so many columns at most; whatever is not nothing is seen.
fn bar(value: f64, most: f64, room: usize, fill: char) -> String {
    if value <= 0.0 || most <= 0.0 || room == 0 {
        return String::new();
    }
    let eighths = ((value / most * room as f64 * 8.0).round() as usize).clamp(1, room * 8);
    if fill == FILLS[0] {
        return FILLS[0].to_string().repeat(eighths / 8) + EIGHTHS[eighths % 8];
    }
    // The other fills have no narrower characters.
    fill.to_string().repeat(((eighths + 4) / 8).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(key: Option<&str>, articles: u64, words: u64, matches: &[u64]) -> CountedGroup {
        let count = |&n: &u64| Count { matches: n, passages: n / 2, articles: n / 3 };
        let counts = matches.iter().map(count).collect();
        CountedGroup { key: key.map(str::to_owned), articles, words, counts }
    }

    fn two() -> Counts {
        Counts {
            by: Grouping::Year,
            queries: vec!["accord".into(), "\"premier refus\"".into()],
            groups: vec![
                group(Some("2023"), 100, 50_000, &[1_200, 3]),
                group(Some("2024"), 0, 0, &[0, 0]),
                group(None, 20, 3_000, &[600, 0]),
            ],
            total: group(None, 120, 53_000, &[1_800, 3]),
        }
    }

    fn one() -> Counts {
        let mut counts = two();
        counts.queries.truncate(1);
        counts.groups.iter_mut().for_each(|group| group.counts.truncate(1));
        counts.total.counts.truncate(1);
        counts
    }

    fn written(counts: &Counts, measure: Measure, form: Form, width: usize) -> String {
        let mut out = Vec::new();
        let style = Style { width, ..Style::default() };
        super::counts(counts, measure, form, style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_query_has_a_bar_a_group() {
        let shown = written(&one(), Measure::Matches, Form::Terminal, 70);
        let expected = "\
             \u{20}            occurrences  articles  /100\u{202f}000 mots  occurrences\n\
             2023               1\u{202f}200       400       2\u{202f}400,00  ███████████████████\n\
             2024                   0         0              –\n\
             (sans date)          600       200      20\u{202f}000,00  █████████▌\n\
             total              1\u{202f}800       600       3\u{202f}396,23\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn several_queries_have_a_bar_each() {
        let shown = written(&two(), Measure::Matches, Form::Terminal, 60);
        assert!(shown.starts_with("█ accord   ▒ \"premier refus\"\n"), "{shown}");
        assert!(shown.contains("\n2023        █"), "{shown}");
        let second = shown.lines().find(|line| line.trim_start().starts_with('▒')).unwrap();
        assert!(second.ends_with("3         1  ▒"), "{shown}");
    }

    #[test]
    fn tables_are_as_wide_as_the_terminal_at_most() {
        let measures = [Measure::Matches, Measure::Passages, Measure::PerArticle, Measure::Per100k];
        for width in [40, 60, 80, 110, 200] {
            for measure in measures {
                let shown = written(&two(), measure, Form::Terminal, width);
                assert!(shown.lines().all(|line| line.width() <= width), "{width} {shown}");
                assert!(shown.contains(measure.heading(Language::French)), "{width} {shown}");
            }
        }
    }

    #[test]
    fn bars_have_eighths_and_nothing_is_hidden() {
        assert_eq!(bar(1.0, 2.0, 5, '█'), "██▌");
        assert_eq!(bar(0.001, 2.0, 5, '█'), "▏");
        assert_eq!(bar(0.001, 2.0, 5, '▒'), "▒");
        assert_eq!(bar(0.0, 0.0, 5, '█') + &bar(0.0, 1.0, 5, '▒'), "");
    }

    #[test]
    fn what_is_small_is_not_nothing() {
        let shown = |value| Measure::PerArticle.shown(value, Language::French);
        assert_eq!(shown(Some(0.000_1)), "<\u{a0}0,001");
        assert_eq!((shown(Some(0.0)), shown(None)), ("0".into(), "–".into()));
        assert_eq!(Measure::Per100k.shown(Some(1_234.5), Language::English), "1,234.50");
    }

    #[test]
    fn rows_are_long_and_empty_where_unknown() {
        let sheet = Form::Csv(Sheet { bom: false, ..Sheet::default() });
        let shown = written(&two(), Measure::Matches, sheet, 80);
        let expected = "query;group;articles_total;words_total;matches;passages;articles;per_article;per_100k_words\r\n\
            accord;2023;100;50000;1200;600;400;12;2400\r\n\
            \"\"\"premier refus\"\"\";2023;100;50000;3;1;1;0,03;6\r\n\
            accord;2024;0;0;0;0;0;;\r\n";
        assert!(shown.starts_with(expected), "{shown}");
        assert_eq!(shown.lines().count(), 7);
    }

    #[test]
    fn objects_have_the_same_keys_the_total_last() {
        let shown = written(&one(), Measure::Matches, Form::Json, 80);
        let last = "{\"query\":\"accord\",\"by\":\"year\",\"group\":null,\"total\":true,\
            \"articles_total\":120,\"words_total\":53000,\"matches\":1800,\"passages\":900,\
            \"articles\":600,\"per_article\":15.0,\"per_100k_words\":3396.226415}";
        assert_eq!(shown.lines().last(), Some(last));
        assert_eq!(shown.lines().count(), 4);
    }

    #[test]
    fn lines_begin_with_the_group() {
        let shown = written(&one(), Measure::Matches, Form::Lines, 80);
        assert_eq!(
            shown.lines().next(),
            Some("2023\taccord\t100\t50000\t1200\t600\t400\t12\t2400")
        );
        let said = count_totals(&two(), Language::French);
        let none =
            count_totals(&Counts { total: group(None, 9, 9, &[0]), ..one() }, Language::French);
        assert_eq!(none, ["accord : aucune occurrence"]);
        assert_eq!(said[1], "\"premier refus\" : 3 occurrences dans 1 article");
    }
}
