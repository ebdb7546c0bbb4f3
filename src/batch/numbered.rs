//! Lines with their numbers, whatever bytes are in them.

use std::io::{self, BufRead};

use super::{MAX_BATCH_RECORD, Refusal};
use crate::import::next_line;

/// The text to read from; it goes from one thread to the other.
pub(super) type Input<'a> = Box<dyn BufRead + Send + 'a>;

/// One line after the other.
pub(super) struct Lines<'a> {
    input: Input<'a>,
    bytes: Vec<u8>,
    number: u64,
}

/// One line.
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// Without its end; U+FFFD stands for what is no text.
    pub(super) text: String,
    /// What is wrong with it.
    pub(super) refusal: Option<Refusal>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(input: Input<'a>) -> Self {
        Lines { input, bytes: Vec::new(), number: 0 }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let Some(is_whole) = next_line(&mut *self.input, &mut self.bytes, MAX_BATCH_RECORD)? else {
            return Ok(None);
        };
        self.number += 1;
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let (text, refusal) = text(bytes);
        let too_long = (!is_whole).then_some(Refusal::TooLong { limit: MAX_BATCH_RECORD });
        Ok(Some(Line { number: self.number, text, refusal: too_long.or(refusal) }))
    }
}

/// Bytes as text, and what is wrong with them.
pub(super) fn text(bytes: &[u8]) -> (String, Option<Refusal>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (String::from_utf8_lossy(bytes).into_owned(), Some(Refusal::Encoding)),
    }
}
