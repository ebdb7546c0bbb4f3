//! Finds where a JSON value ends without building it, so that a list of any length is read one
//! element at a time, and a broken element does not hide the next.

use std::io::{self, BufRead};

use super::stream::{count_lines, pass_over};

/// A list of numbers takes sixteen times its bytes once it is built.
const MAX_VALUES: usize = 1_000_000;

/// Whether a JSON text can be built without taking many times its size.
pub(crate) fn has_few_values(text: &str) -> bool {
    // Each takes a byte and a comma.
    if text.len() < 2 * MAX_VALUES {
        return true;
    }
    let (mut count, mut in_string, mut escaped) = (0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => count += 1,
            _ => {}
        }
    }
    count <= MAX_VALUES
}

/// A reader of JSON text that knows where it stands.
pub(crate) struct Scanner<'a> {
    input: &'a mut dyn BufRead,
    /// From 1.
    pub(crate) line: u64,
    /// Bytes of the line that were read.
    column: u64,
}

/// How the reading of a value ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It is all there.
    Whole,
    /// It was read past, not held.
    TooLarge,
    /// The file ended in it.
    Cut,
}

/// Where in a value the scan stands.
#[derive(Clone, Copy, Default)]
struct State {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Spaces of the column where the value begins.
    indent: u64,
    /// A string of it was not closed on its line, so it is no JSON.
    is_broken: bool,
    /// How many spaces of the line were read, if only spaces were.
    spaces: Option<u64>,
}

/// What a byte is to a value.
#[derive(PartialEq)]
enum Byte {
    Inside,
    Last,
    /// It begins the next value.
    Beyond,
}

impl State {
    fn step(&mut self, byte: u8) -> Byte {
        if self.in_string {
            return self.step_in_string(byte);
        }
        if self.is_broken && self.begins_another(byte) {
            return Byte::Beyond;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Byte::Last;
                }
            }
            _ => {}
        }
        Byte::Inside
    }

    fn step_in_string(&mut self, byte: u8) -> Byte {
        match byte {
            // A string holds no bare line end: this one was not closed, and what follows is read
            // as structure again.
            b'\n' => {
                self.is_broken = true;
                self.spaces = Some(0);
            }
            _ if self.escaped => {
                self.escaped = false;
                return Byte::Inside;
            }
            b'\\' => {
                self.escaped = true;
                return Byte::Inside;
            }
            b'"' => {}
            _ => return Byte::Inside,
        }
        (self.in_string, self.escaped) = (false, false);
        if self.depth == 0 { Byte::Last } else { Byte::Inside }
    }

    /// In a broken value, an object that begins a line no further in than the value itself is
    /// the next one of the list.
    fn begins_another(&mut self, byte: u8) -> bool {
        match (byte, self.spaces) {
            (b'\n', _) => self.spaces = Some(0),
            (b' ' | b'\t' | b'\r', Some(spaces)) => self.spaces = Some(spaces + 1),
            (b'{', Some(spaces)) if spaces <= self.indent => return true,
            _ => self.spaces = None,
        }
        false
    }
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(input: &'a mut dyn BufRead) -> Self {
        Scanner { input, line: 1, column: 0 }
    }

    /// The column of the next byte, from 1.
    pub(crate) fn column(&self) -> u64 {
        self.column + 1
    }

    /// The next byte after white space, not yet consumed.
    pub(crate) fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let ahead = self.input.fill_buf()?;
            if ahead.is_empty() {
                return Ok(None);
            }
            let found = ahead.iter().position(|byte| !byte.is_ascii_whitespace());
            let byte = found.map(|at| ahead[at]);
            let len = found.unwrap_or(ahead.len());
            count(&ahead[..len], &mut self.line, &mut self.column);
            self.input.consume(len);
            if byte.is_some() {
                return Ok(byte);
            }
        }
    }

    /// Consumes the next byte after white space if it is this one.
    pub(crate) fn eat(&mut self, byte: u8) -> io::Result<bool> {
        let found = self.peek()? == Some(byte);
        if found {
            self.column += 1;
            self.input.consume(1);
        }
        Ok(found)
    }

    /// Appends the next value to `held` until that has `limit` bytes.
    pub(crate) fn value(&mut self, held: &mut Vec<u8>, limit: usize) -> io::Result<End> {
        match self.peek()? {
            None => Ok(End::Cut),
            Some(b'{' | b'[' | b'"') => {
                let state = State { indent: self.column, ..State::default() };
                self.scan(state, held, limit)
            }
            Some(_) => self.scalar(held, limit),
        }
    }

    /// As `value`, for a list of which the opening bracket was read.
    pub(crate) fn rest_of_list(&mut self, held: &mut Vec<u8>, limit: usize) -> io::Result<End> {
        held.push(b'[');
        self.scan(State { depth: 1, ..State::default() }, held, limit)
    }

    fn scan(&mut self, mut state: State, held: &mut Vec<u8>, limit: usize) -> io::Result<End> {
        let (mut end, mut passed_over) = (End::Whole, 0);
        loop {
            let ahead = self.input.fill_buf()?;
            if ahead.is_empty() {
                return Ok(End::Cut);
            }
            let mut byte = Byte::Inside;
            let found = ahead.iter().position(|next| {
                byte = state.step(*next);
                byte != Byte::Inside
            });
            let len = found.map_or(ahead.len(), |at| at + usize::from(byte == Byte::Last));
            if end == End::Whole && held.len() + len <= limit {
                held.extend_from_slice(&ahead[..len]);
            } else {
                end = End::TooLarge;
                pass_over(&mut passed_over, len)?;
            }
            count(&ahead[..len], &mut self.line, &mut self.column);
            self.input.consume(len);
            if found.is_some() {
                return Ok(end);
            }
        }
    }

    /// A number or a word: until a sign or white space.
    fn scalar(&mut self, held: &mut Vec<u8>, limit: usize) -> io::Result<End> {
        let (mut end, mut passed_over) = (End::Whole, 0);
        loop {
            let ahead = self.input.fill_buf()?;
            let stops = |byte: &u8| byte.is_ascii_whitespace() || b",]}[{\":".contains(byte);
            let found = ahead.iter().position(stops);
            let len = found.unwrap_or(ahead.len());
            if end == End::Whole && held.len() + len <= limit {
                held.extend_from_slice(&ahead[..len]);
            } else {
                end = End::TooLarge;
                pass_over(&mut passed_over, len)?;
            }
            let is_last = found.is_some() || ahead.is_empty();
            self.column += len as u64;
            self.input.consume(len);
            if is_last {
                return Ok(end);
            }
        }
    }
}

/// Line and column behind some bytes.
fn count(bytes: &[u8], line: &mut u64, column: &mut u64) {
    match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(last) => {
            *line += count_lines(bytes);
            *column = (bytes.len() - last - 1) as u64;
        }
        None => *column += bytes.len() as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        for (text, expected) in [
            (r#"{"a":"}\"]","b":[{}]} ,"#, r#"{"a":"}\"]","b":[{}]}"#),
            ("[1,[2],{}]]", "[1,[2],{}]"),
            (r#""a\\" "b""#, r#""a\\""#),
            ("  12.5e3,", "12.5e3"),
            ("null}", "null"),
        ] {
            let (mut bytes, mut held) = (text.as_bytes(), Vec::new());
            let end = Scanner::new(&mut bytes).value(&mut held, 100).unwrap();
            assert_eq!((end, held.as_slice()), (End::Whole, expected.as_bytes()), "{text}");
        }
    }

    #[test]
    fn the_limit_holds_and_the_scan_goes_on() {
        let mut bytes = &br#"{"a":"xxxxxxxxxxxxxxxxxxxx"} 7"#[..];
        let mut scanner = Scanner::new(&mut bytes);
        assert_eq!(scanner.value(&mut Vec::new(), 10).unwrap(), End::TooLarge);
        let mut held = Vec::new();
        assert_eq!(scanner.value(&mut held, 10).unwrap(), End::Whole);
        assert_eq!(held, b"7");
        assert_eq!(scanner.value(&mut held, 10).unwrap(), End::Cut);
    }

    #[test]
    fn an_open_string_ends_with_its_line_and_its_object_before_the_next() {
        let mut bytes = &b" {\"a\": \"open,\n  \"b\": {\n  \"c\": [\n {\"d\": 1}"[..];
        let mut scanner = Scanner::new(&mut bytes);
        assert_eq!(scanner.value(&mut Vec::new(), 100).unwrap(), End::Whole);
        assert_eq!((scanner.peek().unwrap(), scanner.line, scanner.column()), (Some(b'{'), 4, 2));

        let mut bytes = &b"{\"a\": \"open,\n\"b\": 1}\n{}"[..];
        let mut scanner = Scanner::new(&mut bytes);
        assert_eq!(scanner.value(&mut Vec::new(), 100).unwrap(), End::Whole);
        assert_eq!((scanner.peek().unwrap(), scanner.line, scanner.column()), (Some(b'{'), 3, 1));
    }
}
