//! Topics as TREC writes them: `<top>`, `<num> Number: 301`, `<title> …`, each tag perhaps never closed; or
//! `<topic number="301">` with a `<query>` or a `<title>`.

use std::io;

use super::numbered::{Input, Line, Lines};
use super::{BatchQuery, MAX_BATCH_RECORD, Refusal};

/// The signs that topics may write as entities.
const ENTITIES: [(&str, &str); 5] =
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];

/// Topics as they are read.
pub(super) struct Topics<'a> {
    lines: Lines<'a>,
    /// The line that is read, and how far.
    line: Line,
    at: usize,
}

/// Where the text that follows belongs.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Num,
    Title,
    Other,
}

/// One topic as far as it is read.
struct Topic {
    num: String,
    title: String,
    /// Where the title begins; before that, where the topic does.
    line: u64,
    part: Part,
    has_title: bool,
    refusal: Option<Refusal>,
}

impl<'a> Topics<'a> {
    pub(super) fn new(input: Input<'a>) -> Self {
        let line = Line { number: 0, text: String::new(), refusal: None };
        Topics { lines: Lines::new(input), line, at: 0 }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<BatchQuery>> {
        let mut topic: Option<Topic> = None;
        loop {
            if self.at >= self.line.text.len() && !self.next_line()? {
                return Ok(topic.map(Topic::query));
            }
            let rest = &self.line.text[self.at..];
            let Some((tag, length)) = tag(rest) else {
                let first = rest.chars().next().map_or(0, char::len_utf8);
                let end = rest[first..].find('<').map_or(rest.len(), |at| first + at);
                topic.iter_mut().for_each(|topic| topic.add(&rest[..end], &mut self.line.refusal));
                self.at += end;
                continue;
            };
            match (tag.name.as_str(), &mut topic) {
                // The one before was never closed.
                ("top" | "topic", Some(_)) => return Ok(topic.map(Topic::query)),
                ("top" | "topic", None) => topic = Some(Topic::new(self.line.number, tag.number)),
                ("/top" | "/topic", Some(_)) => {
                    self.at += length;
                    return Ok(topic.map(Topic::query));
                }
                (tag, Some(topic)) => topic.enter(tag, self.line.number),
                (_, None) => (),
            }
            self.at += length;
        }
    }

    /// False at the end. Lines are read with their ends, which keep words apart.
    fn next_line(&mut self) -> io::Result<bool> {
        let Some(line) = self.lines.next()? else { return Ok(false) };
        self.line = line;
        self.line.text.push('\n');
        self.at = 0;
        Ok(true)
    }
}

struct Tag {
    /// In small letters.
    name: String,
    /// The attribute of this name, or an empty text.
    number: String,
}

/// The tag that a text begins with, and its length.
fn tag(text: &str) -> Option<(Tag, usize)> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find('>')?;
    let name = inner[..end].split_ascii_whitespace().next()?;
    let is_name = name.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
    let number = inner[..end].split_once("number=").map_or("", |(_, value)| value);
    let number = match number.chars().next() {
        Some(quote @ ('"' | '\'')) => number[1..].split(quote).next(),
        _ => number.split_ascii_whitespace().next(),
    };
    let (name, number) = (name.to_ascii_lowercase(), number.unwrap_or_default().to_owned());
    is_name.then_some((Tag { name, number }, end + 2))
}

impl Topic {
    fn new(line: u64, num: String) -> Self {
        Topic {
            num,
            title: String::new(),
            line,
            part: Part::Other,
            has_title: false,
            refusal: None,
        }
    }

    fn enter(&mut self, tag: &str, line: u64) {
        self.part = match tag {
            "num" => Part::Num,
            "title" | "query" if !self.has_title => Part::Title,
            _ => Part::Other,
        };
        if self.part == Part::Title {
            (self.has_title, self.line) = (true, line);
        }
    }

    /// Of a line that cannot be read only what is asked matters.
    fn add(&mut self, text: &str, refusal: &mut Option<Refusal>) {
        let part = match self.part {
            Part::Num => &mut self.num,
            Part::Title => &mut self.title,
            Part::Other => return,
        };
        self.refusal = self.refusal.take().or(refusal.take());
        if part.len() + text.len() > MAX_BATCH_RECORD {
            self.refusal = Some(Refusal::TooLong { limit: MAX_BATCH_RECORD });
        } else {
            part.push_str(text);
        }
    }

    fn query(self) -> BatchQuery {
        let title = words(&self.title, "Topic:");
        let missing = Refusal::NoQuery { expected: "<title>" };
        let missing = (!self.has_title).then_some(missing);
        let query = BatchQuery::new(self.line, title).named(&words(&self.num, "Number:"));
        query.refused(self.refusal.or(missing))
    }
}

/// The text of a part on one line, without the word that it may begin with.
fn words(text: &str, label: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_labelled =
        text.get(..label.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(label));
    let text = if is_labelled { text[label.len()..].trim_start() } else { &text };
    ENTITIES.iter().fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}
