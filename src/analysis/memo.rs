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
    pub(super) window: Window,
    pub(super) folded: String,
}

/// The numbers of the entries of a run of words.
#[derive(Default)]
pub(super) struct Window {
    /// The first of these words.
    start: usize,
    numbers: Vec<u32>,
}

/// Words looked up at a time: in between, nothing is forgotten.
const WINDOW: usize = 1024;

impl Window {
    /// Whether it has the word at `i` and those beside it.
    fn covers(&self, i: usize, words: usize) -> bool {
        let end = self.start + self.numbers.len();
        (self.start < i || self.start == 0) && i < end && (i + 1 < end || end == words)
    }

    fn number(&self, i: usize) -> usize {
        self.numbers[i - self.start] as usize
    }
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

    fn forms(&self, text: &str, word: Word) -> &TextTerms {
        match &self.opening {
            Some(forms) if opens_sentence(text, word) => forms,
            _ => &self.forms,
        }
    }
}

/// A word as it is read where it stands.
pub(super) struct Reading<'a> {
    pub(super) exact: &'a str,
    pub(super) stop_word: bool,
    pub(super) terms: &'a [(Box<str>, Class)],
    /// The classes that it keeps between the words beside it: all where it has but one.
    pub(super) kept: Class,
}

impl Entries {
    /// Has `window` cover the word at `i` and those beside it. At 0 a text begins.
    pub(super) fn fill(
        &mut self,
        window: &mut Window,
        forms: &Forms,
        text: &str,
        words: &[Word],
        i: usize,
    ) {
        if i > 0 && window.covers(i, words.len()) {
            return;
        }
        self.limit();
        window.start = i.saturating_sub(1);
        let end = words.len().min(i + WINDOW);
        window.numbers.clear();
        for word in &words[window.start..end] {
            let number = self.number(forms, word.of(text));
            window.numbers.push(number as u32);
        }
    }

    /// How the word at `i` is read.
    pub(super) fn read(
        &self,
        window: &Window,
        text: &str,
        words: &[Word],
        i: usize,
    ) -> Reading<'_> {
        let word = words[i];
        let entry = &self.entries[window.number(i)];
        let forms = entry.forms(text, word);
        let kept = match forms.is_ambiguous() {
            true => {
                let beside = |other: usize| {
                    let beside = words[other];
                    let gap = &text[word.end.min(beside.end)..word.start.max(beside.start)];
                    match parting(gap) {
                        Some(sign) => Neighbour::parted(Some(sign)),
                        None => self.entries[window.number(other)].neighbour,
                    }
                };
                let edge = || Neighbour::parted(None);
                let left = i.checked_sub(1).map_or_else(edge, beside);
                let right = if i + 1 < words.len() { beside(i + 1) } else { edge() };
                forms.kept(left, right)
            }
            false => Class::ALL,
        };
        Reading { exact: &entry.exact, stop_word: entry.stop_word, terms: &forms.terms, kept }
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
