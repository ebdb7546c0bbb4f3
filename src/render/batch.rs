//! Answers to many queries: one JSON object a line, rows for a spreadsheet, a run for TREC's programs.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::columns::one_line;
use super::sheet::{Rows, Sheet};
use super::{json, safe};
use crate::batch::{Answer, Refusal};
use crate::search::{Hit, Results, Unit, UnknownName};

/// Names of the cells of a row; never translated.
const HEADER: [&str; 15] = [
    "query_id", "query", "rank", "score", "article", "title", "source", "author", "date", "url",
    "passage", "start", "end", "text", "error",
];
/// The same where only numbers are wanted.
const COUNT_HEADER: [&str; 5] = ["query_id", "query", "passages", "articles", "error"];

/// How answers are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchForm {
    /// One JSON object a line.
    Json,
    /// For spreadsheets.
    Csv(Sheet),
    /// Six columns for `trec_eval` and its like: query, `Q0`, article, rank, score and this name.
    Trec(String),
}

/// Writes answers, each alone: threads may share it.
///
/// ```
/// use depeche::render::{Batch, BatchForm, Sheet};
/// let sheet = Sheet { separator: b',', bom: false, ..Sheet::default() };
/// let batch = Batch { form: BatchForm::Csv(sheet), count_only: true };
/// assert_eq!(batch.head()?, b"query_id,query,passages,articles,error\r\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// How.
    pub form: BatchForm,
    /// Whether only the numbers of passages and articles are written.
    pub count_only: bool,
}

#[derive(Serialize)]
struct Found<'a> {
    query_id: &'a str,
    #[serde(flatten)]
    hit: &'a Hit,
}

#[derive(Serialize)]
struct Counted<'a> {
    query_id: &'a str,
    query: &'a str,
    passages: usize,
    articles: usize,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    unknown_names: &'a [UnknownName],
}

#[derive(Serialize)]
struct Refused<'a> {
    query_id: &'a str,
    query: &'a str,
    error: Wrong,
}

#[derive(Serialize)]
struct Wrong {
    kind: &'static str,
    line: u64,
    column: Option<usize>,
    expected: Option<String>,
    message: String,
}

impl Batch {
    /// What stands before all answers.
    ///
    /// # Errors
    /// The writer's.
    pub fn head(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if let BatchForm::Csv(sheet) = self.form {
            let header = if self.count_only { &COUNT_HEADER[..] } else { &HEADER };
            Rows::new(sheet, header, &mut bytes)?.end()?;
        }
        Ok(bytes)
    }

    /// One answer. A run has no place for what is wrong with a query, nor for numbers alone.
    ///
    /// # Errors
    /// The writer's.
    pub fn answer(&self, answer: &Answer) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match &self.form {
            BatchForm::Json => self.objects(answer, &mut bytes)?,
            BatchForm::Csv(sheet) => {
                let mut rows = Rows::below(*sheet, &mut bytes);
                self.rows(answer, *sheet, &mut rows)?;
                rows.end()?;
            }
            BatchForm::Trec(tag) => run(answer, tag, &mut bytes)?,
        }
        Ok(bytes)
    }

    fn objects(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        let (query_id, query) = (&*answer.id, &*answer.text);
        match &answer.results {
            Err(refusal) => {
                json::line(&Refused { query_id, query, error: wrong(answer, refusal) }, out)
            }
            Ok(results) if self.count_only || results.hits.is_empty() => {
                let Results { passages, articles, .. } = *results;
                let unknown_names = &answer.unknown_names;
                json::line(&Counted { query_id, query, passages, articles, unknown_names }, out)
            }
            Ok(results) => {
                let mut hits = results.hits.iter();
                hits.try_for_each(|hit| json::line(&Found { query_id, hit }, out))
            }
        }
    }

    fn rows(&self, answer: &Answer, sheet: Sheet, rows: &mut Rows<'_>) -> io::Result<()> {
        let (id, query) = (&*answer.id, one_line(&answer.text));
        let (width, counted) = match self.count_only {
            true => (COUNT_HEADER.len(), answer.results.as_ref().ok()),
            false => (HEADER.len(), None),
        };
        let mut cells = vec![Cow::from(id), Cow::from(&query)];
        cells.resize(width, Cow::from(""));
        if let Err(refusal) = &answer.results {
            cells[width - 1] = Cow::from(told(answer, refusal));
        }
        if let Some(results) = counted {
            cells[2] = Cow::from(results.passages.to_string());
            cells[3] = Cow::from(results.articles.to_string());
        }
        let hits = answer.results.as_ref().map_or(&[][..], |results| &results.hits);
        if hits.is_empty() || self.count_only {
            return rows.row(&cells);
        }
        hits.iter().try_for_each(|hit| rows.row(&row(id, &query, hit, sheet)))
    }
}

fn wrong(answer: &Answer, refusal: &Refusal) -> Wrong {
    Wrong {
        kind: refusal.key(),
        line: answer.line,
        column: refusal.column(&answer.text),
        expected: refusal.expected(),
        message: refusal.to_string(),
    }
}

/// What is wrong with a query, and where, in one cell.
fn told(answer: &Answer, refusal: &Refusal) -> String {
    let column = refusal.column(&answer.text).map(|column| format!(", column {column}"));
    let place = format!("line {}{}", answer.line, column.unwrap_or_default());
    one_line(&format!("{place}: {refusal}"))
}

fn row<'a>(
    id: &'a str,
    query: &'a str,
    hit: &'a Hit,
    sheet: Sheet,
) -> [Cow<'a, str>; HEADER.len()] {
    let text = |text: &'a Option<String>| Cow::from(text.as_deref().unwrap_or(""));
    [
        Cow::from(id),
        Cow::from(query),
        Cow::from(hit.rank.to_string()),
        Cow::from(sheet.number(Some(f64::from(hit.score)))),
        Cow::from(&hit.article),
        text(&hit.title),
        text(&hit.source),
        text(&hit.author),
        Cow::from(hit.date.map(|date| date.to_string()).unwrap_or_default()),
        text(&hit.url),
        Cow::from(hit.passage.ordinal.to_string()),
        Cow::from(hit.passage.start.to_string()),
        Cow::from(hit.passage.end.to_string()),
        // On one line, as a spreadsheet wants it; the bytes tell where the text itself stands.
        Cow::from(one_line(hit.passage.text.trim())),
        Cow::from(""),
    ]
}

/// The lines of a run. TREC's programs sort by score, equal ones by name: scores fall from line to line, by the least
/// that can be where those of the ranking do not fall (equal ones, and articles of the next thirty).
fn run(answer: &Answer, tag: &str, out: &mut Vec<u8>) -> io::Result<()> {
    let hits = answer.results.as_ref().map_or(&[][..], |results| &results.hits);
    let (query, tag) = (without_spaces(&answer.id), without_spaces(tag));
    let (mut rank, mut last) = (None, f32::INFINITY);
    for hit in hits {
        // An article stands in a run once, with its best passage.
        if answer.unit == Unit::Article && rank == Some(hit.rank) {
            continue;
        }
        rank = Some(hit.rank);
        last = if hit.score < last { hit.score } else { last.next_down() };
        let article = without_spaces(&hit.article);
        let part = match answer.unit {
            Unit::Article => String::new(),
            Unit::Passage => format!("#{}", hit.passage.ordinal),
        };
        writeln!(out, "{query} Q0 {article}{part} {} {last} {tag}", hit.rank)?;
    }
    Ok(())
}

/// A name as one column: white space, and what commands a terminal, as in addresses.
fn without_spaces(name: &str) -> Cow<'_, str> {
    let is_told = |c: char| c.is_whitespace() || safe::is_unsafe(c);
    if !name.contains(is_told) {
        return Cow::from(name);
    }
    let mut shown = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if is_told(c) {
            shown.extend(c.to_string().bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            shown.push(c);
        }
    }
    Cow::from(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Passage;

    fn hit(rank: usize, article: &str, score: f32) -> Hit {
        let text = "Un\naccord.\n".to_owned();
        Hit {
            rank,
            score,
            article: article.to_owned(),
            title: Some("Titre".to_owned()),
            source: None,
            author: None,
            date: "2025-01".parse().ok(),
            url: None,
            passage: Passage { ordinal: 2, start: 10, end: 21, text },
            matches: Vec::new(),
            title_matches: Vec::new(),
            article_passages: 1,
        }
    }

    fn answer(unit: Unit, hits: Vec<Hit>) -> Answer {
        let results = Results { passages: 9, articles: 7, hits, facets: None };
        let (id, text) = ("q 1".into(), "un\taccord".into());
        Answer { id, line: 4, text, unit, results: Ok(results), unknown_names: Vec::new() }
    }

    fn refused() -> Answer {
        let refusal = Refusal::UnknownOption { name: "autor".into() };
        Answer { results: Err(refusal), ..answer(Unit::Article, Vec::new()) }
    }

    fn written(form: BatchForm, count_only: bool, answer: &Answer) -> String {
        String::from_utf8(Batch { form, count_only }.answer(answer).unwrap()).unwrap()
    }

    #[test]
    fn scores_of_a_run_fall() {
        let hits = [("a", 2.5), ("b", 2.5), ("c", 3.0), ("d e", 1.0), ("f", 0.0), ("g", 0.0)];
        let hits = hits.iter().enumerate().map(|(i, (id, score))| hit(i + 1, id, *score)).collect();
        let shown = written(BatchForm::Trec("un test".into()), false, &answer(Unit::Article, hits));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[..2], ["q%201 Q0 a 1 2.5 un%20test", "q%201 Q0 b 2 2.4999998 un%20test"]);
        assert!(lines[3].starts_with("q%201 Q0 d%20e 4 1 "), "{shown}");
        let scores: Vec<f32> =
            lines.iter().map(|line| line.split(' ').nth(4).unwrap().parse().unwrap()).collect();
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }

    #[test]
    fn an_article_stands_in_a_run_once() {
        let hits = || vec![hit(1, "a", 2.0), hit(1, "a", 1.0), hit(2, "b", 0.5)];
        let shown = |unit| written(BatchForm::Trec("t".into()), false, &answer(unit, hits()));
        assert_eq!(shown(Unit::Article), "q%201 Q0 a 1 2 t\nq%201 Q0 b 2 0.5 t\n");
        assert!(shown(Unit::Passage).starts_with("q%201 Q0 a#2 1 2 t\nq%201 Q0 a#2 1 1 t\n"));
        assert_eq!(written(BatchForm::Trec("t".into()), false, &refused()), "");
    }

    #[test]
    fn objects_name_their_query() {
        let found = answer(Unit::Article, vec![hit(1, "a", 2.0)]);
        let shown = written(BatchForm::Json, false, &found);
        assert!(
            shown.starts_with(r#"{"query_id":"q 1","rank":1,"score":2.0,"article":"a","#),
            "{shown}"
        );
        let none = r#"{"query_id":"q 1","query":"un\taccord","passages":9,"articles":7}"#;
        assert_eq!(written(BatchForm::Json, true, &found).trim_end(), none);
        assert_eq!(
            written(BatchForm::Json, false, &answer(Unit::Article, vec![])).trim_end(),
            none
        );
        let wrong = written(BatchForm::Json, false, &refused());
        assert!(
            wrong.contains(
                r#""error":{"kind":"unknown_option","line":4,"column":null,"expected":"hits, "#
            ),
            "{wrong}"
        );
    }

    #[test]
    fn rows_name_their_query() {
        let sheet = BatchForm::Csv(Sheet::default());
        let found = answer(Unit::Article, vec![hit(1, "a", 2.5)]);
        let row = "q 1;un accord;1;2,5;a;Titre;;;2025-01;;2;10;21;Un accord.;\r\n";
        assert_eq!(written(sheet.clone(), false, &found), row);
        assert_eq!(written(sheet.clone(), true, &found), "q 1;un accord;9;7;\r\n");
        let none = answer(Unit::Article, Vec::new());
        assert_eq!(written(sheet.clone(), false, &none), "q 1;un accord;;;;;;;;;;;;;\r\n");
        assert!(written(sheet.clone(), false, &refused()).contains("line 4: \"\"autor\"\""));
        assert!(written(sheet.clone(), true, &refused()).starts_with("q 1;un accord;;;\"line 4: "));
        let head = Batch { form: sheet, count_only: false }.head().unwrap();
        assert!(head.starts_with("\u{feff}query_id;query;rank;".as_bytes()));
    }
}
