//! Every match of a query in its context.

use std::io;
use std::ops::Range;

use serde::Serialize;
use tantivy::DocId;

use super::filter::Filter;
use super::plan::{Plan, Planner};
use super::run::{Run, SegmentFound};
use super::sorted_lines::SortedLines;
use super::windows::Stretch;
use super::{Failure, Filters, Searcher, Span};
use crate::analysis::{Kind, is_sign_word, word_spans};
use crate::article::{Article, PartialDate};
use crate::error::{Error, Result};
use crate::guard::foreign;
use crate::highlight::{ArticleMatches, Matcher, TextMatch, Texts};
use crate::index::StoredArticle;
use crate::pattern::is_word;
use crate::query::Query;
use crate::resolve::{Resolved, Test, Writing};
use crate::spans::Match;

/// How a concordance is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcordanceOptions {
    /// Where it is looked.
    pub filters: Filters,
    /// Words shown on each side.
    pub context: usize,
    /// The order of the lines; without one, that of the import, in which no line is kept.
    pub sort: Option<LineOrder>,
}

impl Default for ConcordanceOptions {
    fn default() -> Self {
        ConcordanceOptions { filters: Filters::default(), context: 8, sort: None }
    }
}

/// How much was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Matches: the lines of a concordance.
    pub matches: u64,
    /// Articles with matches.
    pub articles: u64,
}

/// What the lines of a concordance are sorted by; equal ones stay in the order of the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineOrder {
    /// The article's identifier.
    Article,
    /// The article's date, undated ones last.
    Date,
    /// The article's source, in French collation.
    Source,
    /// The words to the left, from the match outwards, in French collation.
    Left,
    /// The words to the right, in French collation.
    Right,
}

/// Which text of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The headline.
    Title,
    /// The text below it.
    Body,
}

/// One match in its context. Serialises as the JSON line of the concordance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The article's identifier.
    pub article: String,
    /// Its headline.
    pub title: Option<String>,
    /// Its source.
    pub source: Option<String>,
    /// Who signed it.
    pub author: Option<String>,
    /// Its date.
    pub date: Option<PartialDate>,
    /// Its address.
    pub url: Option<String>,
    /// Which text the match stands in.
    pub part: Part,
    /// The passage that the match begins in, from 0; none in a title.
    pub passage: Option<usize>,
    /// The first byte of the match in the body or title.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// The words before: the text as it is, white space and line ends included.
    pub left: String,
    /// The match, as it is.
    #[serde(rename = "match")]
    pub text: String,
    /// The words after, as they are.
    pub right: String,
    /// What is lit of the match (a near match holds other words): bytes of the body or title.
    pub matches: Vec<Span>,
}

impl Searcher {
    /// Gives every match of a query in its context, and how many there are. Lines are handed out one after
    /// the other, as they are found; only a sort keeps them all.
    ///
    /// # Errors
    /// A truncated word stands for too many; the index is damaged or cannot be read; the receiver's.
    pub fn concordance(
        &self,
        query: &Query,
        options: &ConcordanceOptions,
        line: &mut dyn FnMut(&Line) -> io::Result<()>,
    ) -> Result<Matches> {
        self.caught(|| self.all_lines(query, options, &mut |found| foreign(|| line(found))))
    }

    fn all_lines(
        &self,
        query: &Query,
        options: &ConcordanceOptions,
        line: &mut dyn FnMut(&Line) -> io::Result<()>,
    ) -> Result<Matches> {
        let Some(order) = options.sort else {
            return self.each_line(query, options, line);
        };
        let mut lines = SortedLines::new(order);
        let total = self.each_line(query, options, &mut |line| {
            lines.push(line);
            Ok(())
        })?;
        lines.each(line).map_err(|source| Error::Output { source })?;
        Ok(total)
    }

    fn each_line(
        &self,
        query: &Query,
        options: &ConcordanceOptions,
        receiver: &mut dyn FnMut(&Line) -> io::Result<()>,
    ) -> Result<Matches> {
        let query = self.reader(false).read(query);
        let plan = Planner::new(self).map_err(Failure::from);
        let plan = plan.and_then(|planner| planner.plan(&query)).map_err(|f| self.error(f))?;
        // Words that are lit with a sign beside them (C++, 40 %) are read in the text.
        let matcher = has_signs(&query).then(|| Matcher::new(query));
        let filters = self.segments.iter().map(|segment| {
            Filter::new(&options.filters, &segment.reader, self.fields, &self.analyzer)
        });
        let filters = filters.collect::<tantivy::Result<Vec<_>>>();
        let filters = filters.map_err(|e| self.error(e.into()))?;
        let mut total = Matches::default();
        let mut articles = self.text.articles();
        for window in self.windows(&plan) {
            let places = self.places(&plan, &window, &filters).map_err(|f| self.error(f))?;
            for article in places.chunk_by(|a, b| a.address == b.address) {
                let stored = articles.article(article[0].address)?;
                let found = match &matcher {
                    None => ArticleWords::new(&stored).placed(article),
                    Some(matcher) => self.read_matches(matcher, &stored),
                };
                let mut writer = LineWriter::new(stored.article, options.context);
                total.articles += 1;
                for placed in found {
                    total.matches += 1;
                    receiver(writer.line(placed)).map_err(|source| Error::Output { source })?;
                }
            }
        }
        Ok(total)
    }

    /// The matches of an article as its text gives them.
    fn read_matches(&self, matcher: &Matcher, stored: &StoredArticle) -> Vec<Placed> {
        let texts = Texts::new(&stored.article, &stored.passages);
        let ArticleMatches { title, body } = matcher.matches(&self.analyzer, &texts);
        let title = title.into_iter().map(|found| (Part::Title, None, found));
        let body = body.into_iter().flat_map(|(passage, found)| {
            found.into_iter().map(move |found| (Part::Body, Some(passage), found))
        });
        title.chain(body).collect()
    }

    /// The matches of a window, in the order of the import: first an article's title, then its passages.
    fn places(
        &self,
        plan: &Plan,
        window: &[Stretch],
        filters: &[Filter],
    ) -> Result<Vec<Place>, Failure> {
        let mut places = Vec::new();
        for stretch in window {
            let found: SegmentFound<Vec<Match>> = Run::over(self, stretch).find(plan)?;
            let segment = &self.segments[stretch.segment];
            let filter = &filters[stretch.segment];
            let accepted = |doc: DocId| !segment.reader.is_deleted(doc) && filter.accepts(doc);
            for (part, found) in [(Part::Title, found.titles), (Part::Body, found.bodies)] {
                let found = found.into_iter().filter(|(doc, found)| {
                    // What a fact finds, a date, has no match.
                    !found.is_empty() && accepted(*doc)
                });
                places.extend(found.map(|(doc, matches)| {
                    let passage = (part == Part::Body).then(|| segment.ordinal(doc));
                    Place { address: segment.address(doc), part, passage, matches }
                }));
            }
        }
        places.sort_unstable_by_key(|place| (place.address, place.part, place.passage));
        Ok(places)
    }
}

/// Where matches begin: a title, or a passage.
struct Place {
    address: u64,
    part: Part,
    passage: Option<usize>,
    matches: Vec<Match>,
}

/// Whether something of the query is lit with signs that are no words.
fn has_signs(query: &Resolved) -> bool {
    query.leaves().iter().flat_map(|leaf| &leaf.slots).any(|slot| match &slot.test {
        Test::Exact { term, writing } => {
            !is_word(term) || matches!(writing, Some(Writing::Sign { .. }))
        }
        Test::Forms(asked) => asked.iter().any(|asked| {
            asked.unmarked().0 == Kind::Word && (!is_word(&asked.term) || is_sign_word(&asked.term))
        }),
        Test::Like(_) => false,
    })
}

/// A match in bytes: its text, the passage that it begins in, and where it stands there.
type Placed = (Part, Option<usize>, TextMatch);

/// The words of an article's texts, cut as far as they are asked for.
struct ArticleWords<'a> {
    stored: &'a StoredArticle,
    title: Words<'a>,
    /// None where nobody asked yet.
    passages: Vec<Option<Words<'a>>>,
}

/// The words of one text, in bytes of the title or body.
struct Words<'a> {
    cut: Vec<Range<usize>>,
    rest: Box<dyn Iterator<Item = Range<usize>> + 'a>,
    base: usize,
}

impl<'a> Words<'a> {
    fn new(text: &'a str, base: usize) -> Self {
        Words { cut: Vec::new(), rest: Box::new(word_spans(text)), base }
    }

    fn get(&mut self, position: usize) -> Option<Range<usize>> {
        while self.cut.len() <= position {
            let word = self.rest.next()?;
            self.cut.push(self.base + word.start..self.base + word.end);
        }
        Some(self.cut[position].clone())
    }

    /// How many there are.
    fn count(&mut self) -> usize {
        let base = self.base;
        let rest = self.rest.by_ref().map(|word| base + word.start..base + word.end);
        self.cut.extend(rest);
        self.cut.len()
    }
}

impl<'a> ArticleWords<'a> {
    fn new(stored: &'a StoredArticle) -> Self {
        let title = Words::new(stored.article.title.as_deref().unwrap_or(""), 0);
        let passages = stored.passages.iter().map(|_| None).collect();
        ArticleWords { stored, title, passages }
    }

    /// The matches of the article in bytes.
    fn placed(mut self, places: &[Place]) -> Vec<Placed> {
        let mut placed = Vec::new();
        for Place { part, passage, matches, .. } in places {
            let each = matches.iter().map(|found| (*part, *passage, self.bytes(*passage, found)));
            placed.extend(each);
        }
        placed
    }

    fn bytes(&mut self, passage: Option<usize>, found: &Match) -> TextMatch {
        let mut bytes = |from: u32, to: u32| {
            let first = self.word(passage, from as usize);
            let last = match to - from {
                1 => first.clone(),
                _ => self.word(passage, to as usize - 1),
            };
            first.start..last.end
        };
        let span = bytes(found.start, found.end);
        let lit = match found.lit() {
            [] => vec![span.clone()],
            parts => parts.iter().map(|part| bytes(part.start, part.end)).collect(),
        };
        TextMatch { span, lit }
    }

    /// The bytes of a word, counted from the first of a passage, through those that follow.
    fn word(&mut self, passage: Option<usize>, mut position: usize) -> Range<usize> {
        let Some(first) = passage else { return self.title.get(position).unwrap_or_default() };
        for ordinal in first..self.passages.len() {
            let words = self.passage(ordinal);
            if let Some(word) = words.get(position) {
                return word;
            }
            position -= words.count();
        }
        0..0
    }

    fn passage(&mut self, ordinal: usize) -> &mut Words<'a> {
        let StoredArticle { article, passages, .. } = self.stored;
        let span = passages[ordinal].clone();
        let cut = || Words::new(&article.body[span.clone()], span.start);
        self.passages[ordinal].get_or_insert_with(cut)
    }
}

/// Makes the lines of one article, in one place.
struct LineWriter {
    body: String,
    context: usize,
    line: Line,
}

impl LineWriter {
    fn new(article: Article, context: usize) -> Self {
        let Article { id, title, date, source, author, url, body } = article;
        let line = Line {
            article: id,
            title,
            source,
            author,
            date,
            url,
            part: Part::Body,
            passage: None,
            start: 0,
            end: 0,
            left: String::new(),
            text: String::new(),
            right: String::new(),
            matches: Vec::new(),
        };
        LineWriter { body, context, line }
    }

    fn line(&mut self, (part, passage, found): Placed) -> &Line {
        let TextMatch { span, lit } = found;
        let line = &mut self.line;
        let text = match part {
            Part::Title => line.title.as_deref().unwrap_or(""),
            Part::Body => &self.body,
        };
        (line.part, line.passage, line.start, line.end) = (part, passage, span.start, span.end);
        let before = words_before(&text[..span.start], self.context);
        let after = words_after(&text[span.end..], self.context);
        let fill = |field: &mut String, text: &str| {
            field.clear();
            field.push_str(text);
        };
        fill(&mut line.left, before);
        fill(&mut line.text, &text[span]);
        fill(&mut line.right, after);
        line.matches.clear();
        line.matches.extend(lit.into_iter().map(Span::from));
        line
    }
}

/// The last words of a text, with all that stands between and after them.
fn words_before(text: &str, words: usize) -> &str {
    if words == 0 {
        return "";
    }
    let mut near = text.len();
    // Looked back in growing steps: the words at hand are few, the text may be long.
    let mut step = words * 12 + 16;
    while near > 0 {
        near = text.floor_char_boundary(text.len().saturating_sub(step));
        let starts: Vec<usize> = word_spans(&text[near..]).map(|word| near + word.start).collect();
        // The first of them may be cut.
        if starts.len() > words {
            return &text[starts[starts.len() - words]..];
        }
        step *= 2;
    }
    text
}

/// The first words of a text, with what stands before and the signs that end the last.
fn words_after(text: &str, words: usize) -> &str {
    let Some(last) = words.checked_sub(1).and_then(|last| word_spans(text).nth(last)) else {
        return if words == 0 { "" } else { text };
    };
    let signs = text[last.end..].find(|c: char| c.is_whitespace() || c.is_alphanumeric());
    &text[..signs.map_or(text.len(), |signs| last.end + signs)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_whole_words() {
        let text = "Le droit, l’équité et «\u{a0}le refus\u{a0}» : oui.";
        assert_eq!(words_before(&text[..text.find("refus").unwrap()], 2), "et «\u{a0}le ");
        assert_eq!(words_before("un mot ", 9), "un mot ");
        assert_eq!(words_before("un mot ", 0), "");
        assert_eq!(words_after(" de l’équité. Puis", 3), " de l’équité.");
        assert_eq!(words_after(" fin.", 3), " fin.");
        assert_eq!(words_after(" fin.", 0), "");
    }
}
