//! Tables: the first row names the fields, each further row is an article.
//!
//! The delimiter is the sign that stands most often in the first row, outside quotes. The rows
//! are taken apart here rather than by the `csv` crate, which holds a row whole however long it
//! is: with one quote left open, that is the rest of the file.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::stream::{Stream, pass_over};
use super::{Draft, Job, Out, SkipReason, charset};

/// What may stand between fields; the first of equals wins.
const DELIMITERS: [u8; 4] = *b"\t;,|";

/// What a cell costs beside its text, in bytes: a row of a million empty ones is no small row.
const CELL: usize = 32;

/// Trafilatura writes a row without a header.
const TRAFILATURA: [&str; 11] = [
    "url",
    "id",
    "fingerprint",
    "hostname",
    "title",
    "image",
    "date",
    "text",
    "comments",
    "license",
    "pagetype",
];

pub(crate) fn read(
    job: &Job<'_>,
    stream: &mut Stream<'_>,
    out: &mut Out<'_, '_>,
) -> ControlFlow<()> {
    if stream.head.is_empty() {
        return out.skip(None, SkipReason::Empty);
    }
    // A zero byte in a row makes that row binary, in the names of the columns the file.
    if stream.head.iter().take_while(|byte| **byte != b'\n').any(|byte| *byte == 0) {
        return out.skip(None, SkipReason::Binary);
    }
    let mut rows = Rows::new(&mut *stream.input, &stream.head, job.max_record);
    let mut row = Row::default();
    let first = match header(&mut rows, &mut row) {
        Ok(first) => first,
        // A table of blank lines has no row that stands anywhere.
        Err(reason) => return out.skip(Some(row.line).filter(|line| *line > 0), reason),
    };
    let names = if is_trafilatura(&first) {
        let names = TRAFILATURA.map(str::to_owned).to_vec();
        out.give(Some(row.line), draft(&first, &names, out))?;
        names
    } else {
        first
    };
    if !names.iter().any(|name| out.fields.is_body(name)) {
        let fields = names.into_iter().take(10).collect();
        return out.skip(Some(row.line), SkipReason::NoTextField { fields });
    }
    loop {
        let result = match rows.next(&mut row) {
            Ok(Next::End) => return ControlFlow::Continue(()),
            Ok(Next::Row) => row.texts().and_then(|texts| draft(&texts, &names, out)),
            Ok(Next::TooLarge) => Err(SkipReason::TooLarge { limit: job.max_record }),
            Ok(Next::Open) => Err(open_quote()),
            Err(error) => return out.skip(Some(row.line), error.into()),
        };
        out.give(Some(row.line), result)?;
    }
}

fn open_quote() -> SkipReason {
    let detail = "a quotation mark that opens in it is never closed".to_owned();
    SkipReason::Csv { detail, stopped: true }
}

/// The first row; Excel may write `sep=;` before it.
pub(crate) fn header<R: BufRead>(
    rows: &mut Rows<R>,
    row: &mut Row,
) -> Result<Vec<String>, SkipReason> {
    loop {
        match rows.next(row)? {
            Next::Row => {
                let names: Vec<_> =
                    row.texts()?.iter().map(|name| name.trim().to_owned()).collect();
                let is_sep = names.first().is_some_and(|name| name.starts_with("sep="));
                if row.line > 1 || !is_sep {
                    return Ok(names);
                }
            }
            Next::End => return Err(SkipReason::Empty),
            Next::TooLarge => return Err(SkipReason::TooLarge { limit: rows.limit }),
            Next::Open => return Err(open_quote()),
        }
    }
}

/// A fingerprint where no column has such a name.
fn is_trafilatura(first: &[String]) -> bool {
    let is_fingerprint =
        |text: &str| text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    first.len() == TRAFILATURA.len() && is_fingerprint(&first[2])
}

fn draft(texts: &[String], names: &[String], out: &Out<'_, '_>) -> Result<Draft, SkipReason> {
    let extra = texts.get(names.len()..).unwrap_or_default();
    if extra.iter().any(|text| !text.trim().is_empty()) {
        let (found, expected) = (texts.len(), names.len());
        let detail = format!("{found} fields where the first row has {expected}");
        return Err(SkipReason::Csv { detail, stopped: false });
    }
    let mut record = Map::new();
    let cells = texts.iter().map(String::as_str).chain(std::iter::repeat(""));
    for (name, text) in names.iter().zip(cells) {
        // Of two columns with one name the first that is filled counts.
        let value = record.entry(name.as_str()).or_insert(Value::Null);
        if value.as_str().is_none_or(|text| text.trim().is_empty()) {
            *value = Value::String(text.to_owned());
        }
    }
    out.fields.draft(record)
}

/// One row: its fields end to end.
#[derive(Default)]
pub(crate) struct Row {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Where it begins.
    pub(crate) line: u64,
}

impl Row {
    /// The fields as text, in the one encoding that fits the row.
    fn texts(&self) -> Result<Vec<String>, SkipReason> {
        let encoding = charset::guess(&self.bytes, None);
        let texts = self.fields().map(|field| charset::decode_with(field, encoding).into_owned());
        let texts: Vec<_> = texts.collect();
        if texts.iter().any(|text| charset::is_binary(text)) {
            return Err(SkipReason::Binary);
        }
        Ok(texts)
    }

    /// The bytes of each field.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end])
    }
}

/// What comes next in a table.
pub(crate) enum Next {
    Row,
    End,
    /// Read past, not held.
    TooLarge,
    /// The file ended inside quotes.
    Open,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a quotation mark inside quotes: the end, or half of a doubled one.
    Quote,
}

/// The rows of a table, one after the other.
pub(crate) struct Rows<R> {
    input: R,
    delimiter: u8,
    limit: usize,
    line: u64,
    after_return: bool,
}

impl<R: BufRead> Rows<R> {
    pub(crate) fn new(input: R, head: &[u8], limit: usize) -> Self {
        Rows { input, delimiter: delimiter(head), limit, line: 1, after_return: false }
    }

    pub(crate) fn next(&mut self, row: &mut Row) -> io::Result<Next> {
        row.bytes.clear();
        row.ends.clear();
        if !self.skip_blank_lines()? {
            return Ok(Next::End);
        }
        row.line = self.line;
        let mut state = State::FieldStart;
        let (mut is_too_large, mut passed_over) = (false, 0);
        loop {
            let ahead = self.input.fill_buf()?;
            if ahead.is_empty() {
                return Ok(match state {
                    State::Quoted => Next::Open,
                    _ => finish(row, is_too_large),
                });
            }
            let (len, is_end) = take(ahead, self.delimiter, &mut state, row);
            count_lines(&ahead[..len], &mut self.line, &mut self.after_return);
            self.input.consume(len);
            if row.bytes.len() + CELL * row.ends.len() > self.limit {
                is_too_large = true;
            }
            if is_too_large {
                pass_over(&mut passed_over, len)?;
                row.bytes.clear();
                row.ends.clear();
            }
            if is_end {
                return Ok(finish(row, is_too_large));
            }
        }
    }

    /// False at the end of the file.
    fn skip_blank_lines(&mut self) -> io::Result<bool> {
        loop {
            let ahead = self.input.fill_buf()?;
            if ahead.is_empty() {
                return Ok(false);
            }
            let blank = ahead.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let is_over = blank < ahead.len();
            count_lines(&ahead[..blank], &mut self.line, &mut self.after_return);
            self.input.consume(blank);
            if is_over {
                return Ok(true);
            }
        }
    }
}

/// Tables of old Macs end their lines with a return alone.
fn count_lines(bytes: &[u8], line: &mut u64, after_return: &mut bool) {
    for byte in bytes {
        let is_second_half = *byte == b'\n' && *after_return;
        if matches!(byte, b'\r' | b'\n') && !is_second_half {
            *line += 1;
        }
        *after_return = *byte == b'\r';
    }
}

fn finish(row: &mut Row, is_too_large: bool) -> Next {
    row.ends.push(row.bytes.len());
    if is_too_large { Next::TooLarge } else { Next::Row }
}

/// Takes bytes into the row until it or they end: how many, and whether the row ended.
fn take(ahead: &[u8], delimiter: u8, state: &mut State, row: &mut Row) -> (usize, bool) {
    let mut at = 0;
    loop {
        let rest = &ahead[at..];
        let ends = |byte: &u8| *byte == delimiter || matches!(byte, b'\r' | b'\n');
        let run = match state {
            State::Quoted => rest.iter().position(|byte| *byte == b'"'),
            State::Plain => rest.iter().position(ends),
            State::FieldStart | State::Quote => Some(0),
        };
        let run = run.unwrap_or(rest.len());
        row.bytes.extend_from_slice(&rest[..run]);
        at += run;
        let Some(&byte) = ahead.get(at) else { return (at, false) };
        at += 1;
        match (*state, byte) {
            (State::Quoted, _) => *state = State::Quote,
            (State::FieldStart, b'"') => *state = State::Quoted,
            (State::Quote, b'"') => {
                row.bytes.push(b'"');
                *state = State::Quoted;
            }
            // A line feed after a return begins the next row and is passed over there.
            (_, b'\r' | b'\n') => return (at, true),
            _ if byte == delimiter => {
                row.ends.push(row.bytes.len());
                *state = State::FieldStart;
            }
            _ => {
                row.bytes.push(byte);
                *state = State::Plain;
            }
        }
    }
}

fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [0_usize; 4];
    let mut in_quotes = false;
    for byte in head.trim_ascii_start() {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'\n' | b'\r' if !in_quotes => break,
            _ if in_quotes => {}
            byte => {
                if let Some(which) = DELIMITERS.iter().position(|sign| sign == byte) {
                    counts[which] += 1;
                }
            }
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let best = DELIMITERS.iter().zip(counts).find(|(_, count)| *count == most && most > 0);
    best.map_or(b',', |(sign, _)| *sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let mut bytes = text.as_bytes();
        let mut rows = Rows::new(&mut bytes, text.as_bytes(), 60);
        let (mut row, mut told) = (Row::default(), Vec::new());
        loop {
            told.push(match rows.next(&mut row).unwrap() {
                Next::End => return told,
                Next::Row => format!("{} {}", row.line, row.texts().unwrap().join("|")),
                Next::TooLarge => format!("{} too large", row.line),
                Next::Open => format!("{} open", row.line),
            });
        }
    }

    #[test]
    fn rows_are_taken_apart() {
        for (text, expected) in [
            ("a,b\n1,2\r\n\r\n3,\n", &["1 a|b", "2 1|2", "4 3|"][..]),
            ("a;b\n\"x;\"\"y\"\"\r\n\nz\";2\nw;3", &["1 a|b", "2 x;\"y\"\r\n\nz|2", "5 w|3"]),
            ("a\tb\nl’écran 5\"\t\"q\"r\n", &["1 a|b", "2 l’écran 5\"|qr"]),
            ("a,b\n\"x,1\ny,2\n", &["1 a|b", "2 open"]),
            ("a\r1\r2", &["1 a", "2 1", "3 2"]),
            (
                "a,b\n1,\"tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt\nt\"\n3,4\n",
                &["1 a|b", "2 too large", "4 3|4"],
            ),
        ] {
            assert_eq!(rows(text), expected, "{text}");
        }
        assert_eq!(rows(&format!("a\n{}\nb\n", ",".repeat(99))).len(), 3);
    }

    #[test]
    fn the_delimiter_is_the_most_frequent_sign() {
        for (head, expected) in [
            ("a;b,c;d", b';'),
            ("\"a,b,c\";d", b';'),
            ("a\tb", b'\t'),
            ("a", b','),
            ("a|b|c,d", b'|'),
        ] {
            assert_eq!(delimiter(head.as_bytes()), expected, "{head}");
        }
    }
}
