//! JSON lines: one object a line, each read alone, so that a broken or endless line is one skip.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::fields::{Fields, kind};
use super::skip::Start;
use super::stream::{Fault, MAX_PASSED_OVER, Stream};
use super::{Draft, Job, Out, SkipReason, charset, json, json_scan};

pub(crate) fn read(
    job: &Job<'_>,
    stream: &mut Stream<'_>,
    out: &mut Out<'_, '_>,
) -> ControlFlow<()> {
    if json::opens_alone(&stream.head) {
        return json::read(job, stream, out);
    }
    read_lines(job, stream, out)
}

pub(crate) fn read_lines(
    job: &Job<'_>,
    stream: &mut Stream<'_>,
    out: &mut Out<'_, '_>,
) -> ControlFlow<()> {
    if stream.head.is_empty() {
        return out.skip(None, SkipReason::Empty);
    }
    let mut line = Vec::new();
    for number in 1.. {
        let result = match next_line(&mut *stream.input, &mut line, job.max_record) {
            Ok(None) => break,
            Ok(Some(true)) if line.trim_ascii().is_empty() => continue,
            Ok(Some(true)) => record(&line, Start { line: number, column: 1 }, &out.fields),
            Ok(Some(false)) => Err(SkipReason::TooLarge { limit: job.max_record }),
            Err(error) => return out.skip(Some(number), error.into()),
        };
        out.give(Some(number), result)?;
    }
    ControlFlow::Continue(())
}

/// Reads a line into `line`; false where it is longer than the limit and was only read past.
pub(crate) fn next_line(
    input: &mut dyn BufRead,
    line: &mut Vec<u8>,
    limit: usize,
) -> io::Result<Option<bool>> {
    line.clear();
    // The line end is no part of the record.
    let read = input.take(limit as u64 + 1).read_until(b'\n', line)?;
    if read <= limit || line.ends_with(b"\n") {
        return Ok((read > 0).then_some(true));
    }
    line.clear();
    if input.take(MAX_PASSED_OVER).skip_until(b'\n')? as u64 == MAX_PASSED_OVER {
        return Err(Fault::Endless.into());
    }
    Ok(Some(false))
}

/// The article of one JSON object that begins at `start`.
pub(crate) fn record(bytes: &[u8], start: Start, fields: &Fields) -> Result<Draft, SkipReason> {
    fields.draft(object(bytes, start)?)
}

pub(crate) fn object(bytes: &[u8], start: Start) -> Result<Map<String, Value>, SkipReason> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => charset::decode(bytes, None)?,
    };
    if !json_scan::has_few_values(&text) {
        let detail = "more than 1,000,000 values in one record".to_owned();
        return Err(SkipReason::Json {
            line: start.line,
            column: start.column,
            detail,
            stopped: false,
        });
    }
    match serde_json::from_str(&text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(SkipReason::NotAnObject { found: kind(&other) }),
        Err(_) if bytes.contains(&0) => Err(SkipReason::Binary),
        Err(error) => Err(SkipReason::json(start, &text, &error)),
    }
}
