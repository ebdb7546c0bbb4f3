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
            if opens_topic(&self.line.text[self.at..]) && self.join_next()? {
                continue;
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

    /// Adds the next line to this one: a tag goes on there. False where there is none, or it is too much.
    fn join_next(&mut self) -> io::Result<bool> {
        if self.line.text.len() > MAX_BATCH_RECORD {
            return Ok(false);
        }
        let Some(next) = self.lines.next()? else { return Ok(false) };
        self.line.text.push_str(&next.text);
        self.line.text.push('\n');
        self.line.number = next.number;
        self.line.refusal = self.line.refusal.take().or(next.refusal);
        Ok(true)
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
    /// The first attribute that numbers it, or an empty text.
    number: String,
}

/// The attributes that number a topic.
const NUMBERS: [&str; 4] = ["number", "num", "id", "qid"];

/// Whether a text begins with the tag of a topic that it does not end.
fn opens_topic(text: &str) -> bool {
    let begins = text.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("<top"));
    begins && !text.contains('>')
}

/// The tag that a text begins with, and its length.
fn tag(text: &str) -> Option<(Tag, usize)> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find('>')?;
    let name = inner[..end].split_ascii_whitespace().next()?;
    let is_name = name.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
    let is_number =
        |(name, _): &(&str, &str)| NUMBERS.iter().any(|number| number.eq_ignore_ascii_case(name));
    let number = attributes(&inner[name.len()..end]).find(is_number);
    let number = number.map_or("", |(_, value)| value).to_owned();
    is_name.then(|| (Tag { name: name.to_ascii_lowercase(), number }, end + 2))
}

/// The attributes of a tag with their values, in quotes or not.
fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((after, "")),
        };
        rest = next;
        Some((name.split_ascii_whitespace().next_back().unwrap_or_default(), value))
    })
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
