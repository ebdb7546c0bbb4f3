//! `depeche analyze`: lines to tokens of the field of all forms, without an index.

use std::io::{BufRead, Write};

use depeche::{Analyzer, Token, render};
use serde::Serialize;

use super::args::AnalyzeArgs;
use super::{FOUND, out};

/// A term, its bytes of the line and its position; terms of one position are alternatives.
#[derive(Serialize)]
struct Shown<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    pos: usize,
}

pub(super) fn run(args: AnalyzeArgs) -> anyhow::Result<u8> {
    let analyzer = Analyzer::french();
    let analyze = |line: &str| match args.query {
        true => analyzer.query_tokens(line),
        false => analyzer.tokens(line),
    };
    let mut out = out();
    if !args.text.is_empty() {
        write(&analyze(&args.text.join(" ")), &mut out)?;
    } else {
        // Lines end at \n only: a lone \r belongs to its line, as byte offsets must.
        for line in std::io::stdin().lock().split(b'\n') {
            write(&analyze(&String::from_utf8_lossy(&line?)), &mut out)?;
        }
    }
    out.flush()?;
    Ok(FOUND)
}

fn write(tokens: &[Token], out: &mut impl Write) -> std::io::Result<()> {
    let shown = tokens.iter().flat_map(|token| {
        token.forms.iter().map(|form| Shown {
            text: &form.term,
            start: form.offsets.start,
            end: form.offsets.end,
            pos: token.position,
        })
    });
    render::json_line(&shown.collect::<Vec<_>>(), out)
}
