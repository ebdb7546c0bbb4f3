//! Query against text: what matches, and which bytes are lit. Knows no index; it decides with the same
//! relations ([`crate::spans`]) over the same tokens, so that what it lights is what was found.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::analysis::{
    Analyzer, Beginnings, Form, NoVocabulary, Terms, Token, TokenRef, fold_name, is_quantity,
    word_spans,
};
use crate::article::Article;
use crate::passage::{paragraph_starts, passages, sentence_starts};
use crate::query::Query;
use crate::resolve::{Leaf, Reader, Resolved, Slot, Test, Writing};
use crate::spans::{Match, Occurrence, Places, Reach, joined};

/// The bytes of `text` that match `query`, sorted and apart from one another.
///
/// A phrase is one span from its first word to its last. Bare words are lit in all their forms, stop
/// words only where the whole query stands as typed. A query that `text`, taken for the body of an article,
/// does not satisfy lights nothing; what it asks of source, author and date is taken as given.
///
/// ```
/// use depeche::{Analyzer, highlight, parse};
/// let analyzer = Analyzer::french();
/// let text = "Un droit de premier refus, de droit.";
/// let spans = highlight(&parse("\"droit de premier refus\"").unwrap(), &analyzer, text);
/// assert_eq!(spans.len(), 1);
/// assert_eq!(&text[spans[0].clone()], "droit de premier refus");
/// ```
pub fn highlight(query: &Query, analyzer: &Analyzer, text: &str) -> Vec<Range<usize>> {
    let reader = Reader { analyzer, vocabulary: &NoVocabulary, memory: None, ranked: true };
    let texts = Texts { title: "", body: text, passages: &passages(text), facts: None };
    Matcher::new(reader.read(query)).lit(analyzer, &texts).body_spans()
}

/// The texts of an article, and what is known of it.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    title: &'a str,
    body: &'a str,
    passages: &'a [Range<usize>],
    /// Of a text alone nothing is known, and nothing held against it.
    facts: Option<&'a Article>,
}

impl<'a> Texts<'a> {
    pub(crate) fn new(article: &'a Article, passages: &'a [Range<usize>]) -> Self {
        let title = article.title.as_deref().unwrap_or("");
        Texts { title, body: &article.body, passages, facts: Some(article) }
    }
}

/// One match, in bytes of the body or title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextMatch {
    pub(crate) span: Range<usize>,
    /// What is lit of it, sorted and apart.
    pub(crate) lit: Vec<Range<usize>>,
}

/// What matches in an article.
#[derive(Clone, Debug, Default)]
pub(crate) struct ArticleMatches {
    pub(crate) title: Vec<TextMatch>,
    /// By the passage that they begin in.
    pub(crate) body: BTreeMap<usize, Vec<TextMatch>>,
}

impl ArticleMatches {
    /// What is lit anywhere in the body.
    pub(crate) fn body_spans(&self) -> Vec<Range<usize>> {
        joined_spans(self.body.values().flatten().flat_map(|found| found.lit.clone()).collect())
    }

    /// What is lit of the matches that begin in a passage.
    pub(crate) fn passage_spans(&self, ordinal: usize) -> Vec<Range<usize>> {
        let matches = self.body.get(&ordinal).into_iter().flatten();
        joined_spans(matches.flat_map(|found| found.lit.clone()).collect())
    }

    pub(crate) fn title_spans(&self) -> Vec<Range<usize>> {
        joined_spans(self.title.iter().flat_map(|found| found.lit.clone()).collect())
    }
}

/// A query made ready to be held against many texts.
pub(crate) struct Matcher {
    query: Resolved,
    /// Those of all its leaves.
    slots: Vec<Slot>,
    terms: Terms,
    /// What its words begin with, where they are all exact.
    beginnings: Option<Beginnings>,
    reach: Reach,
}

impl Matcher {
    pub(crate) fn new(query: Resolved) -> Self {
        let leaves = query.leaves();
        let has_forms =
            |leaf: &&Leaf| leaf.slots.iter().any(|slot| matches!(slot.test, Test::Forms(_)));
        let terms = if leaves.iter().any(has_forms) { Terms::Both } else { Terms::Exact };
        let reach = leaves.iter().map(|leaf| leaf.spans.reach(&widths(leaf))).max();
        let slots: Vec<Slot> = leaves.iter().flat_map(|leaf| &leaf.slots).cloned().collect();
        let exact: Option<Vec<&str>> = slots.iter().map(exact_term).collect();
        let beginnings = exact.and_then(|exact| Beginnings::of(exact.into_iter()));
        Matcher { slots, terms, beginnings, reach: reach.unwrap_or(Reach::Words(0)), query }
    }

    /// Adds the words of a text that begins at a byte of the body.
    fn add_words(&self, analyzer: &Analyzer, text: &str, start: usize, words: &mut Words) {
        words.offsets.reserve(text.len() / 6);
        let mut add = |offsets: Range<usize>, token: Option<&TokenRef<'_>>| {
            let serves = |token: &&TokenRef<'_>| self.slots.iter().any(|s| may_serve(token, s));
            if let Some(token) = token.filter(serves) {
                words.serving.push((words.offsets.len(), moved(token.to_owned(), start)));
            }
            words.offsets.push(start + offsets.start..start + offsets.end);
        };
        match &self.beginnings {
            Some(beginnings) => analyzer.visit_beginning(text, beginnings, add),
            None => analyzer.visit(text, self.terms, |token| add(token.offsets(), Some(token))),
        }
    }

    /// Everything that is lit in an article: its matches, and words that only rank beside them.
    pub(crate) fn lit(&self, analyzer: &Analyzer, texts: &Texts<'_>) -> ArticleMatches {
        self.evaluated(analyzer, texts, None, true)
    }

    /// The same, of the title and the passages asked for.
    pub(crate) fn lit_in(
        &self,
        analyzer: &Analyzer,
        texts: &Texts<'_>,
        ordinals: &[usize],
    ) -> ArticleMatches {
        self.evaluated(analyzer, texts, Some(ordinals), true)
    }

    /// Every match of an article: what is counted.
    pub(crate) fn matches(&self, analyzer: &Analyzer, texts: &Texts<'_>) -> ArticleMatches {
        self.evaluated(analyzer, texts, None, false)
    }

    fn evaluated(
        &self,
        analyzer: &Analyzer,
        texts: &Texts<'_>,
        ordinals: Option<&[usize]>,
        with_ranking_words: bool,
    ) -> ArticleMatches {
        let reading = Reading { matcher: self, analyzer, texts };
        let mut title = reading.title();
        // What one passage tells is enough for a query without ET or SAUF.
        let mut bodies = match (ordinals, self.query.is_simple()) {
            (Some(ordinals), true) => ordinals.iter().map(|&i| reading.one_passage(i)).collect(),
            _ => vec![reading.body()],
        };
        let (must, should) = match &self.query {
            Resolved::Rank { must, should } => (&**must, Some(should)),
            query => (query, None),
        };
        let mut found = ArticleMatches::default();
        for body in &mut bodies {
            let evaluated = reading.evaluate(must, &mut title, body);
            let (mut in_title, mut in_body) = (Vec::new(), Vec::new());
            evaluated.light(&mut in_title, &mut in_body);
            found.title = title.text_matches(in_title).remove(&0).unwrap_or_default();
            let mut matches = body.text_matches(in_body);
            if let Some(should) = should.filter(|_| with_ranking_words) {
                body.add_ranking_words(should, &mut matches);
            }
            found.body.extend(matches);
        }
        if let Some(should) = should.filter(|_| with_ranking_words && !found.title.is_empty()) {
            let matches = title.leaf_matches(should);
            found.title.extend(title.text_matches(matches).into_values().flatten());
        }
        found
    }
}

/// The exact term that a slot asks for, if it is one.
fn exact_term(slot: &Slot) -> Option<&str> {
    match &slot.test {
        Test::Exact { term, .. } => Some(term),
        _ => None,
    }
}

/// Whether a token may serve a slot: what [`Tokens::occurrences`] asks of it, how it is written aside.
fn may_serve(token: &TokenRef<'_>, slot: &Slot) -> bool {
    match &slot.test {
        Test::Exact { term, .. } => token.exact().any(|exact| exact == term),
        Test::Like(pattern) => token.exact().next().is_some_and(|word| pattern.matches_word(word)),
        Test::Forms(asked) => {
            let mut is_asked = false;
            token.each_form(|form, _, _| is_asked |= asked.iter().any(|asked| asked.term == form));
            is_asked
        }
    }
}

/// Most words that one form covers (`arc-et-senans` covers three), well rounded up.
const WIDEST_FORM: u32 = 16;

/// The most words that each slot of a leaf covers.
fn widths(leaf: &Leaf) -> Vec<u32> {
    let width = |slot: &Slot| if let Test::Forms(_) = slot.test { WIDEST_FORM } else { 1 };
    leaf.slots.iter().map(width).collect()
}

/// What each part of a query finds in an article.
enum Evaluated {
    Leaf { title: Vec<Match>, body: Vec<Match> },
    Fact(bool),
    All(Vec<Evaluated>),
    Any(Vec<Evaluated>),
    Not(Box<Evaluated>),
}

impl Evaluated {
    fn holds(&self) -> bool {
        match self {
            Evaluated::Leaf { title, body } => !title.is_empty() || !body.is_empty(),
            Evaluated::Fact(holds) => *holds,
            Evaluated::All(each) => each.iter().all(Evaluated::holds),
            Evaluated::Any(each) => each.iter().any(Evaluated::holds),
            Evaluated::Not(query) => !query.holds(),
        }
    }

    /// Gives the matches of what makes the query true: nothing of a SAUF, nothing of a failed ET.
    fn light(self, in_title: &mut Vec<Match>, in_body: &mut Vec<Match>) {
        if !self.holds() {
            return;
        }
        match self {
            Evaluated::Leaf { title, body } => {
                in_title.extend(title);
                in_body.extend(body);
            }
            Evaluated::All(each) | Evaluated::Any(each) => {
                each.into_iter().for_each(|query| query.light(in_title, in_body));
            }
            Evaluated::Fact(_) | Evaluated::Not(_) => {}
        }
    }
}

/// Cuts the texts of an article into tokens, as far as a query needs them.
struct Reading<'a> {
    matcher: &'a Matcher,
    analyzer: &'a Analyzer,
    texts: &'a Texts<'a>,
}

impl<'a> Reading<'a> {
    fn title(&self) -> Tokens<'a> {
        let text = self.texts.title;
        let mut words = Words::default();
        self.matcher.add_words(self.analyzer, text, 0, &mut words);
        Tokens {
            text,
            inside: words.offsets.len(),
            words,
            passages: vec![(0, 0)],
            sentences: vec![0],
            paragraphs: vec![0],
            extents: BTreeMap::new(),
        }
    }

    fn body(&self) -> Tokens<'a> {
        let mut tokens = self.passages(0..self.texts.passages.len());
        tokens.inside = tokens.words.offsets.len();
        tokens
    }

    /// A passage, with as much of the following ones as a match may run on into.
    fn one_passage(&self, ordinal: usize) -> Tokens<'a> {
        if let Reach::Words(reach) = self.matcher.reach {
            let alone = self.passages(ordinal..ordinal + 1);
            let near_end = alone.words.offsets.len().saturating_sub(reach as usize);
            if alone.words.serving.last().is_none_or(|(last, _)| *last < near_end) {
                return alone;
            }
        }
        let after = self.texts.passages.get(ordinal + 1..).unwrap_or_default();
        let following = match self.matcher.reach {
            Reach::Bound => after.len(),
            Reach::Words(reach) => {
                let mut left = reach as usize;
                let is_reached = |passage: &&Range<usize>| {
                    let words = word_spans(&self.texts.body[(*passage).clone()]).take(left).count();
                    let is_reached = left > 0;
                    left = left.saturating_sub(words);
                    is_reached
                };
                after.iter().take_while(is_reached).count()
            }
        };
        self.passages(ordinal..ordinal + 1 + following)
    }

    fn passages(&self, ordinals: Range<usize>) -> Tokens<'a> {
        let text = self.texts.body;
        let mut words = Words::default();
        let mut passages = Vec::new();
        for ordinal in ordinals {
            let Some(span) = self.texts.passages.get(ordinal).cloned() else { break };
            passages.push((ordinal, words.offsets.len()));
            self.matcher.add_words(self.analyzer, &text[span.clone()], span.start, &mut words);
        }
        let (mut sentences, mut paragraphs) = (Vec::new(), Vec::new());
        if self.matcher.reach == Reach::Bound {
            sentences = first_words(&words.offsets, &sentence_starts(text));
            paragraphs = first_words(&words.offsets, &paragraph_starts(text));
        }
        let inside = passages.get(1).map_or(words.offsets.len(), |&(_, first)| first);
        let extents = BTreeMap::new();
        Tokens { text, words, passages, inside, sentences, paragraphs, extents }
    }

    fn evaluate(
        &self,
        query: &Resolved,
        title: &mut Tokens<'_>,
        body: &mut Tokens<'_>,
    ) -> Evaluated {
        let mut each = |queries: &[Resolved]| {
            queries.iter().map(|query| self.evaluate(query, title, body)).collect()
        };
        match query {
            Resolved::All(queries) => Evaluated::All(each(queries)),
            Resolved::Any(queries) => Evaluated::Any(each(queries)),
            Resolved::Not(query) => Evaluated::Not(Box::new(self.evaluate(query, title, body))),
            Resolved::Rank { must, .. } => self.evaluate(must, title, body),
            Resolved::Leaf(leaf) => Evaluated::Leaf {
                title: title.leaf_matches(leaf),
                body: if leaf.title_only { Vec::new() } else { body.leaf_matches(leaf) },
            },
            fact => Evaluated::Fact(self.texts.facts.is_none_or(|a| self.is_fact(fact, a))),
        }
    }

    /// Whether what is known of an article is what is asked.
    fn is_fact(&self, query: &Resolved, article: &Article) -> bool {
        match query {
            Resolved::Source(name) => {
                article.source.as_deref().is_some_and(|s| fold_name(s) == fold_name(name))
            }
            Resolved::Author(terms) => {
                let author = article.author.as_deref().unwrap_or("");
                let tokens = self.analyzer.tokens_with(author, Terms::Exact);
                let is_name = |window: &[Token]| {
                    window.iter().zip(terms).all(|(token, term)| is_exactly(token, term))
                };
                !terms.is_empty() && tokens.windows(terms.len()).any(is_name)
            }
            Resolved::Dates { from, to } => article.date.is_some_and(|date| {
                from.is_none_or(|from| date.last_day() >= from.first_day())
                    && to.is_none_or(|to| date.first_day() <= to.last_day())
            }),
            _ => true,
        }
    }
}

/// A token whose bytes are those of the body.
fn moved(mut token: Token, by: usize) -> Token {
    let shifted = |span: &Range<usize>| span.start + by..span.end + by;
    token.offsets = shifted(&token.offsets);
    token.forms.iter_mut().for_each(|form| form.offsets = shifted(&form.offsets));
    token
}

/// The first word at or after each byte.
fn first_words(offsets: &[Range<usize>], starts: &[usize]) -> Vec<u32> {
    let first = |&start: &usize| offsets.partition_point(|word| word.start < start) as u32;
    let mut first: Vec<u32> = starts.iter().map(first).collect();
    first.dedup();
    first
}

/// Words of a text, in order.
#[derive(Default)]
struct Words {
    /// The bytes of each.
    offsets: Vec<Range<usize>>,
    /// Those that may serve a slot, by their number: few do, and nobody asks what the others are.
    serving: Vec<(usize, Token)>,
}

/// Words of one passage after the other, or of a title.
struct Tokens<'a> {
    text: &'a str,
    words: Words,
    /// The number of each passage, and where its words begin.
    passages: Vec<(usize, usize)>,
    /// Matches begin before this word.
    inside: usize,
    /// Words that begin sentences and paragraphs.
    sentences: Vec<u32>,
    paragraphs: Vec<u32>,
    /// The bytes of tokens that are lit with a sign beside them (`C++`, `40 %`).
    extents: BTreeMap<usize, Range<usize>>,
}

impl Tokens<'_> {
    /// The matches of a leaf that begin inside.
    fn leaf_matches(&mut self, leaf: &Leaf) -> Vec<Match> {
        let occurrences: Vec<Vec<Occurrence>> =
            leaf.slots.iter().map(|slot| self.occurrences(slot)).collect();
        let places = Places {
            occurrences: &occurrences,
            sentences: &self.sentences,
            paragraphs: &self.paragraphs,
        };
        let mut found = leaf.spans.matches(places);
        found.retain(|found| (found.start as usize) < self.inside);
        found
    }

    fn occurrences(&mut self, slot: &Slot) -> Vec<Occurrence> {
        let Tokens { text, words, extents, .. } = self;
        let mut found = Vec::new();
        for (i, token) in &words.serving {
            let word = Occurrence::word(*i as u32);
            match &slot.test {
                Test::Exact { term, writing } if is_exactly(token, term) => {
                    let holds = |writing: &Writing| writing.holds(text, &token.offsets);
                    if writing.as_ref().is_none_or(holds) {
                        widen(extents, *i, with_symbol(text, token, term));
                        widen(extents, *i, with_written_sign(text, token, writing.as_ref()));
                        found.push(word);
                    }
                }
                Test::Like(pattern) if pattern.matches_word(&token.exact) => found.push(word),
                Test::Forms(asked) => {
                    let is_asked = |form: &&Form| asked.iter().any(|a| a.term == form.term);
                    for form in token.forms.iter().filter(is_asked) {
                        widen(extents, *i, with_sign(token, form));
                        found.push(Occurrence { end: word.start + form.words as u32, ..word });
                    }
                }
                _ => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Adds the matches of words that only rank to the passages where something matches.
    fn add_ranking_words(&mut self, should: &Leaf, found: &mut BTreeMap<usize, Vec<TextMatch>>) {
        let matches = self.leaf_matches(should);
        for (ordinal, matches) in self.text_matches(matches) {
            if let Some(found) = found.get_mut(&ordinal) {
                found.extend(matches);
            }
        }
    }

    /// Matches in bytes, by the passage that they begin in; those that overlap there are one.
    fn text_matches(&self, found: Vec<Match>) -> BTreeMap<usize, Vec<TextMatch>> {
        let mut by_passage: BTreeMap<usize, Vec<Match>> = BTreeMap::new();
        for found in found {
            let next = self.passages.partition_point(|&(_, first)| first <= found.start as usize);
            let (ordinal, _) = self.passages[next.saturating_sub(1)];
            by_passage.entry(ordinal).or_default().push(found);
        }
        let in_bytes = |(ordinal, matches)| {
            (ordinal, joined(matches).iter().map(|found| self.text_match(found)).collect())
        };
        by_passage.into_iter().map(in_bytes).collect()
    }

    fn text_match(&self, found: &Match) -> TextMatch {
        let window = Occurrence { start: found.start, end: found.end };
        let lit = match found.lit() {
            [] => vec![self.bytes(window)],
            parts => parts.iter().map(|&part| self.bytes(part)).collect(),
        };
        TextMatch { span: self.bytes(window), lit }
    }

    /// The bytes of some words, with the signs that are lit with them.
    fn bytes(&self, words: Occurrence) -> Range<usize> {
        let of = |position: usize| {
            let own = || self.words.offsets[position].clone();
            self.extents.get(&position).cloned().unwrap_or_else(own)
        };
        let last = (words.end as usize).min(self.words.offsets.len()) - 1;
        of(words.start as usize).start..of(last).end
    }
}

fn is_exactly(token: &Token, term: &str) -> bool {
    token.exact == term || token.symbol.as_deref() == Some(term)
}

/// What is lit of a word is all that any of its forms lights.
fn widen(extents: &mut BTreeMap<usize, Range<usize>>, word: usize, extent: Option<Range<usize>>) {
    if let Some(extent) = extent {
        let known = extents.entry(word).or_insert(extent.clone());
        *known = known.start.min(extent.start)..known.end.max(extent.end);
    }
}

/// The bytes of a word with the symbol that was asked for with it: `C++`, `.NET`.
fn with_symbol(text: &str, token: &Token, term: &str) -> Option<Range<usize>> {
    token.symbol.as_deref().filter(|symbol| *symbol == term)?;
    let is_sign = |c: char| c.is_ascii_punctuation();
    let after = term.len() - term.trim_end_matches(is_sign).len();
    let before = term.len() - term.trim_start_matches(is_sign).len();
    let start = token.offsets.start.saturating_sub(before);
    let is_there = text.get(start..token.offsets.start) == term.get(..before);
    let start = if is_there { start } else { token.offsets.start };
    let end = token.offsets.end + after;
    Some(start..if text.is_char_boundary(end) { end } else { token.offsets.end })
}

/// The bytes of a word with the sign that was demanded.
fn with_written_sign(text: &str, token: &Token, writing: Option<&Writing>) -> Option<Range<usize>> {
    let Some(Writing::Sign { sign, before }) = writing else { return None };
    let Range { start, end } = token.offsets;
    Some(match before {
        true => text[..start].rfind(*sign)?..end,
        false => start..end + text[end..].find(*sign)? + sign.len_utf8(),
    })
}

/// A quantity (`40 %`) is lit with its sign, which is a form of its own beside the number.
fn with_sign(token: &Token, form: &Form) -> Option<Range<usize>> {
    if !is_quantity(&form.term) {
        return (form.words == 1 && form.offsets != token.offsets).then(|| form.offsets.clone());
    }
    let is_sign = |other: &&Form| {
        other.words == 1
            && (other.offsets.end <= form.offsets.start || other.offsets.start >= form.offsets.end)
    };
    let sign = token.forms.iter().find(is_sign).map_or(&form.offsets, |sign| &sign.offsets);
    Some(form.offsets.start.min(sign.start)..form.offsets.end.max(sign.end))
}

/// Spans sorted, overlapping ones made one.
fn joined_spans(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn lit<'a>(query: &str, text: &'a str) -> Vec<&'a str> {
        let analyzer = Analyzer::french();
        let spans = highlight(&parse(query).unwrap(), &analyzer, text);
        spans.into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn what_is_lit() {
        let table: &[(&str, &str, &[&str])] = &[
            (
                "\"droit de premier refus\"",
                "Le DROIT de\npremier refus, de droit",
                &["DROIT de\npremier refus"],
            ),
            ("\"droit du premier refus\"", "droit de premier refus", &[]),
            ("équité", "l’équité et l'ÉQUITÉ", &["équité", "ÉQUITÉ"]),
            ("l'equite", "sur l’équité", &["équité"]),
            ("droits de refus", "le droit de dire, un refus", &["droit", "refus"]),
            ("droit de refus", "un droit de refus de tout", &["droit de refus"]),
            ("startup", "une start-up", &["start-up"]),
            ("\"start up\"", "une start-up", &["start-up"]),
            ("10000", "10 000 euros", &["10 000"]),
            ("\"000 euros\"", "10 000 euros", &["000 euros"]),
            ("C++", "du C et du C++.", &["C++"]),
            ("\"du C++\"", "du C et du C++.", &["du C++"]),
            ("\"du C\"", "du C et du C++.", &["du C", "du C"]),
            ("chat", "un châtiment, un chat", &["chat"]),
            ("\"droit\" \"devoir\"", "droit sans rien", &[]),
            ("\"droit\" devoir", "droit et devoirs", &["droit", "devoirs"]),
            ("\"devoir moral\" droit", "droit et devoirs", &[]),
            ("40 %", "pour 40 % des 40 ans", &["40 %"]),
            ("10 euros", "10 €, 10 euros et 10 ans", &["10 €", "10 euros"]),
            ("M€", "6 M€ ou 6 millions d’euros", &["M€", "millions d’euros"]),
            ("GPT4", "GPT 4, GPT-4 et GPT4", &["GPT 4", "GPT-4", "GPT4"]),
            ("ferme", "il ferme, ils ferment", &["ferme", "ferment"]),
            ("de la", "de la mer, de là", &["de la", "de là"]),
        ];
        for (query, text, expected) in table {
            assert_eq!(lit(query, text), *expected, "{query} / {text}");
        }
    }
}
