//! What a query learns from the index that it is put to: which words occur in it, and how spelt.

use std::collections::{BTreeSet, HashMap};

use super::fold::{fold, lower};
use super::{Analyzer, Terms};

/// The words of an index, or of a text that stands for one.
pub trait Vocabulary {
    /// Whether any passage may bear a term of the field of all forms.
    fn has(&self, term: &str) -> bool;

    /// In how many passages the sentences hold such a term.
    fn uses(&self, term: &str) -> u64;

    /// The spellings, in lower case with their accents, of words that fold to `folded` and that the
    /// lexicon lacks; others may be among them.
    fn spellings(&self, folded: &str) -> Vec<String>;
}

/// Knows nothing of any word: a query is then read for what French alone says.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoVocabulary;

impl Vocabulary for NoVocabulary {
    fn has(&self, _term: &str) -> bool {
        true
    }

    fn uses(&self, _term: &str) -> u64 {
        0
    }

    fn spellings(&self, _folded: &str) -> Vec<String> {
        Vec::new()
    }
}

/// The words of a text, each line a passage.
///
/// ```
/// use depeche::{Analyzer, TextVocabulary, Vocabulary};
/// let vocabulary = TextVocabulary::new(&Analyzer::french(), ["La marche est longue."]);
/// assert_eq!(vocabulary.uses("marche"), 1);
/// assert_eq!(vocabulary.spellings("marche"), ["marche"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct TextVocabulary {
    uses: HashMap<String, u64>,
    spellings: HashMap<String, BTreeSet<String>>,
}

impl TextVocabulary {
    /// The words of some lines.
    pub fn new<'a>(analyzer: &Analyzer, lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut vocabulary = TextVocabulary::default();
        lines.into_iter().for_each(|line| vocabulary.add(analyzer, line));
        vocabulary
    }

    /// Adds the words of a line.
    pub fn add(&mut self, analyzer: &Analyzer, line: &str) {
        let mut terms = BTreeSet::new();
        let mut words = 0;
        analyzer.visit(line, Terms::Both, |token| {
            words += 1;
            token.each_form(|term, _, _| {
                terms.insert(term.to_owned());
            });
            let word = &line[token.offsets()];
            self.spellings.entry(fold(word)).or_default().insert(lower(word));
        });
        // A word alone on its line is in no sentence: it is there, and not used.
        let use_of_it = u64::from(words > 1);
        terms.into_iter().for_each(|term| *self.uses.entry(term).or_default() += use_of_it);
    }
}

impl Vocabulary for TextVocabulary {
    fn has(&self, term: &str) -> bool {
        self.uses.contains_key(term)
    }

    fn uses(&self, term: &str) -> u64 {
        self.uses.get(term).copied().unwrap_or(0)
    }

    fn spellings(&self, folded: &str) -> Vec<String> {
        self.spellings.get(folded).into_iter().flatten().cloned().collect()
    }
}
