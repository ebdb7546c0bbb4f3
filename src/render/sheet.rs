//! Rows for spreadsheets: RFC 4180, and what Excel needs to read it in French.

use std::borrow::Cow;
use std::io::{self, Write};

use super::safe::visible;

/// How CSV is written. The default opens in a French Excel with a double click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Between cells. Beside `;` numbers have the decimal comma, as a spreadsheet that expects the one
    /// expects the other; else the point.
    pub separator: u8,
    /// Whether the file begins with a byte order mark, without which Excel does not see UTF-8.
    pub bom: bool,
    /// Whether it goes to a terminal: cells are shown on one line, safe to print.
    pub terminal: bool,
    /// Whether cells stay as they are that a spreadsheet would take for formulas: `=cmd|…`, `-2+3`, `@x`.
    /// Without it an apostrophe comes before them, since anybody may have written the articles.
    pub keep_formulas: bool,
}

impl Default for Sheet {
    fn default() -> Self {
        Sheet { separator: b';', bom: true, terminal: false, keep_formulas: false }
    }
}

impl Sheet {
    /// A number in a cell, as exact as a reader may want it; nothing where there is none.
    pub(super) fn number(self, value: Option<f64>) -> String {
        let text = value.map_or_else(String::new, |value| rounded(value).to_string());
        self.pointed(text)
    }

    /// A number in a cell, with so many decimals.
    pub(super) fn fixed(self, value: f64, places: usize) -> String {
        self.pointed(fixed(value, places))
    }

    fn pointed(self, number: String) -> String {
        if self.separator == b';' { number.replace('.', ",") } else { number }
    }
}

/// A number with so many decimals, the point before them; nothing is never negative.
pub(super) fn fixed(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|byte| matches!(byte, b'0' | b'.')) => zero.to_owned(),
        _ => text,
    }
}

/// A number with at most six decimals.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// A sheet as it is written, row by row.
pub(super) struct Rows<'w> {
    writer: csv::Writer<&'w mut dyn Write>,
    sheet: Sheet,
}

impl<'w> Rows<'w> {
    pub(super) fn new(sheet: Sheet, header: &[&str], out: &'w mut dyn Write) -> io::Result<Self> {
        if sheet.bom && !sheet.terminal {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut rows = Rows::below(sheet, out);
        rows.row(header)?;
        Ok(rows)
    }

    /// Rows below others that are written already.
    pub(super) fn below(sheet: Sheet, out: &'w mut dyn Write) -> Self {
        let writer = csv::WriterBuilder::new()
            .delimiter(sheet.separator)
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        Rows { writer, sheet }
    }

    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> io::Result<()> {
        for cell in cells {
            let cell = match cell.as_ref() {
                cell if !self.sheet.keep_formulas && is_formula(cell) => {
                    Cow::from(format!("{APOSTROPHE}{cell}"))
                }
                cell => Cow::from(cell),
            };
            let written = match self.sheet.terminal {
                true => self.writer.write_field(visible(&cell).as_bytes()),
                false => self.writer.write_field(cell.as_bytes()),
            };
            written.map_err(plain)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(plain)
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Makes a cell text.
const APOSTROPHE: char = '\'';
/// What formulas begin with, as OWASP's page *CSV Injection* lists it.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet may take a cell for a formula. A number is none, whatever its sign.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(FORMULA) && !is_number(cell)
}

/// Digits, perhaps in groups of three, with a sign, a decimal sign and an exponent: `-inf` and `+nan`, which
/// a program may read as numbers, are names to a spreadsheet.
fn is_number(cell: &str) -> bool {
    let unsigned = |text: &str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let is_whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let cell = unsigned(cell);
    let (number, exponent) = match cell.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(unsigned(exponent))),
        None => (cell.as_str(), None),
    };
    let (groups, decimals) = match number.split_once(['.', ',']) {
        Some((groups, decimals)) => (groups, Some(decimals)),
        None => (number, None),
    };
    let mut groups = groups.split([' ', '\u{a0}', '\u{202f}']);
    groups.next().is_some_and(is_whole)
        && groups.all(|group| group.len() == 3 && is_whole(group))
        && decimals.is_none_or(is_whole)
        && exponent.is_none_or(|exponent| is_whole(&exponent))
}

/// The error of the file below: who reads a pipe may have gone away.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(sheet: Sheet, cells: &[&str]) -> String {
        let mut out = Vec::new();
        let mut rows = Rows::new(sheet, &["a", "b"], &mut out).unwrap();
        rows.row(cells).unwrap();
        rows.end().unwrap();
        drop(rows);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let cells = ["il dit \"non\"; puis\r\noui", "x,y"];
        let excel = "\u{feff}a;b\r\n\"il dit \"\"non\"\"; puis\r\noui\";x,y\r\n";
        assert_eq!(written(Sheet::default(), &cells), excel);
        let tab = Sheet { separator: b'\t', bom: false, ..Sheet::default() };
        assert!(written(tab, &cells).starts_with("a\tb\r\n"));
        let comma = Sheet { separator: b',', ..tab };
        assert!(written(comma, &cells).ends_with("oui\",\"x,y\"\r\n"));
    }

    #[test]
    fn a_reader_that_has_gone_away_is_known_as_such() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut gone = Gone;
        let sheet = Sheet { bom: false, ..Sheet::default() };
        let mut rows = Rows::new(sheet, &["a"], &mut gone).unwrap();
        let failed = (0..100_000).find_map(|_| rows.row(&["text"]).err()).unwrap();
        assert_eq!(failed.kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn no_cell_is_a_formula() {
        let sheet = Sheet { bom: false, ..Sheet::default() };
        let cells = |sheet, cell| {
            let text = written(sheet, &[cell, "x"]);
            text.lines().nth(1).unwrap().trim_end_matches(";x").to_owned()
        };
        for formula in ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "- Bonjour"] {
            assert_eq!(cells(sheet, formula), format!("'{formula}"));
            assert_eq!(cells(Sheet { keep_formulas: true, ..sheet }, formula), formula);
        }
        for number in ["-2", "-0,5", "-1.5e-3", "+1e5", "-12\u{202f}345,6", "a=b", "l'été"] {
            assert_eq!(cells(sheet, number), number);
        }
        for name in
            ["-inf", "+infinity", "-nan", "+NaN", "-e5", "-1e", "-1,2.3", "-", "-1 2", "+.5"]
        {
            assert_eq!(cells(sheet, name), format!("'{name}"));
        }
    }

    #[test]
    fn a_terminal_is_not_commanded() {
        let shown = written(Sheet { terminal: true, ..Sheet::default() }, &["\u{1b}[2J", "a\nb"]);
        assert_eq!(shown, "a;b\r\n␛[2J;a b\r\n");
    }

    #[test]
    fn numbers_have_the_comma_beside_semicolons() {
        assert_eq!(Sheet::default().number(Some(1.0 / 3.0)), "0,333333");
        let comma = Sheet { separator: b',', ..Sheet::default() };
        assert_eq!((comma.number(Some(2.5)), comma.number(None)), ("2.5".into(), String::new()));
    }
}
