//! Text with lit spans, wrapped or on one line.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::safe::visible;

const LIT: &str = "\u{1b}[1;33m";
const PLAIN: &str = "\u{1b}[0m";
/// Around lit words where there is no colour.
const MARK: &str = "**";

/// A run of text between spaces, all lit or all plain.
struct Run {
    text: String,
    lit: bool,
    /// Whether a space stands before it.
    spaced: bool,
}

/// The text on one line, lit spans in colour or between `**`.
pub(super) fn marked(text: &str, lit: &[Range<usize>], color: bool) -> String {
    let mut painter = Painter::new(color, usize::MAX, "");
    for run in runs(text, lit) {
        painter.push(&run);
    }
    painter.finish()
}

/// The text wrapped to `width` columns, every line after `indent`.
pub(super) fn wrapped(
    text: &str,
    lit: &[Range<usize>],
    color: bool,
    width: usize,
    indent: &str,
) -> String {
    let room = width.saturating_sub(indent.len()).max(20);
    let mut painter = Painter::new(color, room, indent);
    let runs = runs(text, lit);
    let mut at = 0;
    while at < runs.len() {
        // A word may be lit in part only: its runs stay on one line.
        let end =
            runs[at + 1..].iter().position(|run| run.spaced).map_or(runs.len(), |i| at + 1 + i);
        painter.break_unless_fits(&runs[at..end]);
        runs[at..end].iter().for_each(|run| painter.push(run));
        at = end;
    }
    format!("{indent}{}", painter.finish())
}

fn runs(text: &str, lit: &[Range<usize>]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut spaced = false;
    for (span, is_lit) in alternating(text.len(), lit) {
        let mut rest = &text[span];
        while !rest.is_empty() {
            let word_start = rest.find(|c: char| !is_breaking(c)).unwrap_or(rest.len());
            spaced |= word_start > 0;
            rest = &rest[word_start..];
            let word_end = rest.find(is_breaking).unwrap_or(rest.len());
            if word_end > 0 {
                runs.push(Run {
                    text: visible(&rest[..word_end]).into_owned(),
                    lit: is_lit,
                    spaced,
                });
                spaced = false;
            }
            rest = &rest[word_end..];
        }
    }
    runs
}

/// White space where a line may end: not the no-break spaces of French typography.
fn is_breaking(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}')
}

fn alternating(len: usize, lit: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut parts = Vec::with_capacity(lit.len() * 2 + 1);
    let mut at = 0;
    for span in lit {
        parts.push((at..span.start, false));
        parts.push((span.clone(), true));
        at = span.end;
    }
    parts.push((at..len, false));
    parts
}

struct Painter<'a> {
    out: String,
    color: bool,
    room: usize,
    indent: &'a str,
    column: usize,
    lit: bool,
}

impl<'a> Painter<'a> {
    fn new(color: bool, room: usize, indent: &'a str) -> Self {
        Painter { out: String::new(), color, room, indent, column: 0, lit: false }
    }

    fn break_unless_fits(&mut self, word: &[Run]) {
        let width: usize = word.iter().map(|run| run.text.width()).sum();
        if self.column > 0 && self.column + 1 + width > self.room {
            self.set_lit(false);
            self.out.push('\n');
            self.out.push_str(self.indent);
            self.column = 0;
        }
    }

    fn push(&mut self, run: &Run) {
        let space = run.spaced && self.column > 0;
        // The space inside a lit phrase is lit with it.
        let joins = space && self.lit && run.lit;
        if !joins {
            self.set_lit(false);
        }
        if space {
            self.out.push(' ');
            self.column += 1;
        }
        self.set_lit(run.lit);
        self.out.push_str(&run.text);
        self.column += run.text.width();
    }

    fn set_lit(&mut self, lit: bool) {
        if self.lit == lit {
            return;
        }
        self.lit = lit;
        let mark = match (self.color, lit) {
            (false, _) => MARK,
            (true, true) => LIT,
            (true, false) => PLAIN,
        };
        self.out.push_str(mark);
        if !self.color {
            self.column += MARK.len();
        }
    }

    fn finish(mut self) -> String {
        self.set_lit(false);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lit_words_are_marked() {
        let text = "un  droit\nde premier refus, l’équité";
        let lit = [4..text.find(',').unwrap(), text.find('é').unwrap()..text.len()];
        assert_eq!(marked(text, &lit, false), "un **droit de premier refus**, l’**équité**");
        assert_eq!(marked("a b", std::slice::from_ref(&(2..3)), true), "a \u{1b}[1;33mb\u{1b}[0m");
    }

    #[test]
    fn lines_break_between_words_and_marks_close_at_each_end() {
        let text = "aaaaaaaaaa bbbbbbbbbb cccccccccc";
        let shown = wrapped(text, std::slice::from_ref(&(0..21)), false, 24, "  ");
        assert_eq!(shown, "  **aaaaaaaaaa**\n  **bbbbbbbbbb**\n  cccccccccc");
    }
}
