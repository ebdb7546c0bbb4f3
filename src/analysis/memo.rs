//! What single words became, so that each distinct word is folded and looked up once.

use rustc_hash::FxHashMap;

use super::context::Neighbour;
use super::fold::fold;
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
    pub(super) folded: String,
}

/// Entries kept before the memory is emptied: more words than most corpora have.
const MOST_ENTRIES: usize = 1 << 18;
/// Words with hyphens kept.
const MOST_HYPHENATED: usize = 1 << 14;
/// Bytes of words kept, for texts whose words are none.
const MOST_BYTES: usize = 1 << 23;

#[derive(Default)]
pub(super) struct Entries {
    numbers: FxHashMap<Box<str>, u32>,
    entries: Vec<Entry>,
    /// Bytes of the words.
    bytes: usize,
}

pub(super) struct Entry {
    pub(super) exact: Box<str>,
    pub(super) stop_word: bool,
    /// Its terms inside a sentence, and those at its opening if they may differ.
    forms: TextTerms,
    opening: Option<TextTerms>,
    /// How it speaks for the words beside it.
    neighbour: Neighbour,
}

impl Entry {
    fn new(forms: &Forms, word: &str) -> Self {
        let exact = fold(word).into_boxed_str();
        let opening = (Shape::of(word) == Shape::Capital).then(|| forms.of_text(word, true));
        Entry {
            stop_word: is_stop_word(&exact),
            exact,
            forms: forms.of_text(word, false),
            opening,
            neighbour: forms.neighbour(word),
        }
    }

    pub(super) fn forms(&self, text: &str, word: Word) -> &TextTerms {
        match &self.opening {
            Some(forms) if opens_sentence(text, word) => forms,
            _ => &self.forms,
        }
    }
}

impl Entries {
    /// What the word at `i` is, and the classes that it keeps between those beside it: all where it has
    /// but one.
    pub(super) fn read(
        &mut self,
        forms: &Forms,
        text: &str,
        words: &[Word],
        i: usize,
    ) -> (&Entry, Class) {
        self.limit();
        let word = words[i];
        let number = self.number(forms, word.of(text));
        if !self.entries[number].forms(text, word).is_ambiguous() {
            return (&self.entries[number], Class::ALL);
        }
        let mut beside = |other: Option<&Word>| {
            let Some(&other) = other else { return Neighbour::parted(None) };
            let gap = &text[word.end.min(other.end)..word.start.max(other.start)];
            match parting(gap) {
                Some(sign) => Neighbour::parted(Some(sign)),
                None => {
                    let number = self.number(forms, other.of(text));
                    self.entries[number].neighbour
                }
            }
        };
        let left = beside(i.checked_sub(1).and_then(|before| words.get(before)));
        let right = beside(words.get(i + 1));
        let entry = &self.entries[number];
        (entry, entry.forms(text, word).kept(left, right))
    }

    fn number(&mut self, forms: &Forms, word: &str) -> usize {
        if let Some(&number) = self.numbers.get(word) {
            return number as usize;
        }
        let number = self.entries.len();
        self.numbers.insert(word.into(), number as u32);
        self.entries.push(Entry::new(forms, word));
        self.bytes += word.len();
        number
    }

    /// Forgets everything once there is too much of it.
    fn limit(&mut self) {
        if self.entries.len() >= MOST_ENTRIES || self.bytes >= MOST_BYTES {
            *self = Entries::default();
        }
    }
}

/// What words with hyphens became.
#[derive(Default)]
pub(super) struct HyphenatedEntries(FxHashMap<Box<str>, Hyphenated>);

impl HyphenatedEntries {
    pub(super) fn read(&mut self, forms: &Forms, word: &str) -> &Hyphenated {
        if self.0.len() >= MOST_HYPHENATED {
            self.0.clear();
        }
        self.0.entry(word.into()).or_insert_with(|| forms.of_hyphenated(word))
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
