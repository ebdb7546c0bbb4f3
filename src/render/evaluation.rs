//! Measured runs: tables for people, rows, objects and lines for programs.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::columns::{beginning, one_line, to_the_left, to_the_right};
use super::numbers::{counted, grouped};
use super::safe::visible;
use super::sheet::{Rows, fixed, rounded};
use super::terminal::{FAINT, painted};
use super::{Form, Language, Sheet, Style, json};
use crate::eval::{Comparison, Evaluation, Evaluations, Measure, NamedEvaluation};

/// The name of the mean over all queries, as in trec_eval; never translated.
const ALL: &str = "all";
/// Decimals of values and differences.
const PLACES: usize = 4;
/// Columns of a value with its sign.
const VALUE: usize = 7;
/// Columns between two others.
const GAP: usize = 2;

/// Writes measured runs: with `per_query` the values of each query, then the means, and of every run after
/// the first how it compares with that one.
///
/// # Errors
/// The writer's.
pub fn evaluations(
    found: &Evaluations,
    per_query: bool,
    form: Form,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match form {
        Form::Terminal => table(found, per_query, style, out),
        Form::Lines => lines(found, per_query, out),
        Form::Csv(sheet) => sheet_rows(found, per_query, sheet, out),
        Form::Json => {
            rows(found, per_query).try_for_each(|row| json::line(&object(&row, found), out))
        }
    }
}

/// What must be known of the means: queries that a run lacks, that have no judgments or no relevant document,
/// that two runs do not share.
pub fn evaluation_notes(found: &Evaluations, language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    let unanswerable = |run: &NamedEvaluation| {
        run.evaluation.queries.iter().filter(|query| !query.answerable).count()
    };
    let most = found.runs.iter().map(unanswerable).max().unwrap_or(0);
    if most > 0 {
        notes.push(match language {
            Language::French => {
                format!("{} sans document pertinent (0 dans les moyennes)", queries(most, language))
            }
            Language::English => {
                format!("{} without a relevant document (0 in the means)", queries(most, language))
            }
        });
    }
    for run in &found.runs {
        let colon = language.pick(" :", ":");
        let texts =
            [unanswered(run, language), unjudged(run, language), pairs(found, run, language)];
        let named = |text| format!("{}{colon} {text}", visible(&run.name));
        notes.extend(texts.into_iter().flatten().map(named));
    }
    notes
}

fn queries(n: usize, language: Language) -> String {
    let (one, many) = match language {
        Language::French => ("requête", "requêtes"),
        Language::English => ("query", "queries"),
    };
    counted(n as u64, one, many, language)
}

fn unanswered(run: &NamedEvaluation, language: Language) -> Option<String> {
    let Evaluation { queries: measured, unanswered, .. } = &run.evaluation;
    if *unanswered == 0 {
        return None;
    }
    let left_out = measured.iter().all(|query| query.answered);
    let all = grouped((measured.len() + if left_out { *unanswered } else { 0 }) as u64, language);
    let missing = queries(*unanswered, language);
    Some(match (language, left_out) {
        (Language::French, true) => format!("{missing} sur {all} sans réponse (hors des moyennes)"),
        (Language::French, false) => {
            format!(
                "{missing} sur {all} sans réponse (0 dans les moyennes, sauf avec --only-answered)"
            )
        }
        (Language::English, true) => {
            format!("{missing} of {all} unanswered (left out of the means)")
        }
        (Language::English, false) => {
            format!("{missing} of {all} unanswered (0 in the means, unless --only-answered)")
        }
    })
}

fn unjudged(run: &NamedEvaluation, language: Language) -> Option<String> {
    let unjudged = run.evaluation.unjudged;
    let without = match language {
        Language::French => "sans jugement (hors des moyennes)",
        Language::English => "without judgments (left out of the means)",
    };
    (unjudged > 0).then(|| format!("{} {without}", queries(unjudged, language)))
}

/// Where a comparison is not over the queries of both means.
fn pairs(found: &Evaluations, run: &NamedEvaluation, language: Language) -> Option<String> {
    let first = found.runs.first().filter(|first| !std::ptr::eq(*first, run))?;
    let common = run.against.as_ref().and_then(|each| each.first()).map_or(0, |pair| pair.queries);
    let sizes = [first, run].map(|run| run.evaluation.queries.len());
    let compared = language.pick("comparé au premier sur", "compared with the first on");
    (sizes != [common; 2]).then(|| format!("{compared} {}", queries(common, language)))
}

/// One row: a query of a run, or the mean.
struct Row<'a> {
    run: &'a str,
    query: &'a str,
    mean: bool,
    queries: usize,
    /// None where there is no query to divide by.
    values: Option<Vec<f64>>,
    /// The first run, where this is the mean of another.
    first: Option<&'a str>,
    against: Option<&'a [Comparison]>,
}

/// The rows of every run, its mean the last.
fn rows(found: &Evaluations, per_query: bool) -> impl Iterator<Item = Row<'_>> {
    let first = found.runs.first().map(|first| first.name.as_str());
    found.runs.iter().enumerate().flat_map(move |(i, run)| {
        let measured = if per_query { run.evaluation.queries.as_slice() } else { &[] };
        let of_queries = measured.iter().map(|query| Row {
            run: &run.name,
            query: &query.query,
            mean: false,
            queries: 1,
            values: Some(query.values.clone()),
            first: None,
            against: None,
        });
        of_queries.chain([Row {
            run: &run.name,
            query: ALL,
            mean: true,
            queries: run.evaluation.queries.len(),
            values: run.evaluation.means(),
            first: first.filter(|_| i > 0),
            against: run.against.as_deref(),
        }])
    })
}

/// A row as an object; `null` where there is nothing to tell.
#[derive(Serialize)]
struct Object<'a> {
    run: &'a str,
    query: &'a str,
    mean: bool,
    queries: usize,
    measures: Value,
    against: Option<&'a str>,
    difference: Value,
    p: Value,
}

fn object<'a>(row: &Row<'a>, found: &Evaluations) -> Object<'a> {
    let named = |values: Option<Vec<f64>>| {
        let names = found.measures.iter().map(Measure::to_string);
        let named = |values: Vec<f64>| names.zip(values.into_iter().map(Value::from)).collect();
        values.map_or(Value::Null, |values| Value::Object(named(values)))
    };
    let places = |value: f64| fixed(value, PLACES).parse().unwrap_or(value);
    let compared = |of: &dyn Fn(&Comparison) -> f64| {
        named(row.against.map(|each| each.iter().map(of).collect()))
    };
    Object {
        run: row.run,
        query: row.query,
        mean: row.mean,
        queries: row.queries,
        measures: named(row.values.as_ref().map(|v| v.iter().map(|v| places(*v)).collect())),
        against: row.first,
        difference: compared(&|pair| places(pair.difference)),
        p: compared(&|pair| rounded(pair.p)),
    }
}

/// Names of the cells, never translated: with several runs also of the comparisons.
fn header(found: &Evaluations) -> Vec<String> {
    let mut names: Vec<String> = ["run", "query", "queries"].map(str::to_owned).to_vec();
    names.extend(found.measures.iter().map(Measure::to_string));
    if found.runs.len() > 1 {
        let of_measure = |m: &Measure| [format!("{m}_difference"), format!("{m}_p")];
        names.extend(found.measures.iter().flat_map(of_measure));
    }
    names
}

/// As many cells as the header has.
fn cells(row: &Row<'_>, found: &Evaluations, sheet: Sheet) -> Vec<String> {
    let mut cells = vec![row.run.to_owned(), row.query.to_owned(), row.queries.to_string()];
    let value = |i: usize| row.values.as_ref().and_then(|values| values.get(i));
    let pair = |i: usize| row.against.and_then(|each| each.get(i));
    let places = |value: Option<f64>| value.map_or_else(String::new, |v| sheet.fixed(v, PLACES));
    let measures = 0..found.measures.len();
    cells.extend(measures.clone().map(|i| places(value(i).copied())));
    if found.runs.len() > 1 {
        cells.extend(measures.flat_map(|i| {
            [places(pair(i).map(|pair| pair.difference)), sheet.number(pair(i).map(|pair| pair.p))]
        }));
    }
    cells
}

fn sheet_rows(
    found: &Evaluations,
    per_query: bool,
    sheet: Sheet,
    out: &mut dyn Write,
) -> io::Result<()> {
    let header = header(found);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut sheet_rows = Rows::new(sheet, &header, out)?;
    rows(found, per_query).try_for_each(|row| sheet_rows.row(&cells(&row, found, sheet)))?;
    sheet_rows.end()
}

/// The cells of a sheet after their names, tabs between; the decimal mark is the point.
fn lines(found: &Evaluations, per_query: bool, out: &mut dyn Write) -> io::Result<()> {
    let sheet = Sheet { separator: b'\t', ..Sheet::default() };
    let mut line = |cells: Vec<String>| {
        let cells: Vec<_> = cells.iter().map(|cell| visible(cell)).collect();
        writeln!(out, "{}", cells.join("\t"))
    };
    line(header(found))?;
    rows(found, per_query).try_for_each(|row| line(cells(&row, found, sheet)))
}

/// A table for people: the widths of its columns.
struct Table<'a> {
    found: &'a Evaluations,
    style: Style,
    name: usize,
    /// 0 where queries are not shown.
    query: usize,
    count: usize,
    values: Vec<usize>,
}

fn table(
    found: &Evaluations,
    per_query: bool,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let table = Table::new(found, per_query, style);
    writeln!(out, "{}", painted(&table.heading(), FAINT, style))?;
    for row in rows(found, per_query) {
        writeln!(out, "{}", table.row(&row))?;
        if let Some(each) = row.against {
            table.comparison(each).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        }
    }
    Ok(())
}

impl<'a> Table<'a> {
    fn new(found: &'a Evaluations, per_query: bool, style: Style) -> Self {
        let widest = |names: &mut dyn Iterator<Item = usize>, least: usize| {
            names.max().unwrap_or(0).max(least).min(style.width / 3)
        };
        let indented = GAP + difference(style.language).width();
        let queries = found.runs.iter().flat_map(|run| &run.evaluation.queries);
        let mut queries = queries.map(|query| one_line(&query.query).width());
        let least = queries_headings(style.language).1.width();
        Table {
            found,
            style,
            name: widest(&mut found.runs.iter().map(|run| one_line(&run.name).width()), indented),
            query: if per_query { widest(&mut queries, least) + GAP } else { 0 },
            count: queries_headings(style.language).0.width() + GAP,
            values: found.measures.iter().map(|m| m.to_string().len().max(VALUE) + GAP).collect(),
        }
    }

    fn line(&self, name: &str, query: &str, count: &str, values: &[String]) -> String {
        let mut line = to_the_left(&beginning(name, self.name), self.name);
        if self.query > 0 {
            let query = beginning(query, self.query - GAP);
            line.push_str(&to_the_left(&format!("{}{query}", " ".repeat(GAP)), self.query));
        }
        line.push_str(&to_the_right(count, self.count));
        let values = values.iter().zip(&self.values);
        values.for_each(|(value, width)| line.push_str(&to_the_right(value, *width)));
        line.trim_end().to_owned()
    }

    fn heading(&self) -> String {
        let (queries, query) = queries_headings(self.style.language);
        let measures: Vec<String> = self.found.measures.iter().map(Measure::to_string).collect();
        self.line("run", query, queries, &measures)
    }

    fn row(&self, row: &Row<'_>) -> String {
        let none = || vec!["–".to_owned(); self.values.len()];
        let shown = |values: &Vec<f64>| values.iter().map(|value| self.number(*value)).collect();
        let values = row.values.as_ref().map_or_else(none, shown);
        let count =
            if row.mean { grouped(row.queries as u64, self.style.language) } else { String::new() };
        self.line(&one_line(row.run), &one_line(row.query), &count, &values)
    }

    /// Two lines below a mean.
    fn comparison(&self, each: &[Comparison]) -> [String; 2] {
        let sign =
            |d: f64| if d > 0.0 && fixed(d, PLACES) != fixed(0.0, PLACES) { "+" } else { "" };
        let differences = each
            .iter()
            .map(|pair| format!("{}{}", sign(pair.difference), self.number(pair.difference)));
        let least = 0.1f64.powi(PLACES as i32);
        let chances = each.iter().map(|pair| match pair.p {
            p if p < least / 2.0 => format!("<{}", self.number(least)),
            p => self.number(p),
        });
        let line = |name: &str, values: Vec<String>| {
            self.line(&format!("{}{name}", " ".repeat(GAP)), "", "", &values)
        };
        let name = difference(self.style.language);
        [line(name, differences.collect()), line("p", chances.collect())]
    }

    fn number(&self, value: f64) -> String {
        fixed(value, PLACES).replace('.', self.style.language.pick(",", "."))
    }
}

fn difference(language: Language) -> &'static str {
    language.pick("différence", "difference")
}

/// What stands over the number of queries, and over their names.
fn queries_headings(language: Language) -> (&'static str, &'static str) {
    (language.pick("requêtes", "queries"), language.pick("requête", "query"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::eval::{Qrels, Run};

    /// Two queries, one of them not answered by `x`; `y` has both, and one without judgments.
    fn found(only_answered: bool) -> Evaluations {
        let qrels = Qrels::read(Path::new("q"), "1 0 a 1\n2 0 b 1\n".as_bytes()).unwrap();
        let mut found = Evaluations::new(&[Measure::Map, Measure::Recall(100)]);
        for (name, run) in [
            ("x\u{1b}", "1 Q0 c 1 2 x\n1 Q0 a 2 1 x\n"),
            ("y", "1 Q0 a 1 1 y\n2 Q0 b 1 1 y\n3 Q0 b 1 1 y\n"),
        ] {
            let run = Run::read(Path::new("r"), run.as_bytes()).unwrap();
            let mut evaluation = Evaluation::new(&qrels, &run, &found.measures);
            if only_answered {
                evaluation.keep_answered();
            }
            found.push(name.to_owned(), evaluation);
        }
        found
    }

    fn written(found: &Evaluations, per_query: bool, form: Form) -> String {
        let mut out = Vec::new();
        evaluations(found, per_query, form, Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_for_people() {
        let expected = "\
run           requêtes      map    r@100
x␛                   2   0,2500   0,5000
y                    2   1,0000   1,0000
  différence            +0,7500  +0,5000
  p                      0,5000   1,0000
";
        assert_eq!(written(&found(false), false, Form::Terminal), expected);
        let with_queries = written(&found(false), true, Form::Terminal);
        assert!(with_queries.starts_with("run           requête  requêtes"), "{with_queries}");
        assert!(with_queries.contains("\ny             1                   1,0000   1,0000\n"));
        assert!(with_queries.contains("\ny             all             2   1,0000"));
    }

    #[test]
    fn rows_and_objects_for_programs() {
        let sheet = Sheet { bom: false, ..Sheet::default() };
        let header = "run;query;queries;map;r@100;map_difference;map_p;r@100_difference;r@100_p";
        let csv = written(&found(false), true, Form::Csv(sheet));
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!((lines.len(), lines[0]), (7, header));
        assert_eq!(lines[2], "x\u{1b};2;1;0,0000;0,0000;;;;");
        assert_eq!(lines[6], "y;all;2;1,0000;1,0000;0,7500;0,5;0,5000;1");
        let tabs = written(&found(false), false, Form::Lines);
        assert!(tabs.ends_with("\ny\tall\t2\t1.0000\t1.0000\t0.7500\t0.5\t0.5000\t1\n"), "{tabs}");
        let json = written(&found(false), false, Form::Json);
        let (first, last) = json.trim_end().split_once('\n').unwrap();
        let measures =
            r#""measures":{"map":0.25,"r@100":0.5},"against":null,"difference":null,"p":null}"#;
        assert!(first.ends_with(measures), "{first}");
        let compared = r#""against":"x\u001b","difference":{"map":0.75,"r@100":0.5},"p":{"map":0.5,"r@100":1.0}}"#;
        assert!(last.ends_with(compared), "{last}");
    }

    #[test]
    fn what_the_means_leave_out_or_count_as_nothing_is_told() {
        assert_eq!(
            evaluation_notes(&found(false), Language::French),
            [
                "x␛ : 1 requête sur 2 sans réponse (0 dans les moyennes, sauf avec --only-answered)",
                "y : 1 requête sans jugement (hors des moyennes)"
            ]
        );
        let answered = found(true);
        assert_eq!(
            evaluation_notes(&answered, Language::English),
            [
                "x␛: 1 query of 2 unanswered (left out of the means)",
                "y: 1 query without judgments (left out of the means)",
                "y: compared with the first on 1 query"
            ]
        );
        assert_eq!(written(&answered, true, Form::Json).lines().count(), 1 + 1 + 2 + 1);
    }

    #[test]
    fn queries_without_a_relevant_document_are_told_once() {
        let qrels = Qrels::read(Path::new("q"), "1 0 a 0\n2 0 b 1\n".as_bytes()).unwrap();
        let run = "1 Q0 a 1 1 x\n2 Q0 b 1 1 x\n";
        let run = Run::read(Path::new("r"), run.as_bytes()).unwrap();
        let mut found = Evaluations::new(&[Measure::Map]);
        for name in ["x", "y"] {
            found.push(name.to_owned(), Evaluation::new(&qrels, &run, &found.measures));
        }
        let told = ["1 query without a relevant document (0 in the means)"];
        assert_eq!(evaluation_notes(&found, Language::English), told);
        assert_eq!(found.runs[1].evaluation.means(), Some(vec![0.5]));
    }
}
