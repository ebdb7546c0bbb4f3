//! The lines of a concordance in another order than that of the import.

use std::io;
use std::rc::Rc;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;

use super::{Line, LineOrder, Part, Span};
use crate::analysis::word_spans;
use crate::article::PartialDate;

/// Lines kept until all are known; what the lines of an article share is kept once.
pub(super) struct SortedLines {
    order: LineOrder,
    collator: Option<CollatorBorrowed<'static>>,
    lines: Vec<KeptLine>,
}

struct KeptLine {
    key: Key,
    /// A line of the article without its match.
    article: Rc<Line>,
    part: Part,
    passage: Option<usize>,
    /// The bytes of the match.
    span: Span,
    /// The words before, the match and the words after, one after the other.
    text: Box<str>,
    /// Where the match begins and ends there.
    inner: [u32; 2],
    matches: Box<[Span]>,
}

impl SortedLines {
    pub(super) fn new(order: LineOrder) -> Self {
        let collator = Collator::try_new(locale!("fr").into(), CollatorOptions::default()).ok();
        SortedLines { order, collator, lines: Vec::new() }
    }

    pub(super) fn push(&mut self, line: &Line) {
        let last = self.lines.last().filter(|last| last.article.article == line.article);
        let article = match last {
            Some(last) => Rc::clone(&last.article),
            None => Rc::new(of_article(line)),
        };
        let (left, text) = (line.left.len(), line.text.len());
        self.lines.push(KeptLine {
            key: key(self.order, self.collator.as_ref(), line),
            article,
            part: line.part,
            passage: line.passage,
            span: Span { start: line.start, end: line.end },
            text: [&line.left, line.text.as_str(), &line.right].concat().into(),
            inner: [left as u32, (left + text) as u32],
            matches: line.matches.as_slice().into(),
        });
    }

    /// Hands out the lines in their order; equal ones in that of the import.
    pub(super) fn each(
        mut self,
        receiver: &mut dyn FnMut(&Line) -> io::Result<()>,
    ) -> io::Result<()> {
        self.lines.sort_by(|a, b| a.key.cmp(&b.key));
        self.lines.iter().try_for_each(|kept| receiver(&kept.line()))
    }
}

impl KeptLine {
    fn line(&self) -> Line {
        let [start, end] = self.inner.map(|byte| byte as usize);
        Line {
            part: self.part,
            passage: self.passage,
            start: self.span.start,
            end: self.span.end,
            left: self.text[..start].to_owned(),
            text: self.text[start..end].to_owned(),
            right: self.text[end..].to_owned(),
            matches: self.matches.to_vec(),
            ..(*self.article).clone()
        }
    }
}

/// A line without its match.
fn of_article(line: &Line) -> Line {
    Line {
        left: String::new(),
        text: String::new(),
        right: String::new(),
        matches: Vec::new(),
        ..line.clone()
    }
}

/// What lines are compared by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// In French collation.
    Words(Box<[u8]>),
    Name(String),
    /// Undated ones last.
    Date(bool, Option<PartialDate>),
}

fn key(order: LineOrder, collator: Option<&CollatorBorrowed<'_>>, line: &Line) -> Key {
    let collated = |text: &str| {
        let mut key = Vec::new();
        match collator {
            Some(collator) => {
                let Ok(()) = collator.write_sort_key_to(text, &mut key);
            }
            None => key.extend_from_slice(text.as_bytes()),
        }
        Key::Words(key.into())
    };
    match order {
        LineOrder::Left => collated(&words_outwards(&line.left)),
        LineOrder::Right => collated(&words_of(&line.right).collect::<Vec<_>>().join(" ")),
        LineOrder::Source => collated(line.source.as_deref().unwrap_or("")),
        LineOrder::Article => Key::Name(line.article.clone()),
        LineOrder::Date => Key::Date(line.date.is_none(), line.date),
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    word_spans(text).map(|word| &text[word])
}

/// The words to the left of a match, the nearest first.
fn words_outwards(text: &str) -> String {
    let mut words: Vec<&str> = words_of(text).collect();
    words.reverse();
    words.join(" ")
}
