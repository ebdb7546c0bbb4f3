//! A `.json` file: a list of articles, one article, an object around a list or around numbered
//! articles (as pandas and Europarser write), several such values, or in truth JSON lines.
//!
//! Lists are read one element at a time. An element that is broken but ends where an element
//! should is one skip; where no next element can be found with honesty, the skip says so.

use std::io;
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::json_scan::{End, Scanner};
use super::skip::Start;
use super::stream::Stream;
use super::{Draft, Job, Out, SkipReason, jsonl};

/// The fields of an object around the list of articles.
const WRAPPERS: &[&str] =
    &["articles", "items", "documents", "docs", "data", "results", "hits", "records"];

/// Why the reading stops: told to, or told why by a skip that was already given.
type Step = ControlFlow<()>;

pub(crate) fn read(job: &Job<'_>, stream: &mut Stream<'_>, out: &mut Out<'_, '_>) -> Step {
    if looks_like_lines(&stream.head) {
        return jsonl::read_lines(job, stream, out);
    }
    let scan = Scanner::new(&mut *stream.input);
    let mut reader = Reader { scan, limit: job.max_record, number: 0, out };
    reader.values(stream.head.is_empty())
}

/// Whether the first line is an object by itself: the shape of JSON lines.
pub(crate) fn looks_like_lines(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let end = head.iter().position(|byte| *byte == b'\n');
    let (first, rest) = head.split_at(end.unwrap_or(head.len()));
    let first = first.trim_ascii_end();
    // An object on one line with nothing after it may be a wrapper.
    let next = rest.trim_ascii_start().first();
    first.starts_with(b"{") && first.ends_with(b"}") && next == Some(&b'{')
}

/// Whether the first line has an opening bracket and nothing else: never JSON lines.
pub(crate) fn opens_alone(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let end = head.iter().position(|byte| *byte == b'\n').unwrap_or(head.len());
    matches!(head[..end].trim_ascii(), b"{" | b"[")
}

struct Reader<'a, 'o, 's> {
    scan: Scanner<'a>,
    limit: usize,
    /// Of the last record given, from 1: all may stand on one line.
    number: u64,
    out: &'a mut Out<'o, 's>,
}

impl Reader<'_, '_, '_> {
    fn values(&mut self, is_empty: bool) -> Step {
        if is_empty {
            return self.out.skip(None, SkipReason::Empty);
        }
        while let Some(byte) = self.peek()? {
            match byte {
                b'[' => {
                    self.eat(b'[')?;
                    self.list()?;
                }
                b'{' => self.object()?,
                _ => return self.stop("expected a list or an object"),
            }
        }
        ControlFlow::Continue(())
    }

    /// The elements of a list of which the bracket was read.
    fn list(&mut self) -> Step {
        loop {
            match self.peek()? {
                None => return self.stop("the file ends before the list does"),
                Some(b']') => {
                    self.eat(b']')?;
                    return ControlFlow::Continue(());
                }
                // Also one too many, or one too few.
                Some(b',') => {
                    self.eat(b',')?;
                }
                Some(b'}' | b':') => return self.stop("expected an element of the list"),
                Some(_) => self.element()?,
            }
        }
    }

    fn element(&mut self) -> Step {
        let (start, mut held) = (self.start(), Vec::new());
        let end = self.scan.value(&mut held, self.limit);
        let result = match self.io(end)? {
            End::Whole => jsonl::record(&held, start, &self.out.fields),
            End::TooLarge => Err(SkipReason::TooLarge { limit: self.limit }),
            End::Cut => return self.cut(start.line),
        };
        self.give(start.line, result)
    }

    /// An object: an article, or something around articles.
    fn object(&mut self) -> Step {
        let start = self.start();
        let line = start.line;
        let mut whole = Whole::new(start, self.limit);
        let mut has_articles = false;
        self.eat(b'{')?;
        loop {
            match self.peek()? {
                None => return self.cut(line),
                Some(b'}') => {
                    self.eat(b'}')?;
                    break;
                }
                Some(b',') => {
                    self.eat(b',')?;
                }
                Some(b'"') => has_articles |= self.field(line, &mut whole)?,
                Some(_) => {
                    return match whole.open {
                        Some(open) => self.stop_at(open, "this text is not closed on its line"),
                        None => self.stop("expected the name of a field"),
                    };
                }
            }
        }
        self.end_object(start, whole, has_articles)
    }

    /// One field: true if it held articles, which then were given.
    fn field(&mut self, line: u64, whole: &mut Whole) -> ControlFlow<(), bool> {
        let (at, mut name) = (self.start(), Vec::new());
        let end = self.scan.value(&mut name, self.limit);
        let name = match self.io(end)? {
            End::Whole => {
                let name = String::from_utf8_lossy(&name);
                name.strip_prefix('"').and_then(|n| n.strip_suffix('"')).unwrap_or("").to_owned()
            }
            _ => return self.cut(line).map_continue(|()| false),
        };
        if !self.eat(b':')? {
            return self.stop("expected `:`").map_continue(|()| false);
        }
        let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && self.peek()? == Some(b'{') {
            return self.element().map_continue(|()| true);
        }
        whole.begin(at, &name, self.out.fields.is_body(&name));
        self.peek()?;
        let begin = self.start();
        whole.pad(begin);
        let end = if WRAPPERS.contains(&name.as_str()) && !whole.has_body && self.eat(b'[')? {
            if self.peek()? == Some(b'{') {
                whole.held.extend_from_slice(b"null");
                self.list()?;
                whole.at = self.start();
                return ControlFlow::Continue(true);
            }
            self.scan.rest_of_list(&mut whole.held, self.limit)
        } else {
            self.scan.value(&mut whole.held, self.limit)
        };
        match self.io(end)? {
            End::Whole => {}
            End::TooLarge => whole.too_large = true,
            End::Cut => return self.cut(line).map_continue(|()| false),
        }
        whole.at = self.start();
        whole.open = whole.open.or_else(|| whole.held.ends_with(b"\n").then_some(begin));
        ControlFlow::Continue(false)
    }

    /// The object itself is an article, unless it only stood around some.
    fn end_object(&mut self, start: Start, mut whole: Whole, has_articles: bool) -> Step {
        let line = start.line;
        if has_articles && !whole.has_body {
            return ControlFlow::Continue(());
        }
        if whole.too_large {
            return self.give(line, Err(SkipReason::TooLarge { limit: self.limit }));
        }
        whole.held.splice(0..usize::from(!whole.held.is_empty()), [b'{']);
        whole.held.push(b'}');
        match jsonl::object(&whole.held, start) {
            Ok(object) if self.is_around(&object) => {
                for value in object.into_iter().map(|(_, value)| value) {
                    if let Value::Object(article) = value {
                        let draft = self.out.fields.draft(article);
                        self.give(line, draft)?;
                    }
                }
                ControlFlow::Continue(())
            }
            Ok(object) => {
                let draft = self.out.fields.draft(object);
                self.give(line, draft)
            }
            Err(reason) => self.give(line, Err(reason)),
        }
    }

    /// Articles under names of their own: `{"a1": {...}, "a2": {...}}`.
    fn is_around(&self, object: &Map<String, Value>) -> bool {
        !object.is_empty()
            && object
                .iter()
                .all(|(name, value)| value.is_object() && !self.out.fields.is_known(name))
    }

    fn give(&mut self, line: u64, result: Result<Draft, SkipReason>) -> Step {
        self.number += 1;
        self.out.give_nth(self.number, line, result)
    }

    /// Where the next byte is, once white space is passed over.
    fn start(&self) -> Start {
        Start { line: self.scan.line, column: self.scan.column() }
    }

    fn peek(&mut self) -> ControlFlow<(), Option<u8>> {
        let byte = self.scan.peek();
        self.io(byte)
    }

    fn eat(&mut self, byte: u8) -> ControlFlow<(), bool> {
        let found = self.scan.eat(byte);
        self.io(found)
    }

    fn io<T>(&mut self, result: io::Result<T>) -> ControlFlow<(), T> {
        match result {
            Ok(value) => ControlFlow::Continue(value),
            Err(error) => {
                let _ = self.out.skip(Some(self.scan.line), error.into());
                ControlFlow::Break(())
            }
        }
    }

    fn cut(&mut self, begin: u64) -> Step {
        self.stop(&format!("the file ends inside the record that begins at line {begin}"))
    }

    /// The one skip after which nothing can be read.
    fn stop(&mut self, detail: &str) -> Step {
        self.stop_at(self.start(), detail)
    }

    fn stop_at(&mut self, Start { line, column }: Start, detail: &str) -> Step {
        let detail = detail.to_owned();
        let _ = self.out.skip(Some(line), SkipReason::Json { line, column, detail, stopped: true });
        ControlFlow::Break(())
    }
}

/// The fields of an object that may be an article, as JSON: `,"name":value` one after the other,
/// each where it stands in the file, so that an error names the right place.
struct Whole {
    held: Vec<u8>,
    limit: usize,
    too_large: bool,
    has_body: bool,
    /// The first text that a line end broke off.
    open: Option<Start>,
    /// The place in the file of what is held next.
    at: Start,
}

impl Whole {
    fn new(at: Start, limit: usize) -> Self {
        Whole { held: Vec::new(), limit, too_large: false, has_body: false, open: None, at }
    }

    fn begin(&mut self, at: Start, name: &str, is_body: bool) {
        self.has_body |= is_body;
        self.too_large |= self.held.len() + name.len() > self.limit;
        if self.too_large {
            return;
        }
        self.held.push(b',');
        self.at.column += 1;
        self.pad(at);
        self.held.extend_from_slice(b"\"");
        self.held.extend_from_slice(name.as_bytes());
        self.held.extend_from_slice(b"\":");
        self.at.column += name.len() as u64 + 3;
    }

    /// White space up to a place.
    fn pad(&mut self, to: Start) {
        let lines = to.line.saturating_sub(self.at.line);
        let from = if lines > 0 { 1 } else { self.at.column };
        let spaces = to.column.saturating_sub(from);
        let fits = |count: u64| usize::try_from(count).ok().filter(|count| *count <= self.limit);
        let (Some(lines), Some(spaces)) = (fits(lines), fits(spaces)) else {
            self.too_large = true;
            return;
        };
        self.held.resize(self.held.len() + lines, b'\n');
        self.held.resize(self.held.len() + spaces, b' ');
        self.at = to;
    }
}
