//! Queries from a file, in the format that its name or its first bytes show.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::numbered::{Line, Lines};
use super::objects::{ID, QUERY};
use super::own::OWN_OPTIONS;
use super::table::Table;
use super::topics::Topics;
use super::{BatchQuery, lines, objects};
use crate::error::{Error, Result};
use crate::import::{Stream, open};

/// How queries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryFormat {
    /// One a line.
    Lines,
    /// Identifier, tab, query.
    Tsv,
    /// A table whose first row names the columns: `query`, `id` and options.
    Csv,
    /// One JSON object a line: `query`, `id` and options.
    Jsonl,
    /// Topics of TREC: `<num>` and `<title>` of each `<top>`; the `number` of each `<topic>`, and its `<query>`
    /// or `<title>`.
    Trec,
}

impl QueryFormat {
    /// What the name of a file tells.
    fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "tsv" => Some(QueryFormat::Tsv),
            "csv" => Some(QueryFormat::Csv),
            "jsonl" | "ndjson" => Some(QueryFormat::Jsonl),
            "trec" | "topics" => Some(QueryFormat::Trec),
            _ => None,
        }
    }

    /// What the first bytes tell.
    fn of_head(head: &[u8]) -> Self {
        let head = head.trim_ascii_start();
        let first = first_line(head);
        let begins =
            |with: &[u8]| head.get(..with.len()).is_some_and(|b| b.eq_ignore_ascii_case(with));
        if begins(b"{") {
            QueryFormat::Jsonl
        } else if names_columns(first) {
            QueryFormat::Csv
        } else if begins(b"<top") || begins(b"<?xml") {
            QueryFormat::Trec
        } else if first.contains(&b'\t') {
            QueryFormat::Tsv
        } else {
            QueryFormat::Lines
        }
    }
}

/// Whether objects of JSON stand in one list: read by lines, each would be told as broken.
fn is_list(head: &[u8]) -> bool {
    let inner = head.trim_ascii_start().strip_prefix(b"[");
    inner.is_some_and(|inner| inner.trim_ascii_start().starts_with(b"{"))
}

/// What is said of it.
const LIST: &str = "a list of JSON objects; one object a line is expected, without brackets and commas around them";

fn first_line(head: &[u8]) -> &[u8] {
    head.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// Whether a line is the first row of a table: two cells at least, all of them names of columns, one of them
/// that of the query. Nobody asks for `id,query`.
fn names_columns(line: &[u8]) -> bool {
    let Ok(line) = str::from_utf8(line) else { return false };
    let line = line.trim_start_matches('\u{feff}');
    let Some(separator) = line.chars().find(|c| [',', ';', '\t'].contains(c)) else { return false };
    let cells: Vec<&str> =
        line.split(separator).map(|cell| cell.trim().trim_matches('"').trim()).collect();
    let is_known =
        |cell: &&str| ID.contains(cell) || QUERY.contains(cell) || OWN_OPTIONS.contains(cell);
    cells.iter().all(is_known) && cells.iter().any(|cell| QUERY.contains(cell))
}

/// The queries of a file, one after the other; an error is the last item.
///
/// ```
/// use depeche::BatchReader;
/// let queries = BatchReader::new("q1\tpremier refus\nq2\tcapital\n".as_bytes(), None)?;
/// let ids: Vec<String> = queries.map(|query| query.map(|query| query.id)).collect::<Result<_, _>>()?;
/// assert_eq!(ids, ["q1", "q2"]);
/// # Ok::<(), depeche::Error>(())
/// ```
pub struct BatchReader<'a> {
    path: PathBuf,
    source: Option<Source<'a>>,
}

enum Source<'a> {
    Lines(Lines<'a>, fn(Line) -> Option<BatchQuery>),
    Table(Box<Table<'a>>),
    Topics(Topics<'a>),
}

impl<'a> BatchReader<'a> {
    /// Opens a file, gzipped or not; `-` is standard input.
    ///
    /// # Errors
    /// It cannot be read, or is a table without a column of queries.
    pub fn open(path: &Path, format: Option<QueryFormat>) -> Result<Self> {
        if path == Path::new("-") {
            return Self::read(path, Box::new(io::stdin()), format);
        }
        let file = File::open(path).map_err(Error::io(path))?;
        Self::read(path, Box::new(file), format.or(QueryFormat::of_path(path)))
    }

    /// Reads any stream as standard input is read.
    ///
    /// # Errors
    /// As [`BatchReader::open`].
    pub fn new(input: impl Read + Send + 'a, format: Option<QueryFormat>) -> Result<Self> {
        Self::read(Path::new("-"), Box::new(input), format)
    }

    fn read(
        path: &Path,
        input: Box<dyn Read + Send + 'a>,
        format: Option<QueryFormat>,
    ) -> Result<Self> {
        let opened = open(Box::new(BufReader::with_capacity(1 << 16, input)));
        let stream = opened.map_err(io::Error::other);
        let source = stream.and_then(|stream| Source::new(stream, format));
        let source = source.map_err(Error::io(path))?;
        Ok(BatchReader { path: path.to_owned(), source: Some(source) })
    }
}

impl Iterator for BatchReader<'_> {
    type Item = Result<BatchQuery>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.source.as_mut()?.next().transpose();
        if !matches!(next, Some(Ok(_))) {
            self.source = None;
        }
        next.map(|query| query.map_err(Error::io(&self.path)))
    }
}

impl<'a> Source<'a> {
    fn new(stream: Stream<'a>, format: Option<QueryFormat>) -> io::Result<Self> {
        let Stream { head, input } = stream;
        if is_list(&head) && matches!(format, None | Some(QueryFormat::Jsonl)) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, LIST));
        }
        let format = match format {
            // With names of columns it is a table, however its cells are parted.
            Some(QueryFormat::Tsv) if names_columns(first_line(&head)) => QueryFormat::Csv,
            Some(format) => format,
            None => QueryFormat::of_head(&head),
        };
        Ok(match format {
            QueryFormat::Lines => Source::Lines(Lines::new(input), lines::plain),
            QueryFormat::Tsv => Source::Lines(Lines::new(input), lines::after_tab),
            QueryFormat::Jsonl => Source::Lines(Lines::new(input), objects::object),
            QueryFormat::Csv => Source::Table(Box::new(Table::new(input, &head)?)),
            QueryFormat::Trec => Source::Topics(Topics::new(input)),
        })
    }

    fn next(&mut self) -> io::Result<Option<BatchQuery>> {
        match self {
            Source::Lines(lines, query) => {
                while let Some(line) = lines.next()? {
                    if let Some(query) = query(line) {
                        return Ok(Some(query));
                    }
                }
                Ok(None)
            }
            Source::Table(table) => table.next(),
            Source::Topics(topics) => topics.next(),
        }
    }
}
