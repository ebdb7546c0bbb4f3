//! The lexicon of French forms: what a word may be, by its spelling.
//!
//! `french.fst` is built from a free dictionary by `examples/build-lexicon.rs`; `NOTICE.md` beside it tells
//! its source and licence. It is read where it lies in the program: opening it decodes nothing.

mod format;
mod neighbours;

use std::ops::Range;

use fst::raw::{Fst, Node};

pub(crate) use format::Class;
pub(super) use format::{CAPITAL, CLASSES, COMMA, STOP, kind, parting};
use format::{SEPARATOR, reading};
pub(super) use neighbours::NEIGHBOURS;

static FRENCH: &[u8] = include_bytes!("french.fst");

/// One of the words that a form may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The form with its accents, in lower case.
    pub(crate) form: String,
    pub(crate) lemma: String,
    pub(crate) class: Class,
    /// How seldom the form is this, in half bits; 0 for the likely reading.
    pub(crate) weight: u8,
}

pub(crate) struct Lexicon {
    forms: Fst<&'static [u8]>,
}

impl Lexicon {
    pub(crate) fn french() -> Self {
        Lexicon { forms: Fst::new(FRENCH).expect("the lexicon is a part of the program") }
    }

    /// The readings of a form in lower case, as it is spelt; oe also stands for œ.
    pub(crate) fn exact(&self, form: &str) -> Vec<Reading> {
        self.readings(form, 0..0)
    }

    /// The readings of every form that a folded word may be: `peche` is pêche, péché, pécher…
    pub(crate) fn accented(&self, folded: &str) -> Vec<Reading> {
        self.readings(folded, 0..folded.len())
    }

    /// The readings of a word in lower case that had a capital, whose accent may be missing: Etat.
    pub(crate) fn capital(&self, lower: &str) -> Vec<Reading> {
        self.readings(lower, 0..1)
    }

    /// Readings of the forms that `word` spells, with or without accents on the letters in `open`.
    fn readings(&self, word: &str, open: Range<usize>) -> Vec<Reading> {
        let mut found = Vec::new();
        let mut walk =
            Walk { forms: &self.forms, word, open, form: String::new(), found: &mut found };
        walk.from(self.forms.root(), 0);
        found
    }
}

/// One walk through the set, a letter at a time, wherever a letter may bear accents down each of them.
struct Walk<'a> {
    forms: &'a Fst<&'static [u8]>,
    word: &'a str,
    open: Range<usize>,
    form: String,
    found: &'a mut Vec<Reading>,
}

impl Walk<'_> {
    fn from(&mut self, node: Node<'_>, at: usize) {
        let Some(c) = self.word[at..].chars().next() else {
            if let Some(node) = self.step(node, &[SEPARATOR]) {
                self.collect(node, &mut Vec::new());
            }
            return;
        };
        let next = at + c.len_utf8();
        self.follow(node, c.encode_utf8(&mut [0; 4]), next);
        if self.open.contains(&at) {
            for accented in accents(c) {
                self.follow(node, accented, next);
            }
        }
        // Whoever has no œ on the keyboard types oe: that is no other spelling.
        match &self.word[at..] {
            rest if rest.starts_with("oe") => self.follow(node, "œ", at + 2),
            rest if rest.starts_with("ae") => self.follow(node, "æ", at + 2),
            _ => {}
        }
    }

    fn follow(&mut self, node: Node<'_>, letter: &str, next: usize) {
        if let Some(node) = self.step(node, letter.as_bytes()) {
            let length = self.form.len();
            self.form.push_str(letter);
            self.from(node, next);
            self.form.truncate(length);
        }
    }

    fn step<'f>(&self, mut node: Node<'f>, bytes: &[u8]) -> Option<Node<'f>>
    where
        Self: 'f,
    {
        for &byte in bytes {
            let transition = node.find_input(byte)?;
            node = self.forms.node(node.transition_addr(transition));
        }
        Some(node)
    }

    /// Every entry below a form's separator.
    fn collect(&mut self, node: Node<'_>, entry: &mut Vec<u8>) {
        if node.is_final()
            && let Some((class, weight, lemma)) = reading(&self.form, entry)
        {
            self.found.push(Reading { form: self.form.clone(), lemma, class, weight });
        }
        for transition in node.transitions() {
            entry.push(transition.inp);
            self.collect(self.forms.node(transition.addr), entry);
            entry.pop();
        }
    }
}

/// Whether the first letter of a word may bear accents: else [`Lexicon::capital`] has what [`Lexicon::exact`] has.
pub(super) fn bears_accents(word: &str) -> bool {
    word.chars().next().is_some_and(|first| !accents(first).is_empty())
}

/// The accented letters that fold to a letter, as French and its loanwords have them.
fn accents(c: char) -> &'static [&'static str] {
    match c {
        'a' => &["à", "â", "ä", "á", "ã", "å"],
        'c' => &["ç"],
        'e' => &["é", "è", "ê", "ë"],
        'i' => &["î", "ï", "í"],
        'n' => &["ñ"],
        'o' => &["ô", "ö", "ó", "ø"],
        'u' => &["ù", "û", "ü", "ú"],
        'y' => &["ÿ"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lemmas(readings: Vec<Reading>) -> Vec<String> {
        let mut lemmas: Vec<String> = readings.into_iter().map(|r| r.lemma).collect();
        lemmas.sort();
        lemmas.dedup();
        lemmas
    }

    #[test]
    fn a_form_has_all_its_lemmas() {
        let lexicon = Lexicon::french();
        let table: &[(&str, &[&str])] = &[
            ("vu", &["voir", "vu"]),
            ("yeux", &["œil"]),
            ("petites", &["petit"]),
            ("entreprise", &["entreprendre", "entreprise"]),
            ("autrices", &["auteur"]),
            ("évènements", &["événement"]),
            ("connait", &["connaître"]),
            ("ognons", &["oignon"]),
            ("mûr", &["mûr"]),
            ("mur", &["mur"]),
            ("peche", &[]),
        ];
        for (form, expected) in table {
            assert_eq!(lemmas(lexicon.exact(form)), *expected, "{form}");
        }
    }

    #[test]
    fn a_word_without_accents_has_the_readings_of_all_its_spellings() {
        let lexicon = Lexicon::french();
        let table: &[(&str, &[&str])] = &[
            ("coeur", &["cœur"]),
            ("etat", &["état"]),
            ("developpees", &["développer", "développé"]),
            ("xyz", &[]),
        ];
        for (folded, expected) in table {
            assert_eq!(lemmas(lexicon.accented(folded)), *expected, "{folded}");
        }
        assert_eq!(lemmas(lexicon.capital("etat")), ["état"]);
        assert_eq!(lemmas(lexicon.capital("developpee")), Vec::<String>::new());
    }
}
