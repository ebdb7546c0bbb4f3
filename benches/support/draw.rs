//! Queries of each class, drawn from the text with a fixed seed, for both sides.

use depeche::{Analyzer, Query, fold, parse, parse_plain};

use super::Corpus;
use super::raw::{Asked, Peer};

/// Bytes that the words of a query are drawn from.
const STRETCH: usize = 400;

/// A query as each side is asked it.
pub(crate) struct Drawn {
    /// In depeche's language.
    pub(crate) ours: String,
    pub(crate) raw: Asked,
}

/// Queries of one kind.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) queries: Vec<Drawn>,
}

/// A query of a class; titles are read without any sign meaning something.
pub(crate) fn as_query(class: &str, text: &str) -> Query {
    let read = if class.starts_with("OR of a title") { parse_plain } else { parse };
    read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// All classes, so many queries of each; the peer's index tells which words are frequent.
pub(crate) fn classes(corpus: &Corpus, peer: &Peer, count: usize) -> Vec<Class> {
    let draw = Drawing { corpus, peer, analyzer: Analyzer::french(), count };
    vec![
        draw.terms("one term, rare", 5..100),
        draw.terms("one term, medium", 100..2_000),
        draw.terms("one term, frequent", 2_000..usize::MAX),
        draw.all_of("AND of 2 or 3"),
        draw.any_of("OR of 3 to 6"),
        draw.titles("OR of a title, stop words too"),
        draw.phrases("phrase without stop words", 2..4, "", |stop| stop == 0),
        draw.phrases("phrase with stop words", 3..6, "", |stop| stop > 0),
        draw.phrases("phrase in all forms", 2..4, "~", |stop| stop == 0),
        draw.near("near, 5 words at most between"),
        draw.prefixes("prefix"),
    ]
}

struct Drawing<'a> {
    corpus: &'a Corpus,
    peer: &'a Peer,
    analyzer: Analyzer,
    count: usize,
}

impl Drawing<'_> {
    /// Draws until there are enough.
    fn class(
        &self,
        name: &'static str,
        mut each: impl FnMut(&mut Draw, &[&str]) -> Option<Drawn>,
    ) -> Class {
        let mut draw = Draw::new();
        let mut queries = Vec::new();
        for _ in 0..self.count * 1_000 {
            let words: Vec<&str> = draw.stretch(self.corpus.bodies()).split_whitespace().collect();
            if words.is_empty() || queries.len() == self.count {
                continue;
            }
            queries.extend(each(&mut draw, &words));
        }
        Class { name, queries }
    }

    fn is_stop_word(&self, word: &str) -> bool {
        self.analyzer.query_tokens(word).iter().all(|token| token.stop_word)
    }

    fn terms(&self, name: &'static str, documents: std::ops::Range<usize>) -> Class {
        self.class(name, |draw, words| {
            let word = content_word(draw, words)?;
            let is_wanted =
                documents.contains(&self.peer.documents(word)) && !self.is_stop_word(word);
            is_wanted.then(|| Drawn { ours: word.into(), raw: Asked::Any(word.into()) })
        })
    }

    fn all_of(&self, name: &'static str) -> Class {
        self.class(name, |draw, words| {
            let words = self.content_words(draw, words, 2..4)?;
            Some(Drawn { ours: words.join(" ET "), raw: Asked::All(words.join(" ")) })
        })
    }

    fn any_of(&self, name: &'static str) -> Class {
        self.class(name, |draw, words| {
            let words = self.content_words(draw, words, 3..7)?.join(" ");
            Some(Drawn { ours: words.clone(), raw: Asked::Any(words) })
        })
    }

    fn titles(&self, name: &'static str) -> Class {
        self.class(name, |draw, _| {
            let title = draw.of(self.corpus.titles());
            let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
            let words = words.join(" ");
            // A batch reads it as a query.
            parse(&words).and_then(|_| parse_plain(&words)).ok()?;
            Some(Drawn { ours: words.clone(), raw: Asked::Any(words) })
        })
    }

    fn phrases(
        &self,
        name: &'static str,
        lengths: std::ops::Range<usize>,
        mark: &str,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Class {
        self.class(name, |draw, words| {
            let phrase = in_a_row(draw, words, &lengths)?;
            let stop_words = phrase.iter().filter(|word| self.is_stop_word(word)).count();
            if !is_wanted(stop_words) || stop_words == phrase.len() {
                return None;
            }
            let phrase = phrase.join(" ");
            let ours = format!("{mark}\"{phrase}\"");
            Some(Drawn { ours, raw: Asked::Phrase { words: phrase, slop: 0 } })
        })
    }

    fn near(&self, name: &'static str) -> Class {
        self.class(name, |draw, words| {
            let near = in_a_row(draw, words, &(3..6))?;
            let (first, last) = (near[0], near[near.len() - 1]);
            if self.is_stop_word(first) || self.is_stop_word(last) {
                return None;
            }
            let words = format!("{first} {last}");
            let ours = format!("{first} PRES/5 {last}");
            Some(Drawn { ours, raw: Asked::Phrase { words, slop: 5 } })
        })
    }

    fn prefixes(&self, name: &'static str) -> Class {
        self.class(name, |draw, words| {
            let word = fold(content_word(draw, words)?);
            let beginning: String = word.chars().take(5).collect();
            let is_long = word.chars().count() > 6 && beginning.is_ascii();
            is_long.then(|| Drawn { ours: format!("{beginning}*"), raw: Asked::Prefix(beginning) })
        })
    }

    /// Distinct words of one article, no stop word among them.
    fn content_words<'t>(
        &self,
        draw: &mut Draw,
        words: &[&'t str],
        lengths: std::ops::Range<usize>,
    ) -> Option<Vec<&'t str>> {
        let mut drawn: Vec<&str> = Vec::new();
        for _ in 0..lengths.start + draw.below(lengths.len()) {
            let word = content_word(draw, words)?;
            if self.is_stop_word(word) || drawn.contains(&word) {
                return None;
            }
            drawn.push(word);
        }
        Some(drawn)
    }
}

fn is_plain(word: &&str) -> bool {
    word.chars().all(char::is_alphabetic) && !word.chars().all(char::is_uppercase)
}

/// A word of four letters at least.
fn content_word<'t>(draw: &mut Draw, words: &[&'t str]) -> Option<&'t str> {
    Some(*draw.of(words)).filter(is_plain).filter(|word| word.chars().count() >= 4)
}

fn in_a_row<'w, 't>(
    draw: &mut Draw,
    words: &'w [&'t str],
    lengths: &std::ops::Range<usize>,
) -> Option<&'w [&'t str]> {
    let (length, at) = (lengths.start + draw.below(lengths.len()), draw.below(words.len()));
    words.get(at..at + length).filter(|words| words.iter().all(is_plain))
}

/// Knuth's linear congruential generator: the same draws everywhere.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new() -> Self {
        Draw(42)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % count.max(1)
    }

    /// Some bytes of one of the texts.
    fn stretch<'a>(&mut self, texts: &'a [String]) -> &'a str {
        let text = self.of(texts);
        let start = text.floor_char_boundary(self.below(text.len()));
        &text[start..text.floor_char_boundary(start + STRETCH)]
    }

    pub(crate) fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
