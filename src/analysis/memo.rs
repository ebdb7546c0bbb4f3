//! What single words became, so that each distinct word is folded and looked up once.

use std::hash::BuildHasher;

use hashbrown::{HashTable, hash_table};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::asked::AS_SPELT;
use super::context::{self, Neighbour, Weights};
use super::fold::{fold, lower};
use super::forms::{Forms, Hyphenated, Shape, TextTerms};
use super::lexicon::{Class, parting};
use super::stop::is_stop_word;
use super::words::Word;

/// The memory of an analyzer, with the buffers that it uses again.
#[derive(Default)]
pub(super) struct Memo {
    pub(super) entries: Entries,
    pub(super) hyphenated: HyphenatedEntries,
    pub(super) words: Vec<Word>,
    pub(super) window: Window,
    pub(super) folded: String,
}

/// The entries of a run of words.
#[derive(Default)]
pub(super) struct Window {
    /// The first of these words.
    start: usize,
    /// Their entries, by number.
    entries: Vec<u32>,
}

/// Words looked up at a time: in between, nothing is forgotten.
const WINDOW: usize = 256;

impl Window {
    /// Makes it ready for another text.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Whether it has the word at `i` and those beside it.
    pub(super) fn covers(&self, i: usize, words: usize) -> bool {
        let end = self.start + self.entries.len();
        (self.start < i || self.start == 0) && i < end && (i + 1 < end || end == words)
    }

    fn entry(&self, i: usize) -> usize {
        self.entries[i - self.start] as usize
    }
}

/// Entries kept before the memory is emptied: more words than most corpora have.
const MOST_ENTRIES: usize = 1 << 18;
/// Words with hyphens kept.
const MOST_HYPHENATED: usize = 1 << 14;
const MOST_HYPHENATED_BYTES: usize = 1 << 20;
/// Bytes kept, for texts whose words are none.
const MOST_BYTES: usize = 1 << 25;

/// What words became. The terms of an entry lie in one place: a word costs a look at few lines of memory.
#[derive(Default)]
pub(super) struct Entries {
    /// Of words that fit into a [`Key`], which are nearly all, and of the others.
    short: HashTable<u32>,
    long: FxHashMap<Box<str>, u32>,
    entries: Vec<Entry>,
    terms: Vec<Term>,
    text: String,
    /// Keys given so far.
    keys: u32,
    /// How often it was emptied.
    emptied: u32,
}

/// Stands for a term that is remembered, in the field that it was read for: the same key, the same term. Counts
/// from 0 up again once the memory was emptied, which [`TermKey::generation`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TermKey {
    pub(crate) generation: u32,
    pub(crate) number: u32,
}

/// The bytes of a short word, with zeros after them: compared and hashed as a number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key(u128);

impl Key {
    /// Of no word.
    const NONE: Self = Key(0);

    /// None for a longer word.
    fn of(text: &str, word: Word) -> Option<Self> {
        const BYTES: usize = size_of::<u128>();
        let length = word.end - word.start;
        if length > BYTES {
            return None;
        }
        // What follows the word is read with it and masked, which is faster than to copy its few bytes.
        let bytes = match text.as_bytes()[word.start..].first_chunk::<BYTES>() {
            Some(bytes) => *bytes,
            None => {
                let mut bytes = [0; BYTES];
                bytes[..length].copy_from_slice(word.of(text).as_bytes());
                bytes
            }
        };
        Some(Key(u128::from_le_bytes(bytes) & (u128::MAX >> (8 * (BYTES - length)))))
    }

    fn hash(self) -> u64 {
        FxBuildHasher.hash_one(self.0)
    }
}

#[derive(Clone, Copy)]
struct Entry {
    /// The word, if it fits into one.
    key: Key,
    /// Where its text begins: the exact term, then those of all forms.
    start: u32,
    exact_length: u32,
    first_term: u32,
    terms: u32,
    /// The key of the exact term; those of each term of all forms follow, with its mark and without.
    first_key: u32,
    opening: Opening,
    weights: Weights,
    is_ambiguous: bool,
    stop_word: bool,
    /// How it speaks for the words beside it.
    neighbour: Neighbour,
}

/// The entry of a word at the opening of a sentence.
#[derive(Clone, Copy)]
enum Opening {
    /// It is read as elsewhere.
    Same,
    /// It may be read otherwise, but opened none so far.
    Unread,
    Read(u32),
}

/// A term of the field of all forms.
#[derive(Clone, Copy)]
struct Term {
    /// Where it stands.
    start: u32,
    length: u32,
    class: Class,
    /// Whether the word is spelt so.
    is_own: bool,
}

/// The terms of a word where it stands.
pub(super) struct Terms<'a> {
    text: &'a str,
    terms: &'a [Term],
    /// The classes that it keeps between the words beside it.
    kept: Class,
    /// That of the first; each has two.
    key: TermKey,
}

/// A term, and its key where it is remembered. With the key known, the term is seldom looked at, and lies where the
/// processor has to fetch it from.
#[derive(Clone, Copy)]
pub(crate) struct KeyedTerm<'a> {
    pub(crate) key: Option<TermKey>,
    text: &'a str,
    start: usize,
    end: usize,
}

impl<'a> KeyedTerm<'a> {
    pub(super) fn unkeyed(term: &'a str) -> Self {
        KeyedTerm { key: None, text: term, start: 0, end: term.len() }
    }

    pub(crate) fn term(&self) -> &'a str {
        &self.text[self.start..self.end]
    }
}

impl<'a> Terms<'a> {
    pub(super) fn each(&self, mut visitor: impl FnMut(KeyedTerm<'a>)) {
        let TermKey { generation, mut number } = self.key;
        let mut visit = |number, start, end| {
            let key = Some(TermKey { generation, number });
            visitor(KeyedTerm { key, text: self.text, start, end });
        };
        for Term { start, length, class, is_own } in self.terms {
            let (start, end) = (*start as usize, (start + length) as usize);
            if self.kept.is(*class) || *class == Class::default() {
                visit(number, start, end);
            } else if *is_own {
                visit(number + 1, start - AS_SPELT.len_utf8(), end);
            }
            number += 2;
        }
    }
}

/// A word as it is read where it stands.
pub(super) struct Reading<'a> {
    pub(super) exact: KeyedTerm<'a>,
    pub(super) stop_word: bool,
    pub(super) terms: Terms<'a>,
}

impl Entries {
    /// Has `window` cover the word at `i` and those beside it.
    pub(super) fn fill(
        &mut self,
        window: &mut Window,
        forms: &Forms,
        text: &str,
        words: &[Word],
        i: usize,
    ) {
        if self.entries.len() >= MOST_ENTRIES || self.text.len() >= MOST_BYTES {
            *self = Entries { emptied: self.emptied.wrapping_add(1), ..Entries::default() };
        }
        window.start = i.saturating_sub(1);
        let end = words.len().min(i + WINDOW);
        window.entries.clear();
        let entry = |&word: &Word| {
            let number = self.number(forms, text, word);
            match self.entries[number as usize].opening {
                Opening::Same => number,
                _ if !opens_sentence(text, word) => number,
                Opening::Read(opening) => opening,
                Opening::Unread => self.learn_opening(forms, word.of(text), number as usize),
            }
        };
        window.entries.extend(words[window.start..end].iter().map(entry));
    }

    /// How the word at `i` is read.
    // Called for every word.
    #[inline(always)]
    pub(super) fn read(
        &self,
        window: &Window,
        text: &str,
        words: &[Word],
        i: usize,
    ) -> Reading<'_> {
        let word = words[i];
        let entry = &self.entries[window.entry(i)];
        let mut kept = Class::ALL;
        if entry.is_ambiguous {
            let beside = |other: usize| {
                let beside = words[other];
                let gap = &text[word.end.min(beside.end)..word.start.max(beside.start)];
                match parting(gap) {
                    Some(sign) => Neighbour::parted(Some(sign)),
                    None => self.entries[window.entry(other)].neighbour,
                }
            };
            let edge = || Neighbour::parted(None);
            let left = i.checked_sub(1).map_or_else(edge, beside);
            let right = if i + 1 < words.len() { beside(i + 1) } else { edge() };
            kept = context::kept(entry.weights, left, right);
        }
        let exact = entry.start as usize;
        let first = entry.first_term as usize;
        let exact_key = TermKey { generation: self.emptied, number: entry.first_key };
        Reading {
            exact: KeyedTerm {
                key: Some(exact_key),
                text: &self.text,
                start: exact,
                end: exact + entry.exact_length as usize,
            },
            stop_word: entry.stop_word,
            terms: Terms {
                text: &self.text,
                terms: &self.terms[first..first + entry.terms as usize],
                kept,
                key: TermKey { number: exact_key.number + 1, ..exact_key },
            },
        }
    }

    fn number(&mut self, forms: &Forms, text: &str, word: Word) -> u32 {
        let Some(key) = Key::of(text, word) else {
            let word = word.of(text);
            if let Some(&number) = self.long.get(word) {
                return number;
            }
            let number = self.learn(forms, word);
            self.long.insert(word.into(), number);
            return number;
        };
        let Entries { short, entries, .. } = self;
        let key_of = |number: &u32| entries[*number as usize].key;
        if let Some(&number) = short.find(key.hash(), |known| key_of(known) == key) {
            return number;
        }
        let number = self.learn(forms, word.of(text));
        self.entries[number as usize].key = key;
        let Entries { short, entries, .. } = self;
        let hash_of = |number: &u32| entries[*number as usize].key.hash();
        short.insert_unique(key.hash(), number, hash_of);
        number
    }

    /// Adds what a word becomes; its number.
    fn learn(&mut self, forms: &Forms, word: &str) -> u32 {
        let number = self.entries.len() as u32;
        let (terms, neighbour) = forms.read(word);
        let opening = match Shape::of(word) {
            Shape::Capital => Opening::Unread,
            _ => Opening::Same,
        };
        self.push(terms, neighbour, word, opening);
        number
    }

    /// Adds what the word of an entry becomes where it opens a sentence; its number.
    fn learn_opening(&mut self, forms: &Forms, word: &str, within: usize) -> u32 {
        let number = self.entries.len() as u32;
        let neighbour = self.entries[within].neighbour;
        self.push(forms.of_text(word, true), neighbour, word, Opening::Same);
        self.entries[within].opening = Opening::Read(number);
        number
    }

    fn push(&mut self, read: TextTerms, neighbour: Neighbour, word: &str, opening: Opening) {
        let (start, first_term) = (self.text.len() as u32, self.terms.len() as u32);
        let exact = fold(word);
        self.text.push_str(&exact);
        let lower = lower(word);
        for (term, class) in &read.terms {
            // The mark stands before the term, for where it is set aside.
            let is_own = **term == *lower;
            if is_own {
                self.text.push(AS_SPELT);
            }
            let start = self.text.len() as u32;
            self.text.push_str(term);
            self.terms.push(Term { start, length: term.len() as u32, class: *class, is_own });
        }
        let (first_key, terms) = (self.keys, read.terms.len() as u32);
        self.keys += 1 + 2 * terms;
        self.entries.push(Entry {
            key: Key::NONE,
            start,
            exact_length: exact.len() as u32,
            first_term,
            terms,
            first_key,
            opening,
            is_ambiguous: read.is_ambiguous(),
            weights: read.weights,
            stop_word: is_stop_word(&exact),
            neighbour,
        });
    }
}

/// What words with hyphens became.
#[derive(Default)]
pub(super) struct HyphenatedEntries {
    entries: HashTable<(Box<str>, Hyphenated)>,
    /// Bytes of the words.
    bytes: usize,
}

impl HyphenatedEntries {
    pub(super) fn read(&mut self, forms: &Forms, word: &str) -> &Hyphenated {
        if self.entries.len() >= MOST_HYPHENATED || self.bytes >= MOST_HYPHENATED_BYTES {
            *self = HyphenatedEntries::default();
        }
        // A map of the standard library would have the word allocated at every look.
        let hash = FxBuildHasher.hash_one(word);
        let hash_of = |(known, _): &(Box<str>, Hyphenated)| FxBuildHasher.hash_one(&**known);
        match self.entries.entry(hash, |(known, _)| **known == *word, hash_of) {
            hash_table::Entry::Occupied(entry) => &entry.into_mut().1,
            hash_table::Entry::Vacant(entry) => {
                self.bytes += word.len();
                &entry.insert((word.into(), forms.of_hyphenated(word))).into_mut().1
            }
        }
    }
}

/// Whether a word stands where any word has a capital: at the beginning, or after what ends a sentence.
fn opens_sentence(text: &str, word: Word) -> bool {
    let before = text[..word.start].trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '«' | '"' | '“' | '(' | '[' | '*' | '#' | '>' | '_')
    });
    let is_new_line = text[before.len()..word.start].contains('\n');
    is_new_line
        || before.ends_with(['.', '!', '?', '…', ':', '-', '–', '—', '•'])
        || before.is_empty()
}
