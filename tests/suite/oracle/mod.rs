//! The query language told again, slowly and plainly, and held against the engine.
//!
//! `texts` and `terms` are what is searched, `matches` and `evaluate` what a query means there, `generate`
//! draws queries; `found` asks the engine; `checks` holds the oracle itself against examples.

mod checks;
mod evaluate;
mod found;
mod generate;
mod matches;
mod terms;
mod texts;

use std::cell::RefCell;
use std::collections::HashMap;

use depeche::{Analyzer, Article, Phrase, Query, Searcher, Vocabulary, parse};

pub(crate) use self::generate::{Generator, Random};
use self::terms::Occurrences;
use self::texts::{Index, Text};
use crate::support;

/// How many queries the suite draws; the environment's `DEPECHE_ORACLE_QUERIES` overrules it.
const QUERIES: u64 = 300;
/// Where drawing begins; the environment's `DEPECHE_ORACLE_SEED` overrules it.
const SEED: u64 = 1;
/// After so many wrong answers the test has seen enough.
const WRONG: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Title,
    Body,
}

/// A match: where it stands and what of it is lit, in bytes of the title or body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) article: String,
    pub(crate) part: Part,
    /// Which passage of the body; None in titles.
    pub(crate) passage: Option<usize>,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Sorted; words side by side are one.
    pub(crate) lit: Vec<(usize, usize)>,
}

pub(crate) struct Oracle<'a> {
    articles: &'a [Article],
    analyzer: Analyzer,
    vocabulary: &'a dyn Vocabulary,
    /// Of each article its title, then its body.
    texts: Vec<Text>,
    index: Index,
    /// What patterns and misspelt words stand for, once looked up.
    memory: RefCell<HashMap<String, Occurrences>>,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(
        articles: &'a [Article],
        analyzer: Analyzer,
        vocabulary: &'a dyn Vocabulary,
    ) -> Self {
        let texts: Vec<Text> =
            articles.iter().flat_map(|article| texts::read(article, &analyzer)).collect();
        let index = Index::new(&texts);
        let memory = RefCell::default();
        Self { articles, analyzer, vocabulary, texts, index, memory }
    }

    /// The text of a title or body.
    fn source(&self, article: usize, part: Part) -> &'a str {
        let article = &self.articles[article];
        match part {
            Part::Title => article.title.as_deref().unwrap_or(""),
            Part::Body => &article.body,
        }
    }

    /// A match without the signs around its words: `40 %` and `40` are then the same, and so are `.NET`
    /// and `NET`.
    fn without_signs(&self, found: Found) -> Found {
        let Some(article) = self.articles.iter().position(|a| a.id == found.article) else {
            return found;
        };
        let text = &self.texts[2 * article + usize::from(found.part == Part::Body)];
        let source = self.source(article, found.part);
        let (start, end) = text.without_signs(source, (found.start, found.end));
        let mut lit: Vec<_> =
            found.lit.iter().map(|&span| text.without_signs(source, span)).collect();
        lit.sort_unstable();
        lit.dedup();
        Found { start, end, lit, ..found }
    }

    fn compared(&self, found: Vec<Found>) -> Vec<Found> {
        let mut found: Vec<Found> = found.into_iter().map(|f| self.without_signs(f)).collect();
        found.sort_unstable();
        found
    }

    /// What a match looks like, for those who read a failure.
    fn shown(&self, found: Option<&Found>) -> String {
        let Some(found) = found else { return "nothing".into() };
        let article = self.articles.iter().position(|a| a.id == found.article);
        let source = article.map_or("", |article| self.source(article, found.part));
        let text = |(start, end)| source.get(start..end).unwrap_or("(no such bytes)").to_owned();
        let lit: Vec<String> = found.lit.iter().map(|&span| text(span)).collect();
        format!("{found:?}\n      window {:?}\n      lit {lit:?}", text((found.start, found.end)))
    }
}

/// What is wrong with the engine's answer, if anything.
fn difference(oracle: &Oracle, searcher: &Searcher, query: &Query) -> Option<String> {
    let expected = oracle.compared(oracle.matches(query));
    let told = found::found(searcher, query);
    if let Some(difference) = found::unlike_the_highlights(searcher, query, &told) {
        return Some(difference);
    }
    let found = oracle.compared(told);
    if found != expected {
        let same = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
        return Some(format!(
            "{} matches expected, {} found; the first that differ (number {same}):\n    expected {}\n    found {}",
            expected.len(),
            found.len(),
            oracle.shown(expected.get(same)),
            oracle.shown(found.get(same)),
        ));
    }
    let mut articles = found::true_articles(searcher, query)?;
    articles.sort_unstable();
    let mut expected = oracle.articles(query);
    expected.sort_unstable();
    (articles != expected).then(|| format!("true in {expected:?}\n    found in {articles:?}"))
}

/// The smallest part of a query whose answer is wrong too.
fn narrowed(oracle: &Oracle, searcher: &Searcher, query: Query) -> Query {
    let wrong = |part: &Query| difference(oracle, searcher, part).is_some();
    match parts(&query).into_iter().find(wrong) {
        Some(part) => narrowed(oracle, searcher, part),
        None => query,
    }
}

/// What a query is made of.
fn parts(query: &Query) -> Vec<Query> {
    let words = |text: &str| text.split(' ').count() > 1;
    let each = |text: &str| text.split(' ').map(|word| Query::AllWords(word.into())).collect();
    match query {
        Query::Words(text) | Query::AllWords(text) if words(text) => each(text),
        Query::Phrase(phrase) if phrase.pieces.len() > 1 => phrase
            .pieces
            .iter()
            .map(|piece| Query::Phrase(Phrase { pieces: vec![piece.clone()], slop: None }))
            .collect(),
        Query::Near { left, right, .. } => vec![(**left).clone(), (**right).clone()],
        Query::And(all) | Query::Or(all) => all.clone(),
        Query::Not(part) | Query::Title(part) | Query::Rank { must: part, .. } => {
            vec![(**part).clone()]
        }
        _ => Vec::new(),
    }
}

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap())
}

/// The articles of the sample corpus, as the index gives them back.
pub(crate) fn articles(searcher: &Searcher) -> Vec<Article> {
    let all = support::search(searcher, "de la le les en un une");
    let articles: Vec<Article> =
        support::articles(&all).into_iter().map(|id| searcher.article(id).unwrap()).collect();
    assert_eq!(articles.len(), 66);
    articles
}

#[test]
fn the_engine_finds_what_the_oracle_finds() {
    let (_folder, searcher) = support::indexed_corpus();
    let (articles, analyzer) = (articles(&searcher), Analyzer::french());
    let oracle = Oracle::new(&articles, analyzer, &searcher);
    let generator = Generator::new(&articles);
    let seed = from_environment("DEPECHE_ORACLE_SEED", SEED);
    let mut wrong = Vec::new();
    for number in 0..from_environment("DEPECHE_ORACLE_QUERIES", QUERIES) {
        let query = generator.query(seed + number);
        let printed = query.to_string();
        assert_eq!(parse(&printed).as_ref(), Ok(&query), "seed {}: {printed}", seed + number);
        let Some(told) = difference(&oracle, &searcher, &query) else { continue };
        let small = narrowed(&oracle, &searcher, query.clone());
        let again = difference(&oracle, &searcher, &small).filter(|_| small != query);
        let small = again
            .map_or(String::new(), |told| format!("\n  already {small}\n  {small:?}\n  {told}"));
        wrong.push(format!("seed {}: {printed}\n  {query:?}\n  {told}{small}", seed + number));
        assert!(wrong.len() < WRONG, "{}", wrong.join("\n\n"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
