//! Every match in its context: aligned for people, rows for a spreadsheet, objects and lines for programs.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::columns::{CUT, beginning, ending, one_line, prefix, to_the_left, to_the_right};
use super::numbers::counted;
use super::sheet::Rows;
use super::terminal::{FAINT, painted};
use super::words::marked;
use super::{Form, Language, Style, json};
use crate::article::PartialDate;
use crate::search::{Line, Matches, Part};

/// Names of the cells of a row; never translated.
const HEADER: [&str; 14] = [
    "article", "date", "source", "author", "title", "url", "part", "passage", "start", "end",
    "left", "match", "right", "query",
];
/// Columns of a date known to the day.
const DATE: usize = 10;
/// Columns between two others.
const GAP: usize = 2;
/// Columns of the marks around one lit run, where there is no colour.
const MARKS: usize = 4;

/// A concordance as it is written, line by line.
pub struct Concordance<'w> {
    to: To<'w>,
    query: String,
    style: Style,
}

enum To<'w> {
    Terminal(&'w mut dyn Write),
    Lines(&'w mut dyn Write),
    Json(&'w mut dyn Write),
    Rows(Box<Rows<'w>>),
}

impl<'w> Concordance<'w> {
    /// Begins a concordance; rows of a spreadsheet name the query.
    ///
    /// # Errors
    /// The writer's.
    pub fn new(query: &str, form: Form, style: Style, out: &'w mut dyn Write) -> io::Result<Self> {
        let to = match form {
            Form::Terminal => To::Terminal(out),
            Form::Lines => To::Lines(out),
            Form::Json => To::Json(out),
            Form::Csv(sheet) => To::Rows(Box::new(Rows::new(sheet, &HEADER, out)?)),
        };
        Ok(Concordance { to, query: query.to_owned(), style })
    }

    /// Writes one match.
    ///
    /// # Errors
    /// The writer's.
    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        match &mut self.to {
            To::Terminal(out) => writeln!(out, "{}", aligned(line, self.style)),
            To::Lines(out) => writeln!(out, "{}", plain(line)),
            To::Json(out) => json::line(line, *out),
            To::Rows(rows) => rows.row(&cells(line, &self.query)),
        }
    }

    /// Hands over what is still held back.
    ///
    /// # Errors
    /// The writer's.
    pub fn end(mut self) -> io::Result<()> {
        match &mut self.to {
            To::Terminal(out) | To::Lines(out) | To::Json(out) => out.flush(),
            To::Rows(rows) => rows.end(),
        }
    }
}

/// How many matches in how many articles: `23 412 occurrences dans 512 articles`.
pub fn concordance_totals(found: Matches, language: Language) -> String {
    let Matches { matches, articles } = found;
    // What finds articles by their source or date alone lights nothing.
    if matches == 0 {
        let none = language.pick("aucune occurrence", "no match");
        let found = counted(articles, "article", "articles", language);
        return if articles == 0 { none.to_owned() } else { format!("{none}, {found}") };
    }
    let (one, many) =
        (language.pick("occurrence", "match"), language.pick("occurrences", "matches"));
    let matches = counted(matches, one, many, language);
    let articles = counted(articles, "article", "articles", language);
    format!("{matches} {} {articles}", language.pick("dans", "in"))
}

fn cells<'a>(line: &'a Line, query: &'a str) -> [Cow<'a, str>; HEADER.len()] {
    let text = |text: &'a Option<String>| Cow::from(text.as_deref().unwrap_or(""));
    [
        Cow::from(&line.article),
        Cow::from(day(line.date)),
        text(&line.source),
        text(&line.author),
        text(&line.title),
        text(&line.url),
        Cow::from(match line.part {
            Part::Title => "title",
            Part::Body => "body",
        }),
        Cow::from(line.passage.map(|passage| passage.to_string()).unwrap_or_default()),
        Cow::from(line.start.to_string()),
        Cow::from(line.end.to_string()),
        // On one line, as a spreadsheet wants it; the bytes tell where the text itself stands.
        Cow::from(one_line(&line.left)),
        Cow::from(one_line(&line.text)),
        Cow::from(one_line(&line.right)),
        Cow::from(query),
    ]
}

fn day(date: Option<PartialDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// Article, date, source, left, match, right.
fn plain(line: &Line) -> String {
    let source = line.source.as_deref().unwrap_or("");
    let cells = [&line.article, &day(line.date), source, &line.left, &line.text, &line.right];
    cells.map(|cell| one_line(cell).trim().to_owned()).join("\t")
}

/// How the columns of a terminal are shared out; what has none is not shown.
struct Layout {
    source: usize,
    date: usize,
    article: usize,
    left: usize,
    /// For the match and what follows it.
    right: usize,
}

impl Layout {
    fn of(width: usize) -> Layout {
        let (source, date, article) = match width {
            ..50 => (0, 0, 0),
            50..70 => (0, DATE, 0),
            70..130 => ((width / 6).min(18), DATE, 0),
            _ => (20, DATE, (width / 6).min(36)),
        };
        let about: usize =
            [source, date, article].iter().filter(|&&column| column > 0).map(|c| c + GAP).sum();
        let room = width.saturating_sub(about).max(10);
        let left = room * 2 / 5;
        Layout { source, date, article, left, right: room - left }
    }
}

/// A line of the terminal: source, date and article, then the match, below that of the line before.
fn aligned(line: &Line, style: Style) -> String {
    let layout = Layout::of(style.width);
    let (source, date) = (line.source.as_deref().unwrap_or(""), day(line.date));
    let mut about = String::new();
    let columns = [
        (layout.source, beginning(&one_line(source), layout.source)),
        (layout.date, date),
        // Identifiers differ at their ends.
        (layout.article, ending(&one_line(&line.article), layout.article)),
    ];
    for (width, text) in columns.iter().filter(|(width, _)| *width > 0) {
        about.push_str(&to_the_left(text, width + GAP));
    }
    let about = if about.is_empty() { about } else { painted(&about, FAINT, style) };
    let left = one_line(&line.left);
    let left = to_the_right(&ending(left.trim_start(), layout.left), layout.left);
    format!("{about}{left}{}", rest(line, layout.right, style.color))
}

/// The match and what follows it, in so many columns.
fn rest(line: &Line, room: usize, color: bool) -> String {
    let (mut text, mut lit) = (String::new(), Vec::new());
    for (part, is_lit) in parts(line) {
        let part = one_line(part);
        let part = if text.is_empty() || text.ends_with(' ') { part.trim_start() } else { &part };
        if is_lit {
            lit.push(text.len()..text.len() + part.len());
        }
        text.push_str(part);
    }
    let text = text.trim_end();
    let room = if color { room } else { room.saturating_sub(MARKS * lit.len()) };
    let cut = text.width() > room;
    let kept = if cut { prefix(text, room.saturating_sub(1)) } else { text };
    let within = |span: Range<usize>| span.start..span.end.min(kept.len());
    let lit: Vec<_> = lit.into_iter().map(within).filter(|span| !span.is_empty()).collect();
    format!("{}{}", marked(kept, &lit, color), if cut { CUT } else { "" })
}

/// The match, piece by piece and whether it is lit, then what follows.
fn parts(line: &Line) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut at = line.start;
    let mut push = |from: usize, to: usize, lit: bool| {
        let piece = line.text.get(from - line.start..to - line.start);
        parts.extend(piece.filter(|piece| !piece.is_empty()).map(|piece| (piece, lit)));
    };
    for span in line.matches.iter().filter(|span| span.end <= line.end) {
        if span.start >= at {
            push(at, span.start, false);
            push(span.start, span.end, true);
            at = span.end;
        }
    }
    push(at, line.end.max(at), false);
    parts.push((&line.right, false));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Sheet;
    use crate::search::Span;

    fn line() -> Line {
        Line {
            article: "ia/openai".into(),
            title: Some("Un titre ; avec un signe".into()),
            source: Some("La Gazette fictive du numérique".into()),
            author: None,
            date: "2025-10-28".parse().ok(),
            url: None,
            part: Part::Body,
            passage: Some(3),
            start: 100,
            end: 122,
            left: "En contrepartie,\nMicrosoft\u{1b} abandonne le ".into(),
            text: "droit de premier refus".into(),
            right: " que lui\r\n\r\nréservait l’accord de janvier".into(),
            matches: vec![Span { start: 100, end: 105 }, Span { start: 109, end: 122 }],
        }
    }

    fn written(lines: &[Line], form: Form, style: Style) -> String {
        let mut out = Vec::new();
        let mut concordance = Concordance::new("\"premier refus\"", form, style, &mut out).unwrap();
        lines.iter().for_each(|line| concordance.line(line).unwrap());
        concordance.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn matches_stand_one_below_the_other() {
        let elided = Line { left: "l’".into(), source: None, date: None, ..line() };
        let shown = written(&[line(), elided], Form::Terminal, Style::default());
        assert_eq!(
            shown,
            "La Gazette f…  2025-10-28  …osoft␛ abandonne le **droit** de **premier refus**…\n"
                .to_owned()
                + "                                              l’**droit** de **premier refus**…\n"
        );
    }

    #[test]
    fn lines_are_as_wide_as_the_terminal_at_most() {
        let wide =
            Line { left: "日本語の新聞".repeat(9), right: "é ".repeat(200), ..line() };
        for width in [10, 40, 49, 50, 69, 70, 80, 110, 129, 130, 200, 400] {
            let style = Style { width, ..Style::default() };
            let shown = written(&[line(), wide.clone()], Form::Terminal, style);
            let columns: Vec<_> = shown.lines().map(UnicodeWidthStr::width).collect();
            assert!(columns.iter().all(|&columns| columns <= width), "{width} {shown}");
            let places: Vec<_> =
                shown.lines().map(|l| l.find("**").map(|at| l[..at].width())).collect();
            assert!(width < 40 || places[0] == places[1], "{width} {shown}");
        }
        let style = Style { width: 200, ..Style::default() };
        assert!(written(&[line()], Form::Terminal, style).contains("2025-10-28  ia/openai  "));
    }

    #[test]
    fn colour_takes_no_columns() {
        let style = Style { color: true, ..Style::default() };
        let shown = written(&[line()], Form::Terminal, style);
        assert!(shown.contains(
            "le \u{1b}[1;33mdroit\u{1b}[0m de \u{1b}[1;33mpremier refus\u{1b}[0m que lui"
        ));
    }

    #[test]
    fn a_row_holds_the_text_on_one_line() {
        let shown = written(&[line()], Form::Csv(Sheet::default()), Style::default());
        let expected = "\u{feff}article;date;source;author;title;url;part;passage;start;end;left;match;right;query\r\n\
            ia/openai;2025-10-28;La Gazette fictive du numérique;;\"Un titre ; avec un signe\";;body;3;100;122;\
            En contrepartie, Microsoft␛ abandonne le ;droit de premier refus;\
            \u{20}que lui réservait l’accord de janvier;\"\"\"premier refus\"\"\"\r\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn lines_and_objects_are_for_programs() {
        let shown = written(&[line()], Form::Lines, Style::default());
        assert_eq!(
            shown,
            "ia/openai\t2025-10-28\tLa Gazette fictive du numérique\t\
             En contrepartie, Microsoft␛ abandonne le\tdroit de premier refus\t\
             que lui réservait l’accord de janvier\n"
        );
        let title = Line { part: Part::Title, passage: None, ..line() };
        let shown = written(&[title], Form::Json, Style::default());
        let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!((&value["part"], &value["match"]), (&"title".into(), &line().text.into()));
        assert!(value["passage"].is_null() && !shown.contains('\u{1b}'));
    }

    #[test]
    fn totals_are_said() {
        let said = concordance_totals(Matches { matches: 23_412, articles: 512 }, Language::French);
        assert_eq!(said, "23\u{202f}412 occurrences dans 512 articles");
        let one = Matches { matches: 1, articles: 1 };
        assert_eq!(concordance_totals(one, Language::English), "1 match in 1 article");
        assert_eq!(concordance_totals(Matches::default(), Language::French), "aucune occurrence");
    }
}
