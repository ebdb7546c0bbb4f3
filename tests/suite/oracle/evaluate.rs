//! What a query means: in which articles it is true, and what of it is found there.

use std::collections::{BTreeMap, BTreeSet};

use depeche::{Analyzer, Article, Query, Token, fold};

use super::matches::{self, Match};
use super::terms::Occurrences;
use super::texts::{Span, Text};
use super::{Found, Oracle, Part};

/// A query with the matches of its leaves.
enum Tree {
    /// The matches in each text.
    Leaf(Vec<Vec<Match>>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    Title(Box<Tree>),
    /// Of each article, whether it is one of those.
    Articles(Vec<bool>),
}

impl Oracle<'_> {
    /// Every match that is found, sorted.
    pub(crate) fn matches(&self, query: &Query) -> Vec<Found> {
        let tree = self.tree(query);
        let mut found = Vec::new();
        for article in 0..self.articles.len() {
            let texts = [2 * article, 2 * article + 1];
            if is_true(&tree, article, &texts) {
                let mut lit = BTreeMap::new();
                light(&tree, article, &texts, &mut lit);
                found.extend(lit.into_iter().flat_map(|(text, matches)| self.found(text, matches)));
            }
        }
        found.sort_unstable();
        found
    }

    /// The articles for which it is true.
    pub(crate) fn articles(&self, query: &Query) -> Vec<String> {
        let tree = self.tree(query);
        let holds = |number: &usize| is_true(&tree, *number, &[2 * number, 2 * number + 1]);
        let numbers = (0..self.articles.len()).filter(holds);
        numbers.map(|number| self.articles[number].id.clone()).collect()
    }

    fn tree(&self, query: &Query) -> Tree {
        let trees = |queries: &[Query]| queries.iter().map(|query| self.tree(query)).collect();
        match query {
            Query::Words(text) => Tree::Any(self.words(text)),
            Query::AllWords(text) => {
                Tree::All(self.words_that_count(text).iter().map(leaf_of_word).collect())
            }
            Query::Phrase(_) | Query::Near { .. } => {
                let leaf = self.operand(query);
                let in_text = |text| self.matches_in(text, &leaf);
                Tree::Leaf((0..self.texts.len()).map(in_text).collect())
            }
            Query::And(all) => Tree::All(trees(all)),
            Query::Or(any) => Tree::Any(trees(any)),
            Query::Not(query) => Tree::Not(Box::new(self.tree(query))),
            Query::Rank { must, .. } => self.tree(must),
            Query::Title(query) => Tree::Title(Box::new(self.tree(query))),
            Query::Source(_) | Query::Author(_) | Query::Dates { .. } => {
                let is_one = |article| is_one_of(&self.analyzer, article, query);
                Tree::Articles(self.articles.iter().map(is_one).collect())
            }
        }
    }

    /// Bare words, each of them, and all of them as typed.
    fn words(&self, text: &str) -> Vec<Tree> {
        let words = self.words_that_count(text);
        let mut leaves: Vec<Tree> = words.iter().map(leaf_of_word).collect();
        if let Some(slots) = self.whole(text) {
            let in_text = |text| matches::in_order(&of_text(&slots, text));
            leaves.push(Tree::Leaf((0..self.texts.len()).map(in_text).collect()));
        }
        leaves
    }

    /// What may stand beside `PRES`, its words looked up.
    fn operand<'q>(&self, query: &'q Query) -> Operand<'q> {
        match query {
            Query::AllWords(text) => Operand::Words(self.words_that_count(text)),
            Query::Phrase(phrase) => {
                Operand::Phrase(self.slots(phrase), phrase.slop.map(usize::from))
            }
            Query::Near { left, right, .. } => {
                Operand::Near(query, Box::new([self.operand(left), self.operand(right)]))
            }
            Query::Or(any) => Operand::Or(any.iter().map(|query| self.operand(query)).collect()),
            other => panic!("nothing can be near {other:?}"),
        }
    }

    fn matches_in(&self, text: usize, operand: &Operand) -> Vec<Match> {
        match operand {
            Operand::Words(words) => matches::one_a_window(
                words.iter().flat_map(|w| matches::of_word(&w[text])).collect(),
            ),
            Operand::Phrase(slots, None) => matches::in_order(&of_text(slots, text)),
            Operand::Phrase(slots, Some(slop)) => matches::with_slop(&of_text(slots, text), *slop),
            Operand::Or(any) => {
                let all = any.iter().flat_map(|operand| self.matches_in(text, operand));
                matches::one_a_window(all.collect())
            }
            Operand::Near(query, both) => {
                let Query::Near { within, ordered, .. } = query else { return Vec::new() };
                let [left, right] = [0, 1].map(|side| self.matches_in(text, &both[side]));
                matches::near(&self.texts[text], &left, &right, *within, *ordered)
            }
        }
    }

    /// The matches of a text, those of a passage that overlap as one.
    fn found(&self, number: usize, matches: Vec<Match>) -> Vec<Found> {
        let text = &self.texts[number];
        let mut passages: BTreeMap<Option<usize>, Vec<Match>> = BTreeMap::new();
        for one in matches {
            passages.entry(text.passage(one.window.start)).or_default().push(one);
        }
        let apart = passages.into_iter().flat_map(|(passage, matches)| {
            matches::apart(matches).into_iter().map(move |one| (passage, one))
        });
        apart.map(|(passage, one)| self.one_found(number, passage, &one)).collect()
    }

    fn one_found(&self, number: usize, passage: Option<usize>, one: &Match) -> Found {
        let text = &self.texts[number];
        let (start, end) = text.bytes(one.window);
        Found {
            article: self.articles[number / 2].id.clone(),
            part: if number.is_multiple_of(2) { Part::Title } else { Part::Body },
            passage,
            start,
            end,
            lit: runs(text, &one.lit),
        }
    }
}

/// What may stand beside `PRES`.
enum Operand<'q> {
    Words(Vec<Occurrences>),
    Phrase(Vec<Occurrences>, Option<usize>),
    Or(Vec<Operand<'q>>),
    /// The near itself, and its left and right.
    Near(&'q Query, Box<[Operand<'q>; 2]>),
}

fn leaf_of_word(occurrences: &Occurrences) -> Tree {
    Tree::Leaf(occurrences.iter().map(|spans| matches::of_word(spans)).collect())
}

fn of_text(slots: &[Occurrences], text: usize) -> Vec<&[Span]> {
    slots.iter().map(|slot| slot[text].as_slice()).collect()
}

/// Whether a query is true of an article, of which these texts are looked at.
fn is_true(tree: &Tree, article: usize, texts: &[usize]) -> bool {
    match tree {
        Tree::Leaf(matches) => texts.iter().any(|&text| !matches[text].is_empty()),
        Tree::All(all) => all.iter().all(|tree| is_true(tree, article, texts)),
        Tree::Any(any) => any.iter().any(|tree| is_true(tree, article, texts)),
        Tree::Not(tree) => !is_true(tree, article, texts),
        Tree::Title(tree) => is_true(tree, article, &texts[..1]),
        Tree::Articles(those) => those[article],
    }
}

/// Gathers, by text, the matches of the leaves above which all is true.
fn light(tree: &Tree, article: usize, texts: &[usize], lit: &mut BTreeMap<usize, Vec<Match>>) {
    if !is_true(tree, article, texts) {
        return;
    }
    match tree {
        Tree::Leaf(matches) => {
            for &text in texts {
                lit.entry(text).or_default().extend(matches[text].iter().cloned());
            }
        }
        Tree::All(trees) | Tree::Any(trees) => {
            trees.iter().for_each(|tree| light(tree, article, texts, lit));
        }
        Tree::Title(tree) => light(tree, article, &texts[..1], lit),
        Tree::Not(_) | Tree::Articles(_) => {}
    }
}

/// The bytes of positions, those side by side as one.
fn runs(text: &Text, lit: &BTreeSet<usize>) -> Vec<(usize, usize)> {
    let mut runs: Vec<Span> = Vec::new();
    for &position in lit {
        match runs.last_mut() {
            Some(run) if run.end == position => run.end += 1,
            _ => runs.push(Span { start: position, end: position + 1 }),
        }
    }
    runs.into_iter().map(|run| text.bytes(run)).collect()
}

/// Whether what is known of an article is what a query asks for.
fn is_one_of(analyzer: &Analyzer, article: &Article, query: &Query) -> bool {
    match query {
        Query::Source(name) => {
            article.source.as_ref().is_some_and(|source| plain(source) == plain(name))
        }
        Query::Author(name) => {
            article.author.as_ref().is_some_and(|author| signed(analyzer, author, name))
        }
        Query::Dates { from, to } => article.date.is_some_and(|date| {
            from.is_none_or(|from| from.first_day() <= date.last_day())
                && to.is_none_or(|to| date.first_day() <= to.last_day())
        }),
        other => panic!("{other:?} is known by its text"),
    }
}

/// A name folded, its words a space apart.
fn plain(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Whether an author's words hold those of a name one after the other.
fn signed(analyzer: &Analyzer, author: &str, name: &str) -> bool {
    let (author, name) = (analyzer.tokens(author), analyzer.query_tokens(name));
    let same = |(written, asked): (&Token, &Token)| {
        let asked = asked.symbol.as_ref().unwrap_or(&asked.exact);
        written.exact == *asked || written.symbol.as_ref() == Some(asked)
    };
    let asked = name.len();
    asked > 0 && author.windows(asked).any(|words| words.iter().zip(&name).all(same))
}
