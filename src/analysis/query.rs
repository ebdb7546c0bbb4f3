//! The tokens of a query: each word in all the forms under which the index may hold it.

use std::ops::Range;

use super::asked::{Asked, AskedMemory};
use super::compounds::{Compound, CompoundTerm, compound_at, is_clitic};
use super::fold::{fold, lower};
use super::forms::Forms;
use super::quantities::{amount_at, numbered_at, unit_at};
use super::stop::is_stop_word;
use super::words::{Word, words};
use super::{Form, Token, Vocabulary};

/// A query's words, and what they are read with.
pub(super) struct QueryReader<'a> {
    text: &'a str,
    words: Vec<Word>,
    forms: &'a Forms,
    vocabulary: &'a dyn Vocabulary,
    memory: Option<&'a dyn AskedMemory>,
}

/// What a word asks for, in the bytes that it stands for.
struct Sought {
    asked: Vec<Asked>,
    span: Range<usize>,
    /// How many words those are.
    words: usize,
}

/// Terms that words ask for together, each of them: joined, `faute-grave` and `GPT 4` are one word.
struct Joined {
    words: Range<usize>,
    asked: Vec<Asked>,
}

/// So many times more often than joined must an index have the words of a compound, each, for a query to
/// ask for them apart.
const MOST_APART: u64 = 100;

/// Words that differ from stop words by their accents.
const NO_STOP_WORDS: &[&str] = &["né", "sûr"];

impl<'a> QueryReader<'a> {
    pub(super) fn new(
        text: &'a str,
        forms: &'a Forms,
        vocabulary: &'a dyn Vocabulary,
        memory: Option<&'a dyn AskedMemory>,
    ) -> Self {
        QueryReader { text, words: words(text).collect(), forms, vocabulary, memory }
    }

    /// The tokens without forms.
    pub(super) fn exact_tokens(&self) -> Vec<Token> {
        (0..self.words.len()).map(|i| self.token(i, self.compound(i).as_ref(), None)).collect()
    }

    pub(super) fn tokens(&self) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(self.words.len());
        let mut joined: Vec<Joined> = Vec::new();
        let mut inside = 0..0;
        for i in 0..self.words.len() {
            let compound = self.compound(i);
            if inside.contains(&i) || is_clitic(self.text, &self.words, i) {
                tokens.push(self.token(i, compound.as_ref(), None));
                continue;
            }
            joined.extend(self.numbered(i));
            let as_one = match &compound {
                Some(compound) => self.as_one(compound),
                None => Vec::new(),
            };
            let is_one = compound.as_ref().is_some_and(|c| self.is_one_word(i, c, &as_one));
            let mut sought = match &compound {
                Some(compound) if is_one => self.whole(i, compound, as_one),
                Some(compound) => {
                    joined.push(Joined { words: i..i + compound.words, asked: as_one });
                    self.alone(i)
                }
                None => self.alone(i),
            };
            inside = i + 1..i + sought.words;
            for joined in joined.iter().filter(|joined| joined.words.contains(&i)) {
                let known = joined.asked.iter().filter(|a| self.vocabulary.has(&a.term));
                sought.asked.extend(known.cloned());
            }
            let of_one = compound.filter(|_| is_one);
            tokens.push(self.token(i, of_one.as_ref(), Some(sought)));
        }
        tokens
    }

    fn compound(&self, i: usize) -> Option<Compound> {
        match is_clitic(self.text, &self.words, i) {
            true => None,
            false => compound_at(self.text, &self.words, i),
        }
    }

    fn token(&self, i: usize, compound: Option<&Compound>, sought: Option<Sought>) -> Token {
        let word = self.words[i];
        let exact = fold(word.of(self.text));
        let clitic = is_clitic(self.text, &self.words, i);
        // C++ is no c, °C neither.
        let is_more = compound.is_some();
        let form = |Sought { asked, span, words }| {
            let form =
                move |Asked { term, likely }| Form { term, offsets: span.clone(), words, likely };
            asked.into_iter().map(form).collect()
        };
        Token {
            position: i,
            offsets: word.start..word.end,
            clitic,
            stop_word: clitic || !is_more && self.is_stop_word(word, &exact),
            exact,
            symbol: compound.and_then(Compound::symbol),
            forms: sought.map(form).unwrap_or_default(),
        }
    }

    /// Whether a word is too frequent to be searched: not an acronym among other words (EU, AI), nor what its
    /// accent makes another word.
    fn is_stop_word(&self, word: Word, exact: &str) -> bool {
        let word = word.of(self.text);
        let is_acronym =
            word.chars().all(char::is_uppercase) && self.text.chars().any(char::is_lowercase);
        is_stop_word(exact) && !is_acronym && !NO_STOP_WORDS.contains(&lower(word).as_str())
    }

    /// A word by itself, or an abbreviation or a sign with its number.
    fn alone(&self, i: usize) -> Sought {
        let word = self.words[i];
        if let Some(sought) = self.quantity(i, None) {
            return sought;
        }
        if let Some(amount) =
            amount_at(self.text, &self.words, i).filter(|a| a.stands_for[0].is_some())
        {
            return Sought { asked: vec![Asked::likely(amount.term)], span: amount.span, words: 1 };
        }
        let typed = word.of(self.text);
        let find_out = || self.forms.of_query(typed, self.vocabulary);
        let asked = self.memory.map_or_else(find_out, |memory| memory.asked(typed, &find_out));
        Sought { asked, span: word.start..word.end, words: 1 }
    }

    fn whole(&self, i: usize, compound: &Compound, asked: Vec<Asked>) -> Sought {
        let sought = self.quantity(i, Some(compound));
        let span = compound.start..compound.end;
        sought.unwrap_or(Sought { asked, span, words: compound.words })
    }

    /// A number with its unit: 40 % is no 40. The name of a currency is asked for beside it.
    fn quantity(&self, i: usize, compound: Option<&Compound>) -> Option<Sought> {
        let unit = unit_at(self.text, &self.words, i, compound)?;
        let words = match unit.is_of_money() {
            true => compound.map_or(1, |compound| compound.words),
            false => {
                let words = self.words[i..].iter();
                words.take_while(|word| word.start < unit.span.end).count()
            }
        };
        Some(Sought { asked: vec![Asked::likely(unit.term)], span: unit.span, words })
    }

    fn as_one(&self, compound: &Compound) -> Vec<Asked> {
        match &compound.term {
            CompoundTerm::Whole(term) | CompoundTerm::Symbol(term) => {
                vec![Asked::likely(term.clone())]
            }
            CompoundTerm::Word(word) => self.forms.of_query(word, self.vocabulary),
            CompoundTerm::Hyphenated(word) => self.forms.of_hyphenated_query(word, self.vocabulary),
        }
    }

    /// Whether a compound is one word to the index. One with hyphens that the lexicon lacks and that the
    /// index has far more often apart (faute-grave), or always, is asked for word by word.
    fn is_one_word(&self, i: usize, compound: &Compound, as_one: &[Asked]) -> bool {
        let CompoundTerm::Hyphenated(whole) = &compound.term else { return true };
        if !as_one.iter().any(|asked| self.vocabulary.has(&asked.term)) {
            return false;
        }
        if self.forms.of_hyphenated(whole).is_known {
            return true;
        }
        let uses = |asked: &[Asked]| {
            asked.iter().map(|asked| self.vocabulary.uses(&asked.term)).max().unwrap_or(0)
        };
        let parts = self.words[i..i + compound.words].iter();
        let apart = parts.map(|w| uses(&self.forms.of_query(w.of(self.text), self.vocabulary)));
        uses(as_one) * MOST_APART >= apart.min().unwrap_or(0)
    }

    /// A name and its number, as if they were written together.
    fn numbered(&self, i: usize) -> Option<Joined> {
        let numbered = numbered_at(self.text, &self.words, i)?;
        Some(Joined { words: i..i + numbered.words, asked: vec![Asked::likely(numbered.term)] })
    }
}
